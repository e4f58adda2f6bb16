using System.Text;

namespace IlgpuGan.Cli;

/// <summary>
/// Writes as long as that is possible and then keeps silent: a run outlives a log on a full disk, a terminal that was closed, and whoever read its messages.
/// </summary>
internal sealed class LastingWriter(TextWriter inner) : TextWriter
{
    /// <summary>Why nothing is written any more; null while all is well.</summary>
    public Exception? Failure { get; private set; }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            write();
        }
        // A descriptor that is closed is an access that is denied, or an object that is gone.
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Failure = fault;
        }
    }
}
