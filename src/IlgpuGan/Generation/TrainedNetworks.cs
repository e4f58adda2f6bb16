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
