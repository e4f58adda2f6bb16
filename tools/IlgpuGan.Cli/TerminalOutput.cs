using System.Text;
using Spectre.Console;

namespace IlgpuGan.Cli;

/// <summary>The terminal behind standard error, written to in a way that its end does not end a run.</summary>
internal sealed class TerminalOutput(TextWriter error) : IAnsiConsoleOutput
{
    private readonly AnsiConsoleOutput terminal = new(Console.Error);

    public TextWriter Writer => error;

    public bool IsTerminal => true;

    public int Width => terminal.Width;

    public int Height => terminal.Height;

    public void SetEncoding(Encoding encoding)
    {
    }

    /// <summary>A console over it.</summary>
    public static IAnsiConsole Open(TextWriter error) => AnsiConsole.Create(new AnsiConsoleSettings { Out = new TerminalOutput(error) });
}
