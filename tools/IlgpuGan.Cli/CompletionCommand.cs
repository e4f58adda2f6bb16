using System.CommandLine;

namespace IlgpuGan.Cli;

/// <summary>
/// <c>ilgpugan completion bash|zsh|pwsh</c>: scripts that let a shell ask the program, by its directive <c>[suggest:N]</c>, what may come next.
/// </summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        // What nothing is known for may be a file.
        ["bash"] = """
            # In ~/.bashrc: eval "$(ilgpugan completion bash)"
            _ilgpugan() {
                local line="${COMP_LINE:0:COMP_POINT}" IFS=$'\n'
                line="${line#* }"
                COMPREPLY=($(compgen -W "$(ilgpugan "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _ilgpugan ilgpugan
            """,
        ["zsh"] = """
            # In ~/.zshrc, after compinit: eval "$(ilgpugan completion zsh)"
            _ilgpugan() {
                local line="${BUFFER[1,CURSOR]#* }"
                compadd -- "${(@f)$(ilgpugan "[suggest:${#line}]" "$line" 2>/dev/null)}" || _files
            }
            compdef _ilgpugan ilgpugan
            """,
        ["pwsh"] = """
            # In $PROFILE: ilgpugan completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName ilgpugan -ScriptBlock {
                param($word, $command, $cursor)
                $line = $command.ToString().PadRight($cursor - $command.Extent.StartOffset) -replace '^\S+\s', ''
                ilgpugan "[suggest:$($line.Length)]" $line 2>$null | Where-Object { $_ -like "$word*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    /// <summary>The shells that there is a script for.</summary>
    public static IReadOnlyList<string> Shells { get; } = [.. Scripts.Keys];

    public static Command Create(CliContext context)
    {
        var command = new Command("completion", "Prints a script that lets a shell complete commands, options and their values.");
        var shell = new Argument<string>("SHELL") { Description = $"{string.Join(", ", Shells)}; the script's first line says how to use it." };
        shell.CompletionSources.Add([.. Shells]);
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && !Scripts.ContainsKey(given.Value))
            {
                result.AddError($"SHELL is \"{given.Value}\"; it must be one of {string.Join(", ", Shells)}");
            }
        });
        command.Add(shell);
        command.SetAction(parsed =>
        {
            context.Output.WriteLine(Scripts[parsed.GetValue(shell)!]);
            return 0;
        });
        return command;
    }
}
