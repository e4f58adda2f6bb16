using System.Text.Json;
using IlgpuGan.Imaging;

namespace IlgpuGan.Bench.Tests;

public sealed class BenchCommandTests : IDisposable
{
    private static readonly string[] Brief = ["--device", "cpu", "--seconds", "0"];

    private readonly string folder = Directory.CreateTempSubdirectory("bench-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_matrix_product_prints_one_object_per_size_and_the_limits()
    {
        var lines = Json("matmul", "--size", "8", "33");

        Assert.Equal(["matmul 8", "matmul 33", "limits"], lines.Select(Name));
        Assert.All(lines[..^1], AssertWork);
        Assert.Equal("cpu", lines[^1].GetProperty("device").GetString());
        Assert.True(lines[^1].GetProperty("gflops").GetDouble() > 0);
        Assert.True(lines[^1].GetProperty("gbs").GetDouble() > 0);
    }

    [Fact]
    public void Every_convolution_of_the_networks_is_measured_in_three_directions()
    {
        var rows = Rows("conv", "--size", "16", "--width", "4", "--batch", "2");

        Assert.Equal(
            [
                .. Directions("conv D1 3x16x16 -> 4x8x8"), .. Directions("conv D2 4x8x8 -> 8x4x4"),
                .. Directions("conv D3 8x4x4 -> 1x1x1"), .. Directions("conv G1 100x1x1 -> 8x4x4"),
            ],
            rows.Select(Name));
        Assert.All(rows, AssertWork);
    }

    [Fact]
    public void One_layer_can_be_picked() =>
        Assert.Equal(
            Directions("conv D2 64x32x32 -> 128x16x16"),
            Rows("conv", "--batch", "1", "--layer", "d2").Select(Name));

    [Fact]
    public void Element_wise_operations_are_measured_by_the_bytes_they_move()
    {
        var rows = Rows("elementwise", "--floats", "8200");

        // Whole rows of 64 channels.
        Assert.All(rows, row => Assert.EndsWith(" 8192", Name(row), StringComparison.Ordinal));
        Assert.Equal(
            ["copy", "leaky relu", "leaky relu gradient", "tanh", "batch norm and leaky relu", "batch norm and leaky relu gradient", "adam and average", "bce", "random normal"],
            rows.Select(row => Name(row)["elementwise ".Length..^" 8192".Length]));
        Assert.All(rows, AssertWork);
        Assert.All(rows, row => Assert.Equal("GB/s", row.GetProperty("unit").GetString()));
        // Floats of the tensors that lie in memory before or after, for each element; what a normalisation has for each channel is left.
        Assert.All(rows.Zip((double[])[2, 2, 3, 2, 2, 4, 9, 2, 1]), pair =>
        {
            double floats = pair.First.GetProperty("gbs").GetDouble() * pair.First.GetProperty("ms").GetDouble() * 1e6 / 4;
            Assert.InRange(floats / 8192, pair.Second * 0.999, pair.Second * 1.05);
        });
    }

    [Fact]
    public void A_step_prints_its_time_its_speed_its_work_and_its_launches()
    {
        var row = Assert.Single(Rows("step", "--preset", "dcgan", "--size", "16", "--width", "4", "--batch", "2"));

        Assert.Equal("step dcgan 16 width 4 batch 2", Name(row));
        AssertWork(row);
        foreach (string key in (string[])["ms_per_step", "images_per_second", "gflop_per_step", "launches_per_step", "host_ms_per_step"])
        {
            Assert.True(row.GetProperty(key).GetDouble() > 0, key);
        }
        Assert.True(row.GetProperty("host_ms_per_step").GetDouble() <= row.GetProperty("ms_per_step").GetDouble());
    }

    [Fact]
    public void Launches_are_measured_by_the_number_of_operations_in_a_plan()
    {
        var rows = Rows("launch");

        Assert.Equal(["launch 0 operations", "launch 1 operation", "launch 10 operations", "launch 100 operations"], rows.Select(Name));
        Assert.All(rows, row => Assert.True(row.GetProperty("us").GetDouble() > 0));
        Assert.Equal([false, false, true, true], rows.Select(row => row.TryGetProperty("us_per_operation", out _)));
    }

    [Fact]
    public void Without_json_the_rows_are_a_table_above_the_limits()
    {
        var (code, output, error) = Run(["matmul", "--size", "8", .. Brief]);

        Assert.Equal(0, code);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("name ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("matmul 8 ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("limits of cpu ", lines[2], StringComparison.Ordinal);
        Assert.Contains("1/1 matmul 8\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_terminal_progress_is_one_line_that_is_rewritten()
    {
        var (_, _, error) = Run(["matmul", "--size", "8", .. Brief], isTerminal: true);

        Assert.Contains("\r1/1 matmul 8", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public void A_report_is_a_figure_and_a_table_with_everything()
    {
        string target = Path.Combine(folder, "new", "report");
        string[] tiny = ["--product", "8", "--size", "16", "--width", "4", "--batch", "2", "--floats", "4096"];

        var rows = Rows(["report", "--quick", "--out", target, .. tiny]);

        Assert.Equal(["roofline.png", "report.md"], Directory.GetFiles(target).Select(Path.GetFileName).OrderDescending());
        var png = File.ReadAllBytes(Path.Combine(target, "roofline.png"));
        Assert.Equal((900, 1400), ImageDecoder.ReadSize(png));
        string text = File.ReadAllText(Path.Combine(target, "report.md"));
        Assert.All(rows, row => Assert.Contains($"| {Name(row)} |", text, StringComparison.Ordinal));
        Assert.All(["matmul", "conv", "elementwise", "step", "launch"], command => Assert.Contains(rows, row => Name(row).StartsWith(command, StringComparison.Ordinal)));
        foreach (string fact in (string[])["processor", "instruction set", "runtime", "limits"])
        {
            Assert.Contains($"| {fact} | ", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Counting_without_the_stand_in_is_refused_with_what_it_takes()
    {
        var (code, output, error) = Run(["step", "--count"]);

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.StartsWith("--count needs the stand-in for a CUDA card: name its library in ILGPUGAN_CUDA_DRIVER, and set ILGPUGAN_CUDA_STAND_IN", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_that_cannot_be_written_says_so_before_anything_is_measured()
    {
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        foreach (string target in (string[])[file, Path.Combine(file, "inside")])
        {
            var (code, output, error) = Run(["report", "--quick", "--device", "cpu", "--out", target]);

            Assert.Equal((2, ""), (code, output));
            Assert.Contains(target, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
            Assert.Contains("folder", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("matmul", "--size", "many")]
    [InlineData("matmul", "--size", "0")]
    [InlineData("matmul", "--size", "100000")]
    [InlineData("matmul", "--device", "abacus")]
    [InlineData("matmul", "--precision", "fp7")]
    [InlineData("matmul", "--tune", "1")]
    [InlineData("matmul", "--seconds", "-1")]
    [InlineData("matmul", "--seconds", "nan")]
    [InlineData("conv", "--size", "17")]
    [InlineData("conv", "--layer", "D9")]
    [InlineData("conv", "--batch", "0")]
    [InlineData("elementwise", "--floats", "7")]
    [InlineData("elementwise", "--floats", "2000000000")]
    [InlineData("step", "--preset", "transformer")]
    [InlineData("step", "--size", "17")]
    [InlineData("step", "--size", "100000")]
    [InlineData("launch", "--size", "3")]
    [InlineData("nonsense")]
    [InlineData]
    public void Bad_usage_is_exit_code_2_and_one_sentence(params string[] args)
    {
        var (code, output, error) = Run(args);

        Assert.Equal((2, ""), (code, output));
        // The last line: a fault that only the trainer finds comes after the limits' progress.
        string sentence = error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_ranks_are_simulated_from_a_step_and_a_link_and_said_to_be()
    {
        var rows = Json("ranks", "--size", "16", "--width", "4", "--batch", "2", "--ranks", "2", "8", "--mbit", "1", "--latency", "10");
        Assert.Equal([2, 8], rows.Select(row => row.GetProperty("ranks").GetInt32()));
        Assert.All(rows, row => Assert.Equal("simulated, link as given", row.GetProperty("kind").GetString()));
        // What is sent takes at least so long: a microsecond for each bit.
        Assert.All(rows, row => Assert.True(row.GetProperty("ms_exchange").GetDouble() > row.GetProperty("bytes_per_step").GetDouble() * 8e-3));
        Assert.True(rows[0].GetProperty("efficiency").GetDouble() > rows[1].GetProperty("efficiency").GetDouble());
    }

    private static string Name(JsonElement row) => row.GetProperty("name").GetString()!;

    private static string[] Directions(string layer) => [$"{layer} forward", $"{layer} data gradient", $"{layer} weight gradient"];

    private static void AssertWork(JsonElement row)
    {
        Assert.Equal("cpu", row.GetProperty("device").GetString());
        foreach (string key in (string[])["ms", "gbs", "bound", "runs"])
        {
            Assert.True(row.GetProperty(key).GetDouble() > 0, $"{Name(row)} {key}");
        }
        foreach (string key in (string[])["gflops", "best_gflops"])
        {
            Assert.True(row.GetProperty(key).GetDouble() >= 0, $"{Name(row)} {key}");
        }
        Assert.Contains(row.GetProperty("limit").GetString(), (string[])["compute", "memory"]);
        // Tiny tensors lie in the caches and may be moved faster than a copy beyond them.
        Assert.InRange(row.GetProperty("share").GetDouble(), double.Epsilon, 50);
    }

    private static JsonElement[] Rows(params string[] args) => Json(args)[..^1];

    private static JsonElement[] Json(params string[] args)
    {
        var (code, output, error) = Run([.. args, .. Brief, "--json"]);
        Assert.True(code == 0, error);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static (int Code, string Output, string Error) Run(string[] args, bool isTerminal = false)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        // Bandwidth of the caches: no test looks at how large it is.
        int code = BenchCommand.Run(args, new BenchContext(output, error, isTerminal, TimeProvider.System) { CopyFloats = 1 << 16 });
        return (code, output.ToString(), error.ToString());
    }
}
