using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace IlgpuGan.Tests.Fixtures;

/// <summary>A safetensors file of F32 tensors that lies in this assembly.</summary>
internal sealed class Fixture
{
    private readonly byte[] file;
    private readonly JsonElement header;
    private readonly int body;

    /// <summary>Opens a fixture by its file name.</summary>
    public Fixture(string name)
    {
        using var stream = typeof(Fixture).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"The test assembly holds no fixture '{name}'.");
        file = new byte[stream.Length];
        stream.ReadExactly(file);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        body = 8 + length;
        header = JsonElement.Parse(file.AsSpan(8, length));
    }

    /// <summary>Elements of a tensor.</summary>
    public float[] this[string name]
    {
        get
        {
            var offsets = header.GetProperty(name).GetProperty("data_offsets");
            return [.. MemoryMarshal.Cast<byte, float>(file.AsSpan((body + offsets[0].GetInt32())..(body + offsets[1].GetInt32())))];
        }
    }

    /// <summary>Lengths of a tensor's axes.</summary>
    public int[] Lengths(string name) => [.. header.GetProperty(name).GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];

    /// <summary>Elements of entry i along a tensor's first axis.</summary>
    public float[] Entry(string name, int i)
    {
        float[] all = this[name];
        int size = all.Length / Lengths(name)[0];
        return all[(i * size)..((i + 1) * size)];
    }
}
