using IlgpuGan.Runs;

namespace IlgpuGan.Generation;

/// <summary>Networks that come with the program, G and D of each: <c>Trained/README.md</c> says how this program made them.</summary>
public static class TrainedNetworks
{
    private const string Prefix = "IlgpuGan.Trained.", Extension = ".safetensors";

    /// <summary>Their names, which stand for their weights wherever a run's or a generator's path is asked for.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. from resource in typeof(TrainedNetworks).Assembly.GetManifestResourceNames()
        where resource.StartsWith(Prefix, StringComparison.Ordinal)
        select resource[Prefix.Length..^Extension.Length] into name
        orderby name.Length, name
        select name];

    /// <summary>The file that a path is of: for one of <see cref="Names"/>, unless something of that name lies there, a copy of its weights in the user's cache.</summary>
    /// <exception cref="RunWriteException">The copy cannot be written.</exception>
    internal static string FileOf(string path)
    {
        if (!Names.Contains(path) || Path.Exists(path))
        {
            return path;
        }

        using var resource = typeof(TrainedNetworks).Assembly.GetManifestResourceStream(Prefix + path + Extension)!;
        var weights = new byte[resource.Length];
        resource.ReadExactly(weights);
        string folder = UserCacheFolder.Find("networks") ?? Path.Combine(Path.GetTempPath(), "ilgpugan-networks"), file = Path.Combine(folder, path + Extension);
        if (!Holds(file, weights))
        {
            RunWriteException.Guard(file, () =>
            {
                Directory.CreateDirectory(folder);
                AtomicFile.Write(file, stream => stream.Write(weights));
            }, hint: ", or set XDG_CACHE_HOME to a folder that can be written");
        }

        return file;
    }

    /// <summary>The refusal of a name that nothing has, neither a path nor one of <see cref="Names"/>; null where something has it.</summary>
    internal static string? Absent(string path) => Path.Exists(path) || Names.Contains(path) ? null
        : $"{path} does not exist; give the folder of a run, one of its checkpoints, a generator's file, or one of {string.Join(", ", Names)}.";

    /// <summary>Refuses one of <see cref="Names"/> where what a run leaves behind is asked for.</summary>
    /// <param name="path">What was given for a run's folder.</param>
    /// <exception cref="RunFolderException">It is one of the networks that come with the program.</exception>
    internal static void CheckIsRun(string path)
    {
        if (!Path.Exists(path) && Names.FirstOrDefault(name => name.Equals(path, StringComparison.OrdinalIgnoreCase)) is { } name)
        {
            throw new RunFolderException($"{name} comes with the program as weights alone, without the samples, reports and data of a run; give the folder of a run that was started with "
                + $"train, such as one that begins with it: train DATA --from {name}.");
        }
    }

    private static bool Holds(string file, byte[] weights)
    {
        try
        {
            return RegularFile.Is(file) && new FileInfo(file).Length == weights.Length && File.ReadAllBytes(file).AsSpan().SequenceEqual(weights);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
