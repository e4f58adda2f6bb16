namespace IlgpuGan.Bench;

/// <summary>Tells what is being measured: in one line that is rewritten in a terminal, in a line each elsewhere.</summary>
internal sealed class Progress(BenchContext context) : IDisposable
{
    // A line that wraps cannot be rewritten.
    private const int MostColumns = 79;
    private const string EraseToEnd = "\e[K";

    /// <summary>Says what comes next.</summary>
    public void Show(string text)
    {
        if (context.IsTerminal)
        {
            context.Error.Write($"\r{text[..Math.Min(text.Length, MostColumns)]}{EraseToEnd}");
        }
        else
        {
            context.Error.WriteLine(text);
        }
        context.Error.Flush();
    }

    /// <summary>Leaves a clean line to what follows.</summary>
    public void Dispose()
    {
        if (context.IsTerminal)
        {
            context.Error.Write($"\r{EraseToEnd}");
        }
    }
}
