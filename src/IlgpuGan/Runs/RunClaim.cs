namespace IlgpuGan.Runs;

/// <summary>The lock file of a run folder. The operating system lets go of it when the process dies, however it dies.</summary>
internal sealed class RunClaim : IDisposable
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "run.lock";

    private const string Removed = " (deleted)";

    private readonly FileStream stream;
    private string? place;

    private RunClaim(string folder, FileStream stream)
    {
        Folder = Path.GetFullPath(folder);
        this.stream = stream;
        place = Place();
    }

    /// <summary>The folder where it was seen last, as a full path.</summary>
    public string Folder { get; private set; }

    /// <summary>Claims a folder.</summary>
    /// <exception cref="RunFolderException">Another process has it, or something else lies where the lock belongs.</exception>
    /// <exception cref="RunWriteException">The folder cannot be written.</exception>
    public static RunClaim Take(string folder)
    {
        var file = Path.Combine(folder, FileName);
        Check(folder);
        try
        {
            return new RunClaim(folder, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault) when (File.Exists(file))
        {
            throw new RunFolderException($"{folder} is in use by another process; wait for it or stop it first.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RunWriteException($"{folder} cannot be written: {Excerpt.Of(fault, file)}; allow writing there or give another --out.", fault);
        }
    }

    /// <summary>Says early that something else lies where the lock belongs.</summary>
    /// <exception cref="RunFolderException">It does.</exception>
    public static void Check(string folder) => PlaceCheck.File(Path.Combine(folder, FileName), "the lock of the run belongs");

    /// <summary>Whether a process has claimed a folder; where none has, the look holds the lock for an instant.</summary>
    public static bool IsTaken(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (RegularFile.Obstacle(file) is not null)
        {
            return false;
        }

        try
        {
            // A run that was killed leaves the file, but not the lock.
            using var look = File.Exists(file) ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
            return false;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Whether the lock file is still where it was seen last. Another process's file of the same name counts where the system does not tell them apart.</summary>
    public bool IsHeld(string folder) => Place() is { } now ? now == place : File.Exists(Path.Combine(folder, FileName));

    /// <summary>The folder where the lock file lies now if it was moved; null where it was removed, or the system does not tell.</summary>
    public string? Moved()
    {
        if (Place() is not { } now || now.EndsWith(Removed, StringComparison.Ordinal) || Path.GetFileName(now) != FileName)
        {
            return null;
        }

        (place, Folder) = (now, Path.GetDirectoryName(now)!);
        return Folder;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var now = Place() ?? (File.Exists(stream.Name) ? stream.Name : null);
        stream.Dispose();
        try
        {
            if (now is not null && !now.EndsWith(Removed, StringComparison.Ordinal))
            {
                File.Delete(now);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // An unlocked lock file left behind stops nobody.
        }
    }

    // Linux says of an open file where it is now; elsewhere only its absence can be seen, and Windows lets nobody move it.
    private string? Place()
    {
        try
        {
            return OperatingSystem.IsLinux() && !stream.SafeFileHandle.IsClosed
                ? File.ResolveLinkTarget($"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}", returnFinalTarget: false)?.FullName : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
