using System.Text.RegularExpressions;

namespace IlgpuGan.Tests.Architecture;

/// <summary>The folders of the engine are rooms in an order: each knows only rooms above it.</summary>
public class RoomTests
{
    private static readonly string[] Rooms = ["Ranks", "Devices", "Graphs", "Distances", "Augmentation", "Networks", "Objectives", "Imaging", "Faces", "Data", "Options",
        "Export", "Runs", "Sampling", "Training", "Generation", "Evaluation", "Theory"];

    [Fact]
    public void Every_folder_is_a_room_of_the_list() =>
        Assert.Equal(Rooms.Order(), Directory.GetDirectories(Engine).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj")).Order());

    [Fact]
    public void A_room_uses_only_rooms_above_it_in_its_lines_and_in_its_types()
    {
        var lines = from use in Uses(@"IlgpuGan\.(?!Kernels)(\w+)")
                    where Array.IndexOf(Rooms, use.Name) >= Array.IndexOf(Rooms, use.Room) && use.Name != use.Room
                    select $"{use.File} uses {use.Name}";
        var types = from arrow in RoomGraph.Arrows
                    where Array.IndexOf(Rooms, arrow.To) >= Array.IndexOf(Rooms, arrow.From)
                    from reason in arrow.Because
                    select $"{arrow.From} > {arrow.To}: {reason}";

        Assert.Empty(lines);
        Assert.Empty(types);
    }

    [Fact]
    public void References_in_signatures_and_in_code_are_seen()
    {
        Assert.Contains(RoomGraph.Arrows, arrow => arrow is ("Training", "Runs", _) && arrow.Because.Contains("TrainingSession uses RunFolder"));
        Assert.Contains(RoomGraph.Arrows, arrow => arrow is ("Graphs", RoomGraph.Kernels, _));
    }

    [Fact]
    public void The_picture_of_the_rooms_is_that_of_the_code()
    {
        string file = Path.Combine(Sources.Root, "src", "rooms.svg"), drawn = RoomGraph.Picture();
        if (Environment.GetEnvironmentVariable("ILGPUGAN_WRITE_SOURCES") == "1")
        {
            File.WriteAllText(file, drawn);
        }
        Assert.True(File.Exists(file) && File.ReadAllText(file) == drawn, $"{file} shows other rooms or arrows; ILGPUGAN_WRITE_SOURCES=1 with this test draws it anew.");
    }

    [Fact]
    public void Skia_is_known_in_Imaging_and_Faces_alone_and_where_bitmaps_are_taken_and_handed_out() =>
        Assert.Equal(["Data/ImageSequence.cs", "Generation/Generator.cs", "Generation/Translator.cs"],
            Uses(@"(SkiaSharp|ScottPlot)").Where(use => use.Room is not ("Imaging" or "Faces")).Select(use => use.File).Order(StringComparer.Ordinal));

    [Fact]
    public void Accelerators_are_known_where_they_are_opened_and_where_kernels_are_launched() =>
        Assert.Empty(Uses(@"(ILGPU)\b").Where(use => use.Room != "Devices" && !use.File.StartsWith("Graphs/Plans", StringComparison.Ordinal)).Select(use => use.File));

    [Fact]
    public void Kernels_know_nothing_of_the_engine() =>
        Assert.DoesNotContain(CodeIn(Path.Combine(Sources.Root, "kernels")), file => Regex.IsMatch(File.ReadAllText(file), @"using IlgpuGan\.(?!Kernels)"));

    private static string Engine => Path.Combine(Sources.Root, "src", "IlgpuGan");

    private static IEnumerable<string> CodeIn(string folder) =>
        Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static IEnumerable<(string Room, string File, string Name)> Uses(string pattern) =>
        from room in Rooms
        from file in CodeIn(Path.Combine(Engine, room))
        from Match match in Regex.Matches(File.ReadAllText(file), @$"^using (?:static |\w+ = )?{pattern}", RegexOptions.Multiline)
        select (room, Path.GetRelativePath(Engine, file).Replace('\\', '/'), match.Groups[1].Value);
}
