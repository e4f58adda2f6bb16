namespace IlgpuGan.Tests.Fuzzing;

/// <summary>One reader under fuzzing: a row of <see cref="FuzzReaders"/>.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Seeds">Makes good inputs, at least one; the folder is empty and the reader's own, and what is put there stays for <paramref name="Read"/>.</param>
/// <param name="Read">Reads an input, in the same folder; may assert what must hold of whatever it accepts.</param>
/// <param name="Allowed">Exceptions that a damaged input may bring, derived ones too; any other is a fault.</param>
internal sealed record FuzzReader(string Name, Func<string, byte[][]> Seeds, Action<byte[], string> Read, params Type[] Allowed)
{
    /// <summary>
    /// Bytes that reading may take in its own thread: far above what these small inputs hold, far below what a number in them may claim.
    /// </summary>
    public long MostBytes { get; init; } = 64 << 20;

    // What libraries call their own parts.
    private static readonly string[] Foreign = ["::", "Exception", "PureHDF", "Thrift", "TProtocol", "instances of type"];

    /// <summary>Whether an exception is one that a damaged input may bring, with a message for people.</summary>
    public bool Allows(Exception fault) => fault.Message.Length > 0 && Allowed.Any(type => type.IsInstanceOfType(fault))
        && !Foreign.Any(word => fault.Message.Contains(word, StringComparison.Ordinal));
}
