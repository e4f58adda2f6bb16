using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace IlgpuGan.Tests.Fuzzing;

/// <summary>The smallest DCGAN's generator as <c>torch.save</c> writes it, built here so that no Python is needed.</summary>
internal static class TorchSeeds
{
    private const int Numbers = (2 * 3 * 16) + (4 * 3) + (3 * 2 * 16) + (4 * 2) + (2 * 16);

    private static readonly (string Name, int[] Shape)[] Tensors =
    [
        ("main.0.weight", [2, 3, 4, 4]), ("main.1.weight", [3]), ("main.1.bias", [3]), ("main.1.running_mean", [3]), ("main.1.running_var", [3]),
        ("main.3.weight", [3, 2, 4, 4]), ("main.4.weight", [2]), ("main.4.bias", [2]), ("main.4.running_mean", [2]), ("main.4.running_var", [2]),
        ("main.6.weight", [2, 1, 4, 4]),
    ];

    /// <summary>A zip with the pickle and the numbers, of protocol 2 or with the operations of protocol 4.</summary>
    public static byte[] Zip(int protocol)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "g/data.pkl", Weights(protocol));
            Add(zip, "g/byteorder", "little"u8.ToArray());
            Add(zip, "g/data/0", Storage());
            Add(zip, "g/version", "3\n"u8.ToArray());
        }

        return stream.ToArray();
    }

    /// <summary>The form of PyTorch before 1.6: five pickles, then the numbers after their count.</summary>
    public static byte[] Legacy()
    {
        byte[] count = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(count, Numbers);
        return
        [
            0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.',
            .. Bytes("\u0080\u0002M\u00E9\u0003."),
            .. Bytes("\u0080\u0002}(" + Text("protocol_version") + "M\u00E9\u0003" + Text("little_endian") + "\u0088u."),
            .. Weights(2),
            .. Bytes("\u0080\u0002]" + Text("0") + "a."),
            .. count, .. Storage(),
        ];
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }

    // An ordered dictionary of views of one storage, which the memo keeps.
    private static byte[] Weights(int protocol)
    {
        bool isNew = protocol >= 4;
        string Name(string module, string name) => isNew ? $"\u008C{(char)module.Length}{module}\u008C{(char)name.Length}{name}\u0093" : $"c{module}\n{name}\n";
        var pickle = new StringBuilder($"\u0080{(char)protocol}{Name("collections", "OrderedDict")})R(");
        int first = 0;
        foreach (var (name, shape) in Tensors)
        {
            int size = shape.Aggregate(1, (product, length) => product * length);
            string storage = first > 0 ? "h\u0001" : $"({Text("storage")}{Name("torch", "FloatStorage")}{Text("0")}{Text("cpu")}{Number(Numbers)}tQq\u0001";
            int[] strides = [.. shape.Select((_, axis) => shape[(axis + 1)..].Aggregate(1, (product, length) => product * length))];
            pickle.Append($"{Text(name)}{Name("torch._utils", "_rebuild_tensor_v2")}({storage}{Number(first)}{Tuple(shape)}{Tuple(strides)}\u0089{Name("collections", "OrderedDict")})RtR");
            first += size;
        }

        return Bytes(pickle.Append("u.").ToString());
    }

    private static string Tuple(int[] numbers) => $"({string.Concat(numbers.Select(Number))}t";

    private static string Number(int value) => $"J{(char)(value & 255)}{(char)(value >> 8)}\0\0";

    private static string Text(string text) => $"X{(char)text.Length}\0\0\0{text}";

    // Each letter is the byte of its number.
    private static byte[] Bytes(string letters) => Encoding.Latin1.GetBytes(letters);

    private static byte[] Storage() => [.. Enumerable.Range(0, Numbers).SelectMany(i => BitConverter.GetBytes((i % 7 + 1) / 8f))];
}
