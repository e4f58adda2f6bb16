using System.Text.Json;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>What a step of training counts, as the benchmark prints it.</summary>
public sealed class CountTests(StandInLibrary library) : CardFixture(library)
{
    [Fact]
    public async Task A_step_of_which_some_groups_are_executed_counts_what_all_of_them_count()
    {
        var all = await CountAsync("all", "");
        var sample = await CountAsync("sample", "execute=sample");

        Assert.Equal(all.Select(row => row.GetProperty("name").GetString()), sample.Select(row => row.GetProperty("name").GetString()));
        Assert.Equal("sum", all[^1].GetProperty("name").GetString());
        foreach (var (whole, part) in all.Zip(sample).SkipLast(1))
        {
            string name = whole.GetProperty("name").GetString()!;
            foreach (string figure in (string[])["launches", "groups", "waves", "mma", "barriers", "bytes_once", "shared_bytes", "live_registers"])
            {
                Assert.True(Number(whole, figure) == Number(part, figure), $"{name}: {figure} is {Number(part, figure)} of {Number(whole, figure)}");
            }
        }
        Assert.True(sample.SkipLast(1).Sum(row => Number(row, "groups_run")) < 0.7 * all.SkipLast(1).Sum(row => Number(row, "groups_run")));
    }

    private async Task<JsonElement[]> CountAsync(string name, string words)
    {
        var end = await StartAsync("step --device cuda --count --each --json --precision tf32 --size 16 --width 8 --batch 16", $"counts={this[name]};{words}", program: "IlgpuGan.Bench");
        Assert.True(end.Code == 0, end.Error);
        Assert.Empty(end.Faults);
        return
        [
            .. end.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
                .OrderBy(row => row.GetProperty("name").GetString(), StringComparer.Ordinal),
        ];
    }

    private static double Number(JsonElement row, string figure) => row.GetProperty(figure).GetDouble();
}
