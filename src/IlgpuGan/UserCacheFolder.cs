namespace IlgpuGan;

/// <summary>Where the platform wants caches of a user kept.</summary>
internal static class UserCacheFolder
{
    /// <summary><c>$XDG_CACHE_HOME</c> when set, otherwise the platform's folder; null when the user has none.</summary>
    public static string? Find()
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
