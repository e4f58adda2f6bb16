using System.Text.Json;

namespace IlgpuGan.Bench.Tests;

public class BenchCommandTests
{
    [Fact]
    public void A_matrix_product_prints_one_object_per_size()
    {
        var rows = Rows("matmul", "--size", "8", "33", "--device", "cpu", "--seconds", "0", "--json");

        Assert.Equal(["matmul 8", "matmul 33"], rows.Select(row => row.GetProperty("name").GetString()));
        Assert.All(rows, row =>
        {
            Assert.Equal("cpu", row.GetProperty("device").GetString());
            Assert.True(row.GetProperty("ms").GetDouble() > 0);
            Assert.True(row.GetProperty("gflops").GetDouble() >= 0);
        });
    }

    [Fact]
    public void A_step_prints_its_time_its_speed_and_its_work()
    {
        var row = Assert.Single(Rows(
            "step", "--preset", "dcgan", "--size", "16", "--width", "4", "--batch", "2", "--device", "cpu", "--seconds", "0", "--json"));

        Assert.Equal("step dcgan 16 width 4 batch 2", row.GetProperty("name").GetString());
        Assert.True(row.GetProperty("ms_per_step").GetDouble() > 0);
        Assert.True(row.GetProperty("images_per_second").GetDouble() > 0);
        Assert.True(row.GetProperty("gflop_per_step").GetDouble() > 0);
    }

    [Theory]
    [InlineData("matmul", "--size", "many")]
    [InlineData("matmul", "--device", "abacus")]
    [InlineData("step", "--preset", "transformer")]
    [InlineData("step", "--size", "17")]
    [InlineData("nonsense")]
    public void Bad_usage_is_exit_code_2_and_one_sentence(params string[] args)
    {
        var error = new StringWriter();

        Assert.Equal(2, BenchCommand.Run(args, new StringWriter(), error));

        Assert.NotEmpty(error.ToString());
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
    }

    private static JsonElement[] Rows(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(0, BenchCommand.Run(args, output, error));
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
