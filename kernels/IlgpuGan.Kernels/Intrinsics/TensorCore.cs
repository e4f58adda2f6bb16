using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using Registers = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>
/// Products of one warp's blocks on tensor cores (mma.sync, compute capability 8.0): 32 x 32 sums += 32 x 16 factors times 16 x 32 factors.
/// </summary>
/// <remarks>
/// <para>
/// With g = lane / 4 and t = lane % 4 a lane holds the rows 4g ... 4g + 3 at the depths 4t ... 4t + 3 of either factor: it reads them from shared
/// memory sixteen bytes at a time. The instruction itself wants other places, but it does not care which row, column or depth
/// stands in a place as long as all agree: its slot g of row tile i, half h is row 4g + 2i + h, its slot g of column tile j is column 4g + j, and
/// its slots t and t + 4 of step s are the depths 4t + 2s and 4t + 2s + 1. The lane's sums are then of the rows 4g + r and the columns 8t ... 8t + 7,
/// which lie side by side in a row.
/// </para>
/// <para>
/// A block at a time, not an instruction: ILGPU compiles a kernel of few calls in a fraction of the time of one with a call for each mma, and
/// nothing needs to be unrolled. The sums are no values of ILGPU's but registers that the text declares: as values they would be moved, all 128, in
/// every round of a loop. A kernel clears them at one place, once for each product. The C# bodies are never run: the CPU accelerator has no warps.
/// </para>
/// </remarks>
public static partial class TensorCore
{
    private const int SumsOfBlock = 32;

    /// <summary>Rounds factors to TF32, 11 bits of mantissa: they are multiplied by 1 + 23 / 2^16, and mma.sync does not read the low 13 bits.</summary>
    /// <remarks>
    /// One instruction of floats. To add half a unit of the last place, as cvt.rna.tf32.f32 does, takes two of integers, of which a card does half as many at
    /// a time, since NaN must be kept from overflowing into a zero: four times as long, a third of the kernel. The product adds 0.36 to 0.72 units instead
    /// of 0.5, as the mantissa grows: numbers that TF32 has remain what they are, the others are off by at most 0.72 units instead of 0.5, on average
    /// by 0.31 (root mean square) instead of 0.29, and by nothing in the mean over mantissas as numbers have them. NaN and infinity remain.
    /// </remarks>
    [IntrinsicImplementation]
    public static Factors RoundTf32(Block block) => default;

    /// <summary>Rounds factors to bfloat16, 8 bits of mantissa, to nearest, ties to even; two to a register, X and Y of each row.</summary>
    [IntrinsicImplementation]
    public static Factors RoundBf16(Block block) => default;

    /// <summary>Sets the sums of so many blocks to zero, a constant; the one call of a kernel also declares them.</summary>
    [IntrinsicImplementation]
    public static void Clear(int blocks)
    {
    }

    /// <summary>sums of a block, whose number is a constant, += left right of factors rounded to TF32, added in single precision.</summary>
    [IntrinsicImplementation]
    public static void MultiplyAddTf32(int block, Factors left, Factors right)
    {
    }

    /// <summary>sums of a block, whose number is a constant, += left right of factors rounded to bfloat16, added in single precision.</summary>
    [IntrinsicImplementation]
    public static void MultiplyAddBf16(int block, Factors left, Factors right)
    {
    }

    /// <summary>The same of factors that are twice as deep: X and Y of each row are two depths each, as are Z and W of the next product.</summary>
    [IntrinsicImplementation]
    public static void MultiplyAddBf16Pairs(int block, Factors left, Factors right)
    {
    }

    /// <summary>
    /// Pairs along depth of pairs along outer: each row of <paramref name="pairs"/> has the rows 4g ... 4g + 3 at one depth in X and Y and at the next in Z and W;
    /// of the result each row has its own numbers at all eight depths.
    /// </summary>
    [IntrinsicImplementation]
    public static Factors Interleave(Factors pairs) => default;

    /// <summary>The sums of a block, whose number is a constant.</summary>
    [IntrinsicImplementation]
    public static Sums Read(int block) => default;

    /// <summary>1 + 23 / 2^16.</summary>
    internal const float Tf32Rounding = 1.00035095f;

