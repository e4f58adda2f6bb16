using System.Reflection;
using System.Text.RegularExpressions;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Tests;

/// <summary>A program's messages name what it can set; those of the command line name what is typed there.</summary>
public sealed class OptionWordsTests
{
    private static readonly string[] Sure = ["held-out", "like", "out", "resume", "rows", "seeds", "tiles", "truncation"];

    /// <summary>The options that messages of the library name: those of the table, and whatever is written as one in its sources.</summary>
    public static TheoryData<string> Options => [.. OptionRows.Table.Rows.Select(row => row.Name).Union(Written()).Order()];

    [Theory]
    [MemberData(nameof(Options))]
    public void A_program_reads_of_a_property_parameter_or_choice_that_there_is(string option)
    {
        string name = OptionNames.In($"give --{option} 3")["give ".Length..^" 3".Length].Split('.')[^1];

        var members = typeof(TrainingSession).Assembly.GetExportedTypes().SelectMany(type => type.GetMembers());
        Assert.Contains(members, member => (member is PropertyInfo or MethodInfo or FieldInfo { IsLiteral: true } && member.Name == name)
            || (member is MethodBase method && method.GetParameters().Any(parameter => string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase))));
    }

    [Fact]
    public void Options_are_found_in_the_sources() => Assert.Empty(Sure.Except(Written()));

    [Theory]
    [InlineData("--lr is 2; give a lower --d-lr, or --penalty-weight.", "LearningRate is 2; give a lower DiscriminatorLearningRate, or PenaltyWeight.")]
    [InlineData("'/data/--size/x' and a--lr and 1 -- 2 are left as they are.", "'/data/--size/x' and a--lr and 1 -- 2 are left as they are.")]
    [InlineData("start it by srun --mpi=pmix or --mpi=pmi2.", "start it by srun --mpi=pmix or --mpi=pmi2.")]
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

    // Colours of pages are written alike.
    private static IEnumerable<string> Written() =>
        from file in Directory.GetFiles(Path.Combine(Sources.Root, "src", "IlgpuGan"), "*.cs", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        from line in File.ReadLines(file)
        where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && !line.Contains("var(--", StringComparison.Ordinal)
        from Match match in Regex.Matches(line, "(?<![\\w/-])--([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?![\\w/:=-])")
        select match.Groups[1].Value;
}
