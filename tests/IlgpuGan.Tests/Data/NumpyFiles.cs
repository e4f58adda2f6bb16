using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace IlgpuGan.Tests.Data;

/// <summary>NumPy's files made in memory.</summary>
internal static class NumpyFiles
{
    /// <summary>An array as np.save writes it.</summary>
    /// <param name="type">Its type: |u1, &lt;f4, &lt;U3.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="bytes">Its elements in the order of the file.</param>
    /// <param name="isFortran">Whether the first axis runs fastest.</param>
    /// <param name="version">1 to 3.</param>
    public static byte[] Npy(string type, int[] shape, byte[] bytes, bool isFortran = false, byte version = 1)
    {
        string lengths = shape.Length == 1 ? $"{shape[0]}," : string.Join(", ", shape);
        string header = $"{{'descr': '{type}', 'fortran_order': {(isFortran ? "True" : "False")}, 'shape': ({lengths}), }}";
        int before = version == 1 ? 10 : 12;
        header = header.PadRight((before + header.Length + 64) / 64 * 64 - before - 1) + "\n";
        byte[] length = new byte[version == 1 ? 2 : 4];
        if (version == 1)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)header.Length);
        }

        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. bytes];
    }

    /// <summary>Several arrays as np.savez writes them, or np.savez_compressed.</summary>
    public static byte[] Npz(bool isPacked, params (string Name, byte[] Array)[] arrays)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, array) in arrays)
            {
                using Stream entry = zip.CreateEntry($"{name}.npy", isPacked ? CompressionLevel.Optimal : CompressionLevel.NoCompression).Open();
                entry.Write(array);
            }
        }

        return file.ToArray();
    }

    /// <summary>Numbers as bytes of a type.</summary>
    public static byte[] Bytes(string type, params double[] values) => [.. values.SelectMany(value =>
    {
        byte[] bytes = type[1..] switch
        {
            "u1" => [(byte)value],
            "b1" => [(byte)value],
            "i8" => BitConverter.GetBytes((long)value),
            "i4" => BitConverter.GetBytes((int)value),
            "u2" => BitConverter.GetBytes((ushort)value),
            "f2" => BitConverter.GetBytes((Half)value),
            "f4" => BitConverter.GetBytes((float)value),
            "f8" => BitConverter.GetBytes(value),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
        };
        return type[0] == '>' ? bytes.Reverse() : bytes;
    })];

    /// <summary>Texts as NumPy's unicode of a width.</summary>
    public static byte[] Unicode(int width, params string[] texts) => [.. texts.SelectMany(text => Encoding.UTF32.GetBytes(text.PadRight(width, '\0')))];

    /// <summary>Images [count, side, side, channels] of different bytes.</summary>
    public static byte[] Pixels(int count, int side, int channels) => [.. Enumerable.Range(0, count * side * side * channels).Select(i => (byte)(i * 37 / 5))];

    /// <summary>The same with channels as planes, [count, channels, side, side].</summary>
    public static byte[] Planes(byte[] pixels, int count, int side, int channels)
    {
        byte[] planes = new byte[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            var (image, at) = Math.DivRem(i, side * side * channels);
            planes[(image * side * side * channels) + (at % channels * side * side) + (at / channels)] = pixels[i];
        }

        return count * side * side * channels == pixels.Length ? planes : throw new ArgumentException(count.ToString(CultureInfo.InvariantCulture), nameof(count));
    }
}
