using System.Security.Cryptography;
using System.Text;
using IlgpuGan.Training;

namespace IlgpuGan.Evaluation;

/// <summary>
/// The file that keeps one trained classifier, as safetensors with a checksum. A file that cannot be used costs one sentence and a training,
/// never the evaluation.
/// </summary>
/// <param name="folder">Folder of all classifiers.</param>
/// <param name="identity">Everything that decides the weights.</param>
internal sealed class ClassifierCache(string folder, string identity)
{
    private readonly string path = Path.Combine(
        folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 16)) + ".safetensors");

    /// <summary>Lets <paramref name="load"/> take what is kept.</summary>
    /// <returns>False when there is nothing, or nothing that can be used.</returns>
    public bool TryRead(Action<IReadOnlyDictionary<string, StateTensor>> load, Action<string> notice)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            load(Checkpoint.Read(path).State);
            return true;
        }
        catch (Exception fault) when (fault is CheckpointException or StateMismatchException)
        {
            notice($"The classifier kept in '{path}' is damaged and is trained anew.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            notice($"The classifier kept in '{path}' cannot be read and is trained anew: {fault.Message}");
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
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or RunWriteException)
        {
            notice($"The classifier is not kept for the next time: {fault.Message}");
        }
    }
}
