using IlgpuGan.Training;

namespace IlgpuGan.Cli.Tests;

public sealed class LabLectureTests : CliFixture
{
    [Theory]
    [InlineData("")]
    [InlineData("grid --loss minimax --d-steps 2")]
    public void The_page_is_served_until_a_stop_and_its_address_is_printed(string arguments)
    {
        // A fake makes no single updates.
        using StringWriter output = new(), error = new();
        string[] all = [.. $"lab lecture {arguments} --width 8 --batch 16 --device cpu --tune off --port 0".Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var code = CommandLine.Run(all, new CliContext(output, error, IsTerminal: false, new TrainingEngine(), TimeProvider.System) { Stop = new CancellationToken(canceled: true) });

        Assert.True(code == 0, error.ToString());
        Assert.Matches("Lecture at http://127.0.0.1:[0-9]+/\nPress Ctrl-C to end.\n$", error.ToString());
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData("ring --loss hinge", "--loss is \"hinge\"; it must be one of non-saturating, minimax")]
    [InlineData("ring --port 70000", "--port is 70000; it must be 1 to 65535")]
    [InlineData("ring --bind my-laptop", "--bind is \"my-laptop\"; it must be an address in figures")]
    [InlineData("ring --network dcgan", "--network dcgan draws images but ring is points")]
    [InlineData("$/nowhere", "$/nowhere")]
    [InlineData("nonsense", "The data 'nonsense' does not exist; give a folder, zip or tar")]
    [InlineData("no-such/thing", "or 'faces' for the built-in drawings, 'ring' or 'grid' for points, or stack3: and")]
    public void What_is_not_allowed_is_one_sentence(string arguments, string part)
    {
        Assert.Equal(2, Call($"lab lecture {arguments}"));
        AssertOneSentence(part);
    }
}
