using System.Security.Cryptography;
using System.Text;
using IlgpuGan.Export;
using IlgpuGan.Runs;

namespace IlgpuGan.Evaluation;

/// <summary>
/// A file that keeps what took long to compute: a trained classifier, or the features of a data set, as safetensors with a checksum. A file that cannot be used
/// costs one sentence and the computation, never the evaluation. When all files of the folder together exceed a limit, those unused longest go.
/// </summary>
/// <param name="folder">Folder of all that are of the kind.</param>
/// <param name="noun">What is kept, for messages.</param>
/// <param name="remedy">What is done without the file, for messages: <c>is trained anew</c>.</param>
/// <param name="identity">Everything that decides the values.</param>
internal sealed class StateCache(string folder, string noun, string remedy, string identity)
{
    private const long LimitBytes = 2L << 30;

    private readonly string path = Path.Combine(
        folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 16)) + ".safetensors");

    /// <summary>Lets <paramref name="load"/> take what is kept.</summary>
    /// <returns>False when there is nothing, or nothing that can be used.</returns>
    public bool TryRead(Action<IReadOnlyDictionary<string, StateTensor>> load, Action<string> notice)
    {
        if (!File.Exists(path))
        {
            return false;
        }
        try
        {
            load(Checkpoint.Read(path).State);
            Quietly(() => File.SetLastWriteTimeUtc(path, DateTime.UtcNow));
            return true;
        }
        catch (Exception fault) when (fault is CheckpointException or StateMismatchException)
        {
            notice($"The {noun} kept in '{path}' is damaged and {remedy}.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            notice($"The {noun} kept in '{path}' cannot be read and {remedy}: {Excerpt.Of(fault, path)}.");
        }
        return false;
    }

    /// <summary>Keeps a classifier; where that is not possible a sentence says why.</summary>
    public void TryWrite(IReadOnlyDictionary<string, StateTensor> state, Action<string> notice)
    {
        try
        {
            Directory.CreateDirectory(folder);
            new Checkpoint(0, state).Write(path);
            Quietly(Trim);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or RunWriteException)
        {
            notice($"The {noun} is not kept for the next time: {Excerpt.Of(fault, path)}.");
        }
    }

    private void Trim()
    {
        AtomicFile.Sweep(folder, "*.safetensors", isOurs: false);
        long total = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.safetensors").OrderByDescending(file => file.LastWriteTimeUtc))
        {
            total += file.Length;
            if (total > LimitBytes && file.FullName != Path.GetFullPath(path))
            {
                Quietly(file.Delete);
            }
        }
    }

    // Tidying is a courtesy: a file that another process has just deleted is no reason to trouble anybody.
    private static void Quietly(Action tidy)
    {
        try
        {
            tidy();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }
    }
}
