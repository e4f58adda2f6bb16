[assembly: AssemblyFixture(typeof(IlgpuGan.Tests.OwnCacheFolder))]

namespace IlgpuGan.Tests;

/// <summary>
/// Gives a process of tests, and those it starts, a cache folder of their own: what the user's holds, or other tests write at the same time, changes
/// nothing. Drivers read the variable by themselves and keep the kernels that they have compiled where they always do.
/// </summary>
public sealed class OwnCacheFolder : IDisposable
{
    private const string Variable = "XDG_CACHE_HOME";

    private readonly string? before = Environment.GetEnvironmentVariable(Variable);
    private readonly string path = Directory.CreateTempSubdirectory("ilgpugan-cache-").FullName;

    /// <summary>Names the folder to this process.</summary>
    public OwnCacheFolder() => Environment.SetEnvironmentVariable(Variable, path);

    /// <inheritdoc/>
    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, before);
        Directory.Delete(path, recursive: true);
    }
}
