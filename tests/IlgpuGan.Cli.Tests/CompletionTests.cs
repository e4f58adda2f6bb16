using System.Diagnostics;

namespace IlgpuGan.Cli.Tests;

/// <summary>What a shell learns when somebody presses the tabulator.</summary>
public sealed class CompletionTests : CliFixture
{
    [Theory]
    [InlineData("tra", "train")]
    [InlineData("train faces --opt", "--optimizer")]
    [InlineData("train faces --optimizer ", "adamw")]
    [InlineData("train faces --loss f-", "f-jensen-shannon")]
    [InlineData("train faces --precision ", "bf16")]
    [InlineData("train faces --metric ", "swd")]
    [InlineData("train faces --preset r3", "r3-ffhq64")]
    [InlineData("train faces --tune ", "quick")]
    [InlineData("lab modes ring --penalty ", "wgan-gp")]
    [InlineData("project run a.png --fit ", "stretch")]
    [InlineData("completion ", "zsh")]
    public void What_may_come_next_is_told(string typed, string expected) => Assert.Contains(expected, Ask(typed));

    [Theory]
    [InlineData("train faces --optimizer ", "--width")]
    [InlineData("train faces --precision ", "quick")]
    public void Nothing_else_is(string typed, string other) => Assert.DoesNotContain(other, Ask(typed));

    [Theory]
    [InlineData("bash", "complete -o default -F _ilgpugan ilgpugan")]
    [InlineData("zsh", "compdef _ilgpugan ilgpugan")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName ilgpugan")]
    public void There_is_a_script_for_a_shell(string shell, string part)
    {
        Assert.Equal(0, Call($"completion {shell}"));
        Assert.Contains(part, Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shell_without_one_is_refused_by_those_there_are()
    {
        Assert.Equal(2, Call("completion fish"));
        AssertOneSentence("SHELL is \"fish\"; it must be one of bash, zsh, pwsh; see ilgpugan completion --help.");
    }

    /// <summary>Bash itself, with a program that answers like this one.</summary>
    [Fact]
    public void Bash_takes_the_answers_that_begin_with_the_word()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash.");
        Assert.Equal(0, Call("completion bash"));
        string script = Output;
        File.WriteAllLines(this["answers"], Ask("train faces --optimizer ada"));
        File.WriteAllText(this["script"], $$"""
            ilgpugan() { printf '%s %s\n' "$1" "$2" > {{this["asked"]}}; cat {{this["answers"]}}; }
            {{script}}
            COMP_LINE='ilgpugan train faces --optimizer ada' COMP_POINT=36 COMP_WORDS=(ilgpugan train faces --optimizer ada) COMP_CWORD=4
            _ilgpugan
            printf '%s\n' "${COMPREPLY[@]}"
            """);

        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["--norc", this["script"]]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string found = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();

        Assert.Equal(["adam", "adamw"], found.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("[suggest:27] train faces --optimizer ada", File.ReadAllText(this["asked"]).Trim());
    }

    private List<string> Ask(string typed)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(0, CommandLine.Run([$"[suggest:{typed.Length}]", typed], new CliContext(output, error, IsTerminal: false, Engine, Engine.Clock)));
        Assert.Empty(error.ToString());
        return [.. output.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
    }
}
