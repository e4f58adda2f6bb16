using System.Diagnostics;

namespace IlgpuGan.Tests;

/// <summary>A file system in memory of a given size; skips the test where none can be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder mountPoint = new();

    public SmallDisk(int kilobytes)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            mountPoint.Dispose();
            Assert.Skip("mounting a small file system needs Linux and root");
        }

        if (Call("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", Path) is var error and not "")
        {
            mountPoint.Dispose();
            Assert.Skip($"a small file system cannot be mounted here: {error}");
        }
    }

    public string Path => mountPoint.Path;

    public string this[string name] => mountPoint[name];

    public void MakeReadOnly() => Assert.Equal("", Call("mount", "-o", "remount,ro", Path));

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var filler = File.Create(this["filler"]);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
                filler.Flush();
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    public void MakeRoom() => File.Delete(this["filler"]);

    public void Dispose()
    {
        Call("umount", Path);
        mountPoint.Dispose();
    }

    /// <summary>Runs a program to its end; returns what it complained of, or nothing when it succeeded.</summary>
    private static string Call(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? "" : $"{program} failed with {process.ExitCode}. {error}";
    }
}
