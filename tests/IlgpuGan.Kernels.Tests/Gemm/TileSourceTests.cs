namespace IlgpuGan.Kernels.Tests.Gemm;

public class TileSourceTests
{
    /// <summary>Set ILGPUGAN_WRITE_SOURCES=1 to write the file anew after a change of its generator.</summary>
    [Fact]
    public void Generated_tiles_are_what_their_generator_writes()
    {
        string path = Path.Combine(Root(), "kernels", "IlgpuGan.Kernels", "Gemm", "Tiles.g.cs");
        string expected = TileSource.Write();
        if (Environment.GetEnvironmentVariable("ILGPUGAN_WRITE_SOURCES") == "1")
            File.WriteAllText(path, expected);
        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "IlgpuGan.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
