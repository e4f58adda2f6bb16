using System.Text;
using IlgpuGan.Tests;

namespace IlgpuGan.Watch.Tests;

public sealed class LogTailTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly LogTail tail;

    public LogTailTests() => tail = new LogTail(Log);

    private string Log => folder["log.jsonl"];

    public void Dispose() => folder.Dispose();

    private (TailResult Result, string[] Lines) Read()
    {
        var lines = new List<string>();
        var result = tail.Read(line => lines.Add(Encoding.UTF8.GetString(line.Span)));
        return (result, [.. lines]);
    }

    [Fact]
    public void A_log_that_is_not_there_yet_is_waited_for()
    {
        Assert.Equal(TailResult.Unchanged, Read().Result);
        File.WriteAllText(Log, "a\n");
        Assert.Equal(["a"], Read().Lines);
    }

    [Fact]
    public void Only_what_was_appended_is_read()
    {
        File.WriteAllText(Log, "a\nb\n");
        Assert.Equal(["a", "b"], Read().Lines);
        Assert.Equal(TailResult.Unchanged, Read().Result);
        File.AppendAllText(Log, "c\n");
        Assert.Equal(["c"], Read().Lines);
    }

    [Fact]
    public void Half_a_line_waits_for_its_other_half()
    {
        File.WriteAllText(Log, "a\nhal");
        Assert.Equal(["a"], Read().Lines);
        Assert.Empty(Read().Lines);
        File.AppendAllText(Log, "f\n");
        Assert.Equal(["half"], Read().Lines);
    }

    [Fact]
    public void A_log_that_was_cut_back_is_read_anew()
    {
        File.WriteAllText(Log, "a\nb\nc\n");
        Read();
        File.WriteAllText(Log, "a\n");
        Assert.Equal(TailResult.CutBack, Read().Result);
        Assert.Equal(["a"], Read().Lines);
    }

    [Fact]
    public void A_log_that_was_cut_back_and_has_grown_again_is_known_by_its_content()
    {
        File.WriteAllText(Log, "a\nb\nc\n");
        Read();
        File.WriteAllText(Log, "a\nx\ny\nz\n");
        Assert.Equal(TailResult.CutBack, Read().Result);
        Assert.Equal(["a", "x", "y", "z"], Read().Lines);
    }

    [Fact]
    public void A_line_that_never_ends_is_passed_over()
    {
        File.WriteAllText(Log, new string('x', 9 << 20));
        do
        {
            Assert.Empty(Read().Lines);
        }
        while (tail.HasMore);

        File.AppendAllText(Log, "x\nb\n");
        Assert.Equal(["b"], Read().Lines);
    }

    [Fact]
    public void A_long_log_comes_in_portions()
    {
        var line = new string('x', 999);
        File.WriteAllLines(Log, Enumerable.Repeat(line, 10_000));
        var first = Read().Lines.Length;
        Assert.InRange(first, 1, 9_999);
        Assert.True(tail.HasMore);
        Assert.InRange(tail.Progress, 0.1, 0.9);
        Assert.Equal(10_000 - first, Read().Lines.Length);
    }
}
