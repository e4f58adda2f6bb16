using System.Reflection;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Tests;

/// <summary>A program's messages name what it can set; those of the command line name what is typed there.</summary>
public sealed class OptionWordsTests
{
    /// <summary>The options that messages of the library name.</summary>
    public static TheoryData<string> Options =>
    [
        "ada-kimg", "ada-p", "ada-target", "attributes", "augment", "augment-policy", "batch", "beta1", "beta2", "channels", "checkpoint-every", "clip", "condition",
        "count", "d-condition", "d-lr", "d-norm", "d-steps", "data", "depth", "distances", "epsilon", "faces", "fit", "flip", "force", "fps", "frames", "g-lr", "group-size",
        "half-life", "held-out", "inception", "instance-noise", "keep", "keys", "label", "latent", "lecam", "like", "loss", "lr", "max-bad-files", "metric", "metric-every",
        "metrics", "minibatch-stddev", "minutes", "mismatched", "momentum", "network", "optimizer", "out", "output-bias", "penalty", "penalty-every", "penalty-weight",
        "per-class", "precision", "preset", "report-every", "resume", "rows", "sample-every", "seconds", "seed", "seeds", "size", "spectral-norm", "stacks", "stage-widths",
        "steps", "tiles", "truncation", "tune", "weight-decay", "width",
    ];

    [Theory]
    [MemberData(nameof(Options))]
    public void A_program_reads_of_a_property_or_parameter_that_there_is(string option)
    {
        string name = OptionNames.In($"give --{option} 3")["give ".Length..^" 3".Length].Split('.')[^1];

        var members = typeof(TrainingSession).Assembly.GetExportedTypes().SelectMany(type => type.GetMembers());
        Assert.Contains(members, member => (member is PropertyInfo or MethodInfo && member.Name == name)
            || (member is MethodBase method && method.GetParameters().Any(parameter => string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase))));
    }

    [Theory]
    [InlineData("--lr is 2; give a lower --d-lr, or --penalty-weight.", "LearningRate is 2; give a lower DiscriminatorLearningRate, or PenaltyWeight.")]
    [InlineData("'/data/--size/x' and a--lr and 1 -- 2 are left as they are.", "'/data/--size/x' and a--lr and 1 -- 2 are left as they are.")]
    public void Nothing_else_of_a_message_changes(string typed, string read) => Assert.Equal(read, OptionNames.In(typed));

    [Fact]
    public void The_command_line_is_told_what_is_typed_there_and_on_every_thread_of_its_work()
    {
        string Refusal() => Assert.Throws<OptionException>(() => new TrainingOptions { Batch = 1 }.Validate()).Message;
        string typed = "";
        var work = new Thread(() =>
        {
            OptionWords.SpeakToCommandLine();
            var inner = new Thread(() => typed = Refusal());
            inner.Start();
            inner.Join();
        });
        work.Start();
        work.Join();

        Assert.StartsWith("--batch is 1;", typed, StringComparison.Ordinal);
        Assert.StartsWith("Batch is 1;", Refusal(), StringComparison.Ordinal);
    }
}
