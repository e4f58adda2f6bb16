using IlgpuGan.Options;

namespace IlgpuGan.Runs;

/// <summary>A file of the run folder could not be written: the disk is full, or the folder may not be written.</summary>
public sealed class RunWriteException(string message, Exception inner) : Exception(OptionNames.In(message), inner)
{
    /// <summary>Does some writing; what the file system refuses becomes one sentence that names the file.</summary>
    /// <param name="path">The file or folder that is written.</param>
    /// <param name="write">The writing.</param>
    /// <param name="hint">Ends the sentence.</param>
    internal static void Guard(string path, Action write, string hint = "; a run goes on with --resume")
    {
        try
        {
            write();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RunWriteException(
                $"{path} could not be written: {Excerpt.Of(fault, path)}; free space or allow writing there and try again{hint}.", fault);
        }
    }
}