    private static void RoundTf32Ptx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var source = generator.LoadAll(value[0]);
        var target = generator.AllocateAll(value);
        for (int i = 0; i < source.Length; i++)
        {
            using var command = generator.BeginCommand("mul.rn.f32");
            command.AppendArgument(target[i]);
            command.AppendArgument(source[i]);
            command.AppendConstant(Tf32Rounding);
        }
    }

    private static void RoundBf16Ptx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var source = generator.LoadAll(value[0]);
        var target = generator.AllocateAll(value);
        for (int row = 0; row < 4; row++)
        {
            for (int pair = 0; pair < 2; pair++)
            {
                using var command = generator.BeginCommand("cvt.rn.bf16x2.f32");
                command.AppendArgument(target[4 * row + pair]);
                command.AppendArgument(source[4 * row + 2 * pair + 1]);
                command.AppendArgument(source[4 * row + 2 * pair]);
            }
        }
    }

    private static void ClearPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        int sums = SumsOfBlock * generator.Constant(value[0]);
        generator.Builder.Append($"\t.reg .f32\t%sum<{sums}>;\n");
        for (int i = 0; i < sums; i++)
        {
            generator.Builder.Append($"\tmov.f32\t{Sum(i)}, 0f00000000;\n");
        }
    }

    private static void ReadPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        int first = SumsOfBlock * generator.Constant(value[0]);
        var target = generator.AllocateAll(value);
        for (int i = 0; i < target.Length; i++)
        {
            generator.Builder.Append($"\tmov.f32\t{PtxText.Name((Registers.HardwareRegister)target[i])}, {Sum(first + i)};\n");
        }
    }

    private static void MultiplyAddTf32Ptx(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        MultiplyAdd(generator, value, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", steps: 2);

    private static void MultiplyAddBf16Ptx(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        MultiplyAdd(generator, value, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", steps: 1);

    private static void MultiplyAddBf16PairsPtx(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        MultiplyAdd(generator, value, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", steps: 2);

    private static void InterleavePtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var source = generator.LoadAll(value[0]);
        var target = generator.AllocateAll(value);
        for (int i = 0; i < target.Length; i++)
        {
            var (row, depth) = (i / 4, i % 4);
            using var command = generator.BeginCommand("prmt.b32");
            command.AppendArgument(target[i]);
            command.AppendArgument(source[4 * depth + row / 2]);
            command.AppendArgument(source[4 * depth + 2 + row / 2]);
            // The lower halves of both, or the upper.
            command.AppendConstant(row % 2 == 0 ? 0x5410L : 0x7632L);
        }
    }

    private static void MultiplyAdd(PTXCodeGenerator generator, Value value, string name, int steps)
    {
        int first = SumsOfBlock * generator.Constant(value[0]);
        string[] left = [.. generator.LoadAll(value[1]).Select(PtxText.Name)], right = [.. generator.LoadAll(value[2]).Select(PtxText.Name)];
        // One step of all eight tiles, then the next: an mma waits for the one that made its sums.
        for (int s = 0; s < steps; s++)
        {
            for (int i = 0; i < 2; i++)
            {
                for (int j = 0; j < 4; j++)
                {
                    var (upper, lower) = (8 * i + 2 * s, 8 * i + 4 + 2 * s);
                    string tile = $"{{{string.Join(", ", Enumerable.Range(first + 16 * i + 4 * j, 4).Select(Sum))}}}";
                    generator.Builder.Append(
                        $"\t{name}\t{tile}, {{{left[upper]}, {left[lower]}, {left[upper + 1]}, {left[lower + 1]}}}, {{{right[4 * j + 2 * s]}, {right[4 * j + 2 * s + 1]}}}, {tile};\n");
                }
            }
        }
    }

    private static string Sum(int index) => $"%sum{index}";

    internal static void Register(IntrinsicImplementationManager manager)
    {
        var type = typeof(TensorCore);
        manager.Register(type, nameof(RoundTf32), nameof(RoundTf32Ptx), nameof(RoundTf32OpenCl));
        manager.Register(type, nameof(RoundBf16), nameof(RoundBf16Ptx), nameof(RoundBf16OpenCl));
        manager.Register(type, nameof(Clear), nameof(ClearPtx), nameof(ClearOpenCl));
        manager.Register(type, nameof(MultiplyAddTf32), nameof(MultiplyAddTf32Ptx), nameof(MultiplyAddTf32OpenCl));
        manager.Register(type, nameof(MultiplyAddBf16), nameof(MultiplyAddBf16Ptx), nameof(MultiplyAddBf16OpenCl));
        manager.Register(type, nameof(MultiplyAddBf16Pairs), nameof(MultiplyAddBf16PairsPtx), nameof(MultiplyAddBf16PairsOpenCl));
        manager.Register(type, nameof(Interleave), nameof(InterleavePtx), nameof(InterleaveOpenCl));
        manager.Register(type, nameof(Read), nameof(ReadPtx), nameof(ReadOpenCl));
    }
}
