using System.Text.Json;
using IlgpuGan.Runs;

namespace IlgpuGan.Tests.Runs;

public sealed class RunLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static TrainingReport Of(long step) => new(step, step * 0.064, 1.25, 0.5, 0.75, 0.25, 3, 4) { Divergence = "Jensen-Shannon", DivergenceBound = 0.125,
        ImagesPerSecond = 640, Seconds = step };

    private RunLog Log(params long[] steps)
    {
        var log = new RunLog(folder["log.jsonl"]);
        foreach (var step in steps)
        {
            log.Append(Of(step));
        }

        return log;
    }

    [Fact]
    public void A_number_that_is_none_is_null_and_comes_back_as_none()
    {
        var log = Log();
        log.Append(Of(50) with { GeneratorLoss = double.NaN, DivergenceBound = double.NegativeInfinity, DiscriminatorGradientNorms = new Dictionary<string,
            double> { ["a"] = double.PositiveInfinity } });
        log.Append(new MetricLine("swd", 50, 8, double.NaN, false));

        string text = File.ReadAllText(log.Path);
        Assert.Contains("\"generator_loss\":null", text, StringComparison.Ordinal);
        Assert.Contains("\"a\":null", text, StringComparison.Ordinal);
        Assert.Contains("\"value\":null", text, StringComparison.Ordinal);
        Assert.Equal(double.NaN, Assert.Single(log.Read()).GeneratorLoss);
        Assert.Equal(double.NaN, Assert.Single(log.ReadMetrics()).Value);
    }

    [Fact]
    public void Every_line_is_an_object_that_carries_what_the_run_shows()
    {
        var lines = File.ReadAllLines(Log(50, 100).Path);
        Assert.Equal(2, lines.Length);
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            Assert.Equal(
                ["discriminator_gradient_norm", "discriminator_loss", "divergence", "divergence_bound", "fake_probability", "generator_gradient_norm",
                    "generator_loss", "images_per_second", "kimg", "real_probability", "seconds", "step"],
                json.RootElement.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Reports_are_read_back_as_they_were_written() => Assert.Equal([Of(50), Of(100)], Log(50, 100).Read());

    [Fact]
    public void Half_a_line_at_the_end_is_passed_over()
    {
        var log = Log(50, 100);
        File.AppendAllText(log.Path, RunLog.LineOf(Of(150))[..40]);
        Assert.Equal([Of(50), Of(100)], log.Read());
    }

    [Fact]
    public void Lines_after_the_step_of_a_checkpoint_are_cut_and_the_others_keep_their_bytes()
    {
        var log = Log(50, 100, 150, 200);
        var lines = File.ReadAllLines(log.Path);
        File.AppendAllText(log.Path, "{\"step\":250,");
        log.CutAfter(125, reportEvery: 50);
        Assert.Equal(lines[..2], File.ReadAllLines(log.Path));
        Assert.EndsWith("\n", File.ReadAllText(log.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_line_of_a_session_that_ended_between_two_reports_is_cut_too()
    {
        var log = Log(50, 100, 120);
        log.CutAfter(120, reportEvery: 50);
        Assert.Equal([Of(50), Of(100)], log.Read());
    }

    [Fact]
    public void A_log_that_is_not_there_is_empty_and_needs_no_cutting()
    {
        var log = Log();
        log.CutAfter(10, reportEvery: 5);
        Assert.Empty(log.Read());
    }

    [Fact]
    public void What_a_checkup_found_is_on_the_line_of_its_report()
    {
        var log = Log();
        log.Append(Of(50).With(new Checkup
        {
            DiscriminatorGradientNorms = new Dictionary<string, double> { ["layer0"] = 0.5, ["layer1"] = 2 }, PixelSpread = 0.9, FeatureSpread = 0.8, Coverage = 0.7, Fidelity = 0.6,
        }));
        var line = File.ReadAllText(log.Path);
        Assert.Contains("\"discriminator_gradient_norms\":{\"layer0\":0.5,\"layer1\":2},\"pixel_spread\":0.9,\"feature_spread\":0.8,\"coverage\":0.7,\"fidelity\":0.6,",
            line, StringComparison.Ordinal);
        var read = Assert.Single(log.Read());
        Assert.Equal(2, read.DiscriminatorGradientNorms!["layer1"]);
        Assert.Equal(0.7, read.Coverage);
    }

    [Fact]
    public void Findings_are_lines_of_their_own_among_the_reports()
    {
        var log = Log(50);
        var finding = new Finding(FindingKind.ModeCollapse, 50, 50, "All alike.");
        log.Append(finding);
        log.Append(Of(100));
        Assert.Equal("{\"finding\":\"mode-collapse\",\"step\":50,\"onset\":50,\"sentence\":\"All alike.\"}", File.ReadAllLines(log.Path)[1]);
        Assert.Equal([Of(50), Of(100)], log.Read());
        Assert.Equal([finding], log.ReadFindings());
    }

    [Fact]
    public void A_cut_spares_what_made_the_run_go_back_as_often_as_it_did()
    {
        var log = Log(50);
        Finding Back(int number) => new(FindingKind.ModeCollapse, 200, 150, "All alike.") { BackTo = 100, Rollback = number };
        var kept = new Finding(FindingKind.Oscillation, 50, 50, "It swings.");
        foreach (var finding in (Finding[])[kept, Back(1), Back(2), new(FindingKind.Memorising, 150, 150, "Copies.")])
        {
            log.Append(finding);
        }

        log.CutAfter(100, reportEvery: 50, rollbacks: 1);
        Assert.Equal([kept, Back(1)], log.ReadFindings());
        Assert.Equal([Of(50)], log.Read());
    }
}
