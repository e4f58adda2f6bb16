namespace IlgpuGan;

/// <summary>Where this program keeps caches of a user: in the folder that the platform wants them in.</summary>
internal static class UserCacheFolder
{
    /// <summary>The folder of one cache; null when the user has no place for caches.</summary>
    public static string? Find(string cache) => Root() is { } root ? Path.Combine(root, "ilgpugan", cache) : null;

    // $XDG_CACHE_HOME when set, otherwise the platform's folder.
    private static string? Root()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is string xdg && Path.IsPathFullyQualified(xdg))
        {
            return xdg;
        }

        string? folder = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is not { Length: > 0 } home ? null
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Path.Combine(home, ".cache");
        return string.IsNullOrEmpty(folder) ? null : folder;
    }
}
