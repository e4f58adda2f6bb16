namespace IlgpuGan.Tests;

/// <summary>The sources that these tests were built from.</summary>
internal static class Sources
{
    /// <summary>The folder of the solution.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "IlgpuGan.sln")))
            {
                folder = folder.Parent;
            }
            return folder.FullName;
        }
    }
}
