using System.Globalization;
using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.CudaStandIn.Tests.Harness;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>Each form of an instruction by itself, against the table of what it gives.</summary>
public sealed class InstructionTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    private static readonly Dictionary<string, List<(ulong[] Operands, ulong Result)>> Cases = ReadTable();

    /// <summary>All forms that compute.</summary>
    public static TheoryData<string> Forms() => new(Computing().Order(StringComparer.Ordinal));

    [Fact]
    public void The_table_has_every_form_that_computes_and_no_other() => Assert.Equal(Computing().Order(StringComparer.Ordinal), Cases.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_form_gives_what_the_table_says(string form)
    {
        using var card = new Card(texts);
        string operands = IlgpuGan.CudaStandIn.Ptx.Forms.All[form].Operands;
        var cases = Cases[form];
        var input = card.Upload<ulong>([.. cases.SelectMany(row => (ulong[])[0, .. row.Operands])]);
        var output = card.Memory.Allocate(16 * cases.Count);
        Assembly.Run(card, Assembly.Around(form, operands), input, output, cases.Count);
        ulong[] words = Words(output);
        for (int row = 0; row < cases.Count; row++)
        {
            ulong actual = operands[0] == 'l' ? words[2 * row] : (uint)words[2 * row];
            ulong expected = operands[0] == 'l' ? cases[row].Result : (uint)cases[row].Result;
            Assert.True(expected == actual, $"{form} {string.Join(", ", cases[row].Operands.Select(operand => $"0x{operand:X}"))} = 0x{actual:X}, expected 0x{expected:X}");
        }
    }

    [Theory]
    [InlineData("shl.b32", 0x80000001u, 1, 2u)]
    [InlineData("shl.b32", 1u, 32, 0u)]
    [InlineData("shr.u32", 0x80000000u, 31, 1u)]
    [InlineData("shr.u32", 0x80000000u, 33, 0u)]
    [InlineData("shr.s32", 0x80000000u, 3, 0xF0000000u)]
    [InlineData("shr.s32", 0x80000000u, 99, 0xFFFFFFFFu)]
    public void A_shift_may_be_by_a_number_of_the_text(string form, uint shifted, int count, uint expected)
    {
        using var card = new Card(texts);
        var output = card.Empty(4);
        Assembly.Run(card, Assembly.Kernel($"ld.global.u32 %r10, [%rd3];\n{form} %r11, %r10, {count};\nst.global.u32 [%rd4], %r11;"), card.Upload(shifted), output, 1);
        Assert.Equal(expected, (uint)Words(output)[0]);
    }

    [Theory]
    [InlineData(ApproximateFunctions.Highest)]
    [InlineData(ApproximateFunctions.Lowest)]
    public void Approximate_functions_are_as_far_off_as_the_documents_allow_and_no_farther(ApproximateFunctions functions)
    {
        using var card = new Card(texts);
        float[] angles = [.. Enumerable.Range(0, 200).Select(i => 0.01f + (0.03f * i))];
        int side = functions == ApproximateFunctions.Highest ? 1 : -1;
        foreach (var (form, exact, bound) in (ReadOnlySpan<(string, Func<double, double>, Func<double, double>)>)
        [
            ("lg2.approx.f32", Math.Log2, a => Math.Pow(2, -22) * (a is > 0.5 and < 2 ? 1 : Math.Abs(Math.Log2(a)))),
            ("ex2.approx.f32", a => Math.Pow(2, a), a => 3 * Math.Pow(2, -23) * Math.Pow(2, Math.Floor(a))),
            ("sin.approx.f32", Math.Sin, _ => Math.Pow(2, -20.5)),
            ("cos.approx.f32", Math.Cos, _ => Math.Pow(2, -20.5)),
        ])
        {
            var output = card.Memory.Allocate(16 * angles.Length);
            string text = Assembly.Kernel($"ld.global.f32 %f1, [%rd3];\n{form} %f2, %f1;\nst.global.f32 [%rd4], %f2;");
            Assembly.Run(card, text, card.Upload<float>([.. angles.SelectMany(angle => (float[])[angle, 0, 0, 0])]), output, angles.Length, new() { Functions = functions });
            ulong[] words = Words(output);
            for (int i = 0; i < angles.Length; i++)
            {
                double error = side * (BitConverter.UInt32BitsToSingle((uint)words[2 * i]) - exact(angles[i]));
                Assert.InRange(error, 0, bound(angles[i]));
                Assert.True(error > bound(angles[i]) / 4, $"{form} {angles[i]}: off by {error} of {bound(angles[i])}");
            }
        }
    }

    [Fact]
    public void A_logarithm_next_to_one_may_come_out_on_the_wrong_side_of_zero()
    {
        using var card = new Card(texts);
        var output = card.Empty(4);
        Assembly.Run(
            card, Assembly.Kernel("ld.global.f32 %f1, [%rd3];\nlg2.approx.f32 %f2, %f1;\nst.global.f32 [%rd4], %f2;"), card.Upload(1 - (1 / 16777216f)), output, 1,
            new() { Functions = ApproximateFunctions.Highest });
        Assert.True(BitConverter.UInt32BitsToSingle((uint)Words(output)[0]) > 0);
    }

    private static unsafe ulong[] Words(MemoryBlock block) => new ReadOnlySpan<ulong>((void*)block.Address, (int)(block.Bytes / 8)).ToArray();

    private static IEnumerable<string> Computing() =>
        IlgpuGan.CudaStandIn.Ptx.Forms.All.Where(form => form.Value.Operands.Length > 1).Select(form => form.Key);

    private static Dictionary<string, List<(ulong[] Operands, ulong Result)>> ReadTable()
    {
        var cases = new Dictionary<string, List<(ulong[], ulong)>>(StringComparer.Ordinal);
        foreach (string line in InstructionTable.Text.Split('\n'))
        {
            var (forms, values) = (line.Split(':')[0], line.Split(':')[1]);
            List<(ulong[], ulong)> rows = [.. values.Split(',').Select(row => (Numbers(row.Split('=')[0]), Numbers(row.Split('=')[1])[0]))];
            foreach (string form in forms.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                cases.Add(form, rows);
            }
        }
        return cases;
    }

    private static ulong[] Numbers(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number)];

    private static ulong Number(string word) => word switch
    {
        "T" => 1,
        "F" => 0,
        "nan" => 0x7FFFFFFF,
        "-nanf" => 0xFFC00000,
        "inff" => 0x7F800000,
        "-inff" => 0xFF800000,
        _ when word.StartsWith("0x", StringComparison.Ordinal) => ulong.Parse(word.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        _ when word.EndsWith('f') => BitConverter.SingleToUInt32Bits(float.Parse(word.AsSpan(0, word.Length - 1), CultureInfo.InvariantCulture)),
        _ when word.EndsWith('d') => BitConverter.DoubleToUInt64Bits(double.Parse(word.AsSpan(0, word.Length - 1), CultureInfo.InvariantCulture)),
        _ => (ulong)long.Parse(word, CultureInfo.InvariantCulture),
    };
}
