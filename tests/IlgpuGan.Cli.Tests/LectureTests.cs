using System.Globalization;
using System.Text.RegularExpressions;
using IlgpuGan.Evaluation;
using IlgpuGan.Tests;
using IlgpuGan.Training;

namespace IlgpuGan.Cli.Tests;

/// <summary>The pages of the lectures, read as a student would: each command runs, at small size, and makes the picture that is shown below it.</summary>
public sealed partial class LectureTests : IDisposable
{
    private const int Steps = 3;

    // Of commands that train, by how their line begins; those of the page come first, so that what is here holds.
    private static readonly (string Command, string Options)[] Small =
    [
        ("train", "--report-every 1 --sample-every 1 --batch 4 --faces 16 --device cpu --tune off"),
        ("lab match", "--width 4 --batch 4 --device cpu --tune off"),
        ("lab gradients", "--width 4 --batch 4 --device cpu --tune off"),
        ("lab modes", "--width 4 --batch 4 --device cpu --tune off"),
        ("lab divergence", "--width 4 --batch 8 --device cpu"),
        ("lab failures", "--device cpu"),
        ("lab", ""),
    ];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Room, "lecture-*.md").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    private static string Room => Path.Combine(Sources.Root, "src", "IlgpuGan", "Theory");

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_makes_the_picture_that_is_shown(string page)
    {
        var questions = Questions(page);

        Assert.NotEmpty(questions);
        foreach (var (commands, picture) in questions)
        {
            Assert.True(new FileInfo(Path.Combine(Room, picture)).Length > 1000, $"{page} shows {picture}, which is not there.");
            foreach (string command in commands)
            {
                string[] arguments = Arguments(command);
                using StringWriter output = new(), error = new();
                int code = CommandLine.Run(arguments, new CliContext(
                    output, error, IsTerminal: false, new TrainingEngine { Metrics = new RunMetrics() }, TimeProvider.System) { Stop = TestContext.Current.CancellationToken });
                Assert.True(code == 0, $"{page}: {command} (as {string.Join(' ', arguments)}) ends with {code}: {error}");
            }

            Assert.True(File.Exists(folder[Path.GetFileName(picture)]), $"{page}: {commands[^1]} does not make {picture}.");
        }
    }

    [Fact]
    public void Every_picture_is_shown_by_a_page_and_all_of_them_are_small()
    {
        var shown = Pages.Select(page => page.Data).SelectMany(Questions).Select(question => question.Picture).ToList();
        var there = Directory.GetFiles(Path.Combine(Room, "lectures")).Select(file => $"lectures/{Path.GetFileName(file)}").ToList();

        Assert.Equal(shown.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
        Assert.InRange(there.Sum(file => new FileInfo(Path.Combine(Room, file)).Length), 1, 2_200_000);
    }

    private static List<(string[] Commands, string Picture)> Questions(string page) =>
        [.. Question().Matches(File.ReadAllText(Path.Combine(Room, page))).Select(match => (
            match.Groups["commands"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), match.Groups["picture"].Value))];

    /// <summary>The rule of the room's README: at most <see cref="Steps"/> steps, 9 images, 16 faces, narrow networks; everything into the test's folder.</summary>
    private string[] Arguments(string command)
    {
        Assert.StartsWith("ilgpugan ", command, StringComparison.Ordinal);
        var words = command.Split(' ').Skip(1).ToList();
        var more = Small.FirstOrDefault(rule => command.StartsWith($"ilgpugan {rule.Command} ", StringComparison.Ordinal)).Options;
        if (more is not null)
        {
            Set("--steps", Steps.ToString(CultureInfo.InvariantCulture));
            foreach (string[] pair in more.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2))
            {
                Set(pair[0], pair[1]);
            }
        }
        else if (words.IndexOf("--steps") is > 0 and var at)
        {
            words[at + 1] = string.Join(',', words[at + 1].Split(',').Take(Steps).Select((_, i) => i + 1));
        }

        if (words.Contains("--count"))
        {
            Set("--count", "9");
        }

        return [.. words.Select((word, i) => word.StartsWith("runs/", StringComparison.Ordinal) || words[Math.Max(0, i - 1)] == "--out" ? folder[word] : word)];

        void Set(string option, string value)
        {
            if (words.IndexOf(option) is > 0 and var place)
            {
                words.RemoveRange(place, 2);
            }

            words.AddRange([option, value]);
        }
    }

    [GeneratedRegex(@"^```\n(?<commands>(?:ilgpugan .*\n)+)```\n\n!\[[^\]]+\]\((?<picture>[^)]+)\)", RegexOptions.Multiline)]
    private static partial Regex Question();
}
