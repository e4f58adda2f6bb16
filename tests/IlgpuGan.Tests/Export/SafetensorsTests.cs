using System.Buffers.Binary;
using System.Text;
using IlgpuGan.Export;

namespace IlgpuGan.Tests.Export;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static Dictionary<string, StateTensor> Tensors() => new()
    {
        ["weights"] = new([2, 3], [1f, -2f, 3.5f, float.Epsilon, float.MaxValue, -0f]),
        ["a"] = new([1], [0.1f]),
        ["counters"] = new([2], [long.MinValue, 42L]),
        ["scalar"] = new([], [7L]),
        ["empty"] = new([0, 5], Array.Empty<float>()),
    };

    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "test", ["quoted \"ключ\""] = "line\nbreak" };

    private string Written()
    {
        var path = folder["tensors.safetensors"];
        Safetensors.Write(path, Tensors(), Metadata);
        return path;
    }

    private string FileOf(string header, int dataLength)
    {
        var path = folder["made.safetensors"];
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)json.Length);
        json.CopyTo(bytes, 8);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    [Fact]
    public void What_is_written_is_read_back_bit_for_bit()
    {
        var content = Safetensors.Read(Written());
        Assert.Equal(Metadata, content.Metadata);
        Assert.Equal(Tensors().Keys.Order(), content.Tensors.Keys.Order());
        foreach (var (name, expected) in Tensors())
        {
            var actual = content.Tensors[name];
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.Integers, actual.Integers);
            Assert.Equal(expected.Floats?.Select(BitConverter.SingleToInt32Bits), actual.Floats?.Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Theory]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"__metadata__":{"a":"\ud800"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"__metadata__":{"\udfff":"1"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"__metadata__":{"\ud800":"1","\udfff":"2"},"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"__metadata__":[1],"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"x":{"dtype":"\ud800","shape":[1],"data_offsets":[0,4]}}""")]
    public void A_header_that_names_something_twice_or_is_no_text_is_refused(string header) =>
        Assert.Throws<SafetensorsException>(() => Safetensors.Read(FileOf(header, 4)));

    [Fact]
    public void A_damaged_header_is_not_quoted_over_pages()
    {
        var name = new string('a', 100_000);
        foreach (var header in new[]
        {
            $$$"""{"{{{name}}}":{"dtype":"{{{name}}}","shape":[1],"data_offsets":[0,4]}}""",
            $$"""{"{{name}}":}""",
            $$$"""{"{{{name}}}":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        })
        {
            Assert.InRange(Assert.Throws<SafetensorsException>(() => Safetensors.Read(FileOf(header, 4))).Message.Length, 100, 1000);
        }
    }

    [Fact]
    public void A_file_damaged_anywhere_is_refused_or_read_and_nothing_else()
    {
        var whole = File.ReadAllBytes(Written());
        const int Seed = 5;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        for (var i = 0; i < 2000; i++)
        {
            byte[] bytes = random.Next(4) == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (var times = random.Next(1, 6); times > 0 && bytes.Length > 0; times--)
            {
                bytes[random.Next(Math.Min(bytes.Length, random.Next(2) == 0 ? 8 : 400))] = (byte)random.Next(256);
            }

            var path = folder["damaged.safetensors"];
            File.WriteAllBytes(path, bytes);
            try
            {
                Safetensors.Read(path);
            }
            catch (SafetensorsException fault)
            {
                Assert.InRange(fault.Message.Length, 1, 1000);
            }
        }
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes()
    {
        var first = File.ReadAllBytes(Written());
        var reversed = Tensors().Reverse().ToDictionary();
        Safetensors.Write(folder["again"], reversed, Metadata);
        Assert.Equal(first, File.ReadAllBytes(folder["again"]));
    }

    [Fact]
    public void A_file_is_laid_out_as_the_format_says()
    {
        var path = folder["small"];
        Safetensors.Write(
            path,
            new Dictionary<string, StateTensor> { ["w"] = new([1, 2], [1f, 2f]), ["n"] = new([1], [3L]) },
            new Dictionary<string, string> { ["k"] = "v" });
        var bytes = File.ReadAllBytes(path);
        var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, headerLength % 8);
        Assert.Equal(
            """{"__metadata__":{"k":"v"},"n":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}""",
            Encoding.UTF8.GetString(bytes, 8, headerLength).TrimEnd(' '));
        Assert.Equal(
            [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40],
            bytes[(8 + headerLength)..]);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_with_its_name_and_a_remedy()
    {
        var whole = File.ReadAllBytes(Written());
        var cut = folder["cut.safetensors"];
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(cut, whole[..length]);
            var fault = Assert.Throws<SafetensorsException>(() => Safetensors.Read(cut));
            Assert.StartsWith(cut, fault.Message, StringComparison.Ordinal);
            Assert.EndsWith("use an intact copy of it or an older file.", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_after_the_last_tensor_are_refused()
    {
        var path = Written();
        File.AppendAllText(path, "x");
        Assert.Contains("bytes of data but", Assert.Throws<SafetensorsException>(() => Safetensors.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", "\"b\" starts at byte 4 of the data where 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", "\"b\" starts at byte 8 of the data where 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "16 bytes of data but 12")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}""", "does not take 12 bytes")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[12],"data_offsets":[0,12]}}""", "has type F8_E4M3, only F64, F32, F16, BF16, I64")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-3],"data_offsets":[0,12]}}""", "negative length or offset")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[12,0]}}""", "negative length or offset")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0]}}""", "negative length or offset")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,12]}}""", "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,17179869184]}}""", "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "malformed")]
    [InlineData("""{"a":{"shape":[3],"data_offsets":[0,12]}}""", "malformed")]
    [InlineData("""{"a":12}""", "malformed")]
    [InlineData("""[]""", "malformed")]
    [InlineData("""{"__metadata__":{"k":1}}""", "malformed")]
    [InlineData("""{"__metadata__":{"k":null}}""", "is null")]
    [InlineData("""not json""", "malformed")]
    public void A_header_with_a_wrong_claim_is_refused(string header, string fault) =>
        Assert.Contains(fault, Assert.Throws<SafetensorsException>(() => Safetensors.Read(FileOf(header, 12))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(100_000_001ul)]
    [InlineData(ulong.MaxValue)]
    [InlineData((ulong)long.MaxValue)]
    public void A_header_of_absurd_length_is_refused_before_memory_is_taken(ulong length)
    {
        var path = folder["absurd"];
        var bytes = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(path, bytes);
        Assert.Contains("more than the 100000000 allowed", Assert.Throws<SafetensorsException>(() => Safetensors.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_whose_shape_does_not_fit_its_values_cannot_be_made() =>
        Assert.Throws<ArgumentException>(() => new StateTensor([2, 2], [1f, 2f, 3f]));

    [Fact]
    public void Random_bytes_never_raise_anything_but_the_reader_s_own_exception()
    {
        const int seed = 20_240_607;
        var random = new Random(seed);
        var whole = File.ReadAllBytes(Written());
        var path = folder["random"];
        for (var trial = 0; trial < 500; trial++)
        {
            var bytes = (byte[])whole.Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, bytes);
            try
            {
                Safetensors.Read(path);
            }
            catch (SafetensorsException)
            {
            }
            catch (Exception fault)
            {
                Assert.Fail($"seed {seed}, trial {trial}: {fault}");
            }
        }
    }
}
