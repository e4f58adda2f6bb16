using System.Runtime.InteropServices;
using System.Text;

namespace IlgpuGan.CudaStandIn.Driver.Exports;

/// <summary>
/// Lines on the process's standard error. Not Console.Error: the console of this library would take the signals that the program waits for. Not a file's stream:
/// that keeps a place of its own and writes over what the program has written since.
/// </summary>
internal sealed unsafe partial class StandardError : TextWriter
{
    private const int Number = 2;

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        var bytes = Encoding.GetBytes(value ?? "");
        fixed (byte* first = bytes)
        {
            // Where it is closed nobody reads.
            _ = Write(Number, first, bytes.Length);
        }
    }

    public override void WriteLine(string? value) => Write($"{value}\n");

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, byte* bytes, nint count);
}
