namespace IlgpuGan.Kernels.Tests.Gemm;

public class TileSourceTests
{
    [Fact]
    public void Generated_tiles_are_what_their_generator_writes() => Compare("Tiles.g.cs", TileSource.Write());

    [Fact]
    public void Generated_shapes_are_what_their_generator_writes() => Compare("TileShapes.g.cs", ShapeSource.Write());

    // Set ILGPUGAN_WRITE_SOURCES=1 to write the files anew after a change of their generators.
    private static void Compare(string file, string expected)
    {
        string? root = Root();
        Assert.SkipWhen(root is null, "There are no sources beside these tests.");
        string path = Path.Combine(root, "kernels", "IlgpuGan.Kernels", "Gemm", file);
        if (Environment.GetEnvironmentVariable("ILGPUGAN_WRITE_SOURCES") == "1")
        {
            File.WriteAllText(path, expected);
        }
        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static string? Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IlgpuGan.sln")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName;
    }
}
