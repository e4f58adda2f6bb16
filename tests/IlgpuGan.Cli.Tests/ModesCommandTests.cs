using System.Buffers.Binary;
using System.Text.Json;

namespace IlgpuGan.Cli.Tests;

public sealed class ModesCommandTests : CliFixture
{
    // The stand-in for a generator draws images of one brightness each, in even steps around all 256.
    private const int Count = 20, Side = 16;

    [Fact]
    public void Runs_stand_side_by_side_in_a_table_and_a_picture()
    {
        WriteShades();
        TrainOn("$/shades/train-images-idx3-ubyte", "one");
        TrainOn("$/shades/train-images-idx3-ubyte", "other");

        Assert.Equal(0, Call("modes $/one $/other --count 50 --device cpu --out $/plots/modes.png"));

        string[] lines = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.StartsWith(this["one"], lines[1], StringComparison.Ordinal);
        Assert.StartsWith(this["other"], lines[2], StringComparison.Ordinal);
        Assert.Contains("Modes are class;", lines[3], StringComparison.Ordinal);
        Assert.Contains("class 100.0 %", lines[3], StringComparison.Ordinal);
        Assert.Contains("Training the classifier", Error, StringComparison.Ordinal);
        Assert.Contains("Generating images and reading their labels: 50", Error, StringComparison.Ordinal);
        Assert.True(File.Exists(this["plots/modes.png"]));
    }

    [Fact]
    public void Json_has_one_object_for_each_run()
    {
        WriteShades();
        TrainOn("stack3:$/shades", "stacked", "--stacks 60");

        Assert.Equal(0, Call("modes $/stacked --count 64 --seed 3 --json --device cpu"));

        using var json = JsonDocument.Parse(Output);
        var root = json.RootElement;
        Assert.Equal(64, root.GetProperty("images").GetInt32());
        Assert.Equal(8, root.GetProperty("possible").GetInt64());
        // All colours of the stand-in are equal, so only (dark, dark, dark) and (bright, bright, bright) can be read.
        Assert.Equal(2, root.GetProperty("modes").GetInt32());
        Assert.InRange(root.GetProperty("kl_to_uniform").GetDouble(), Math.Log(4), Math.Log(8));
        Assert.Equal(["red", "green", "blue"], root.GetProperty("combined").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(3, root.GetProperty("attributes").GetArrayLength());
    }

    [Fact]
    public void Modes_refuses_what_it_cannot_do()
    {
        Assert.Equal(2, Call("modes $/nothing --device cpu"));
        AssertOneSentence("$/nothing does not exist; give the folder of a run");
        WriteShades();
        TrainOn("$/shades/train-images-idx3-ubyte", "run");
        Assert.Equal(2, Call("modes $/run --count 0 --device cpu"));
        AssertOneSentence("--count is 0; it must be between 1 and");
        Assert.Equal(2, Call("modes $/run --out $/a.jpg --device cpu"));
        AssertOneSentence("give a name that ends with .png");
        Assert.Equal(2, Call("modes $/run --attributes size --device cpu"));
        AssertOneSentence("--attributes");
        Assert.DoesNotContain("Training the classifier", Error, StringComparison.Ordinal);
        Directory.Delete(this["shades"], recursive: true);
        Assert.Equal(2, Call("modes $/run --device cpu"));
        AssertOneSentence("$/shades/train-images-idx3-ubyte' does not exist");
    }

    private void TrainOn(string data, string run, string more = "") =>
        Assert.Equal(0, Call($"train {data} --no-cache --steps 4 --report-every 2 --out $/{run} --width 32 --batch 64 --lr 0.0002 {more}".TrimEnd()));

    /// <summary>Images of one shade each, dark ones of class 0 and bright ones of class 1.</summary>
    private void WriteShades()
    {
        Directory.CreateDirectory(this["shades"]);
        File.WriteAllBytes(this["shades/train-labels-idx1-ubyte"], [0, 0, 8, 1, .. BigEndian(Count), .. Enumerable.Range(0, Count).Select(i => (byte)(i % 2))]);
        File.WriteAllBytes(this["shades/train-images-idx3-ubyte"],
        [
            0, 0, 8, 3, .. BigEndian(Count), .. BigEndian(Side), .. BigEndian(Side),
            .. Enumerable.Range(0, Count).SelectMany(i => Enumerable.Repeat((byte)(i % 2 * 160 + i * 4), Side * Side)),
        ]);
    }

    private static byte[] BigEndian(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
