using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace IlgpuGan.Data.Containers;

/// <summary>What a NumPy array says of itself before its bytes.</summary>
/// <param name="Element">What it is made of.</param>
/// <param name="ElementBytes">Bytes of an element.</param>
/// <param name="IsBigEndian">Whether elements begin with their highest byte.</param>
/// <param name="IsFortran">Whether the first axis runs fastest.</param>
/// <param name="Lengths">Its shape; a single number has none.</param>
/// <param name="Refusal">Why its bytes cannot be read; null where they can.</param>
internal sealed partial record NumpyHeader(ContainerElement Element, int ElementBytes, bool IsBigEndian, bool IsFortran, IReadOnlyList<long> Lengths, string? Refusal)
{
    private const int MostBytes = 1 << 20;
    private const int MostAxes = 32;

    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    /// <summary>Bytes of the array; null where they are more than any array has.</summary>
    public long? Bytes => Lengths.Aggregate((Int128)ElementBytes, (product, length) => product > long.MaxValue ? product : product * length) is var bytes && bytes <= long.MaxValue
        ? (long)bytes : null;

    /// <summary>Whether texts have four bytes a sign.</summary>
    public bool IsUnicode { get; private init; }

    /// <summary>Bytes before the array.</summary>
    public long Start { get; private init; }

    /// <summary>Reads the header of a file; the stream then stands before the bytes.</summary>
    /// <returns>Null where it is none.</returns>
    /// <exception cref="EndOfStreamException">It ends within the header.</exception>
    public static NumpyHeader? Read(Stream stream)
    {
        byte[] start = new byte[8];
        stream.ReadExactly(start);
        if (!start.AsSpan().StartsWith(Magic) || start[6] is < 1 or > 3)
        {
            return null;
        }

        byte[] length = new byte[start[6] == 1 ? 2 : 4];
        stream.ReadExactly(length);
        uint bytes = length.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (bytes > MostBytes)
        {
            return null;
        }

        byte[] text = new byte[bytes];
        stream.ReadExactly(text);
        return Parse(Encoding.UTF8.GetString(text)) is { } header ? header with { Start = start.Length + length.Length + text.Length } : null;
    }

    private static NumpyHeader? Parse(string text)
    {
        if (Order().Match(text) is not { Success: true } order || Shape().Match(text) is not { Success: true } shape || !text.Contains("'descr'", StringComparison.Ordinal))
        {
            return null;
        }

        var lengths = new List<long>();
        foreach (string part in shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(part.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long length) || lengths.Count == MostAxes)
            {
                return null;
            }

            lengths.Add(length);
        }

        bool isFortran = order.Groups[1].Value == "True";
        if (Simple().Match(text) is not { Success: true } type)
        {
            return new(ContainerElement.Other, 1, false, isFortran, lengths, "is an array of records, which is not read; save one field of it as an array of its own");
        }

        string kind = type.Groups[2].Value;
        if (!int.TryParse(type.Groups[3].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && kind != "O")
        {
            return null;
        }

        ContainerElement element = (kind, size) switch
        {
            ("b", 1) => ContainerElement.Boolean,
            ("u", 1) => ContainerElement.Unsigned8,
            ("u", 2) => ContainerElement.Unsigned16,
            ("u", 4) => ContainerElement.Unsigned32,
            ("u", 8) => ContainerElement.Unsigned64,
            ("i", 1) => ContainerElement.Signed8,
            ("i", 2) => ContainerElement.Signed16,
            ("i", 4) => ContainerElement.Signed32,
            ("i", 8) => ContainerElement.Signed64,
            ("f", 2) => ContainerElement.Fraction16,
            ("f", 4) => ContainerElement.Fraction32,
            ("f", 8) => ContainerElement.Fraction64,
            ("U", <= MostBytes / 4) or ("S", <= MostBytes) => ContainerElement.Text,
            _ => ContainerElement.Other,
        };
        int bytes = kind == "U" ? 4 * Math.Min(size, MostBytes) : size;
        string? refusal = kind == "O" ? "is an array of Python objects, which is not read; save it with .astype('int64') or .astype('U')"
            : element == ContainerElement.Other ? $"is an array of {kind}{size}, which is not read; save it with .astype('float32')"
            : null;
        return new(element, bytes, type.Groups[1].Value == ">", isFortran, lengths, refusal) { IsUnicode = kind == "U" };
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([<>|=]?)([a-zA-Z])(\d*)[^']*'")]
    private static partial Regex Simple();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^()]*)\)")]
    private static partial Regex Shape();
}
