using System.Text.Json;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

public sealed class RunLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static TrainingReport Of(long step) => new(step, step * 0.064, 1.25, 0.5, 0.75, 0.25, 3, 4) { Divergence = "Jensen-Shannon", DivergenceBound = 0.125, ImagesPerSecond = 640, Seconds = step };

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
    public void Every_line_is_an_object_that_carries_what_the_run_shows()
    {
        var lines = File.ReadAllLines(Log(50, 100).Path);
        Assert.Equal(2, lines.Length);
        foreach (var line in lines)
        {
            using var json = JsonDocument.Parse(line);
            Assert.Equal(
                ["discriminator_gradient_norm", "discriminator_loss", "fake_probability", "generator_gradient_norm", "generator_loss",
                    "images_per_second", "jensen_shannon_lower_bound", "kimg", "real_probability", "seconds", "step"],
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
}
