[assembly: AssemblyFixture(typeof(IlgpuGan.Tests.OwnCacheFolder))]

namespace IlgpuGan.Tests;

/// <summary>
/// Gives a process of tests, and those it starts, a cache folder of their own: what the user's holds, or other tests write at the same time, changes
/// nothing. Drivers read the variable by themselves and keep the kernels that they have compiled where they always do.
/// </summary>
public sealed class OwnCacheFolder : IDisposable
{
    private const string Variable = "XDG_CACHE_HOME", Prefix = "ilgpugan-cache-";

    private readonly string? before = Environment.GetEnvironmentVariable(Variable);
    private readonly string? path;

    /// <summary>Makes the folder and names it to this process, unless that was started by a process of tests and has its folder.</summary>
    public OwnCacheFolder()
    {
        if (Path.GetFileName(before)?.StartsWith(Prefix, StringComparison.Ordinal) == true)
        {
            return;
        }
        path = Directory.CreateTempSubdirectory(Prefix).FullName;
        Environment.SetEnvironmentVariable(Variable, path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (path is null)
        {
            return;
        }
        Environment.SetEnvironmentVariable(Variable, before);
        Directory.Delete(path, recursive: true);
    }
}
