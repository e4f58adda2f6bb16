using IlgpuGan.Kernels.Tests.Expressions;

namespace IlgpuGan.Kernels.Tests.Gemm;

public class TileSourceTests
{
    [Fact]
    public void Generated_tiles_are_what_their_generator_writes() => Compare("Tiles.g.cs", TileSource.Write());

    [Fact]
    public void Generated_shapes_are_what_their_generator_writes() => Compare("TileShapes.g.cs", ShapeSource.Write());

    [Fact]
    public void Generated_formulas_of_long_vectors_are_those_of_short_ones() =>
        Compare(Path.Combine("..", "Expressions", "LongLanes.g.cs"), LongLanesSource.Write(Path.Combine(Sources() ?? "", "Expressions")));

    // Set ILGPUGAN_WRITE_SOURCES=1 to write the files anew after a change of their generators.
    private static void Compare(string file, string expected)
    {
        string? sources = Sources();
        Assert.SkipWhen(sources is null, "There are no sources beside these tests.");
        string path = Path.Combine(sources, "Gemm", file);
        if (Environment.GetEnvironmentVariable("ILGPUGAN_WRITE_SOURCES") == "1")
        {
            File.WriteAllText(path, expected);
        }
        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static string? Sources()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IlgpuGan.sln")))
        {
            folder = folder.Parent;
        }
        return folder is null ? null : Path.Combine(folder.FullName, "kernels", "IlgpuGan.Kernels");
    }
}
