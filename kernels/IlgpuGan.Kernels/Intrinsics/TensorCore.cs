using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;
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
/// nothing needs to be unrolled. The C# bodies are never run: the CPU accelerator has no warps.
/// </para>
/// </remarks>
public static partial class TensorCore
{
    /// <summary>Rounds factors to TF32: 11 bits of mantissa, to nearest, ties away from zero, as cvt.rna.tf32.f32 does; but NaN remains NaN.</summary>
    /// <remarks>
    /// cvt.rna.tf32.f32 is an addition and a mask on every card up to Hopper, and turns the NaN of all arithmetic, 0x7fffffff, into -0: a diverged
    /// network would go unnoticed. Here the number is kept from overflowing instead of being masked, in as many instructions: mma.sync does not
    /// read the low 13 bits.
    /// </remarks>
    [IntrinsicImplementation]
    public static Factors RoundTf32(Block block) => default;

    /// <summary>Rounds factors to bfloat16, 8 bits of mantissa, to nearest, ties to even; two to a register, X and Y of each row.</summary>
    [IntrinsicImplementation]
    public static Factors RoundBf16(Block block) => default;

    /// <summary>sums + left right of factors rounded to TF32, added in single precision.</summary>
    [IntrinsicImplementation]
    public static Sums MultiplyAddTf32(Sums sums, Factors left, Factors right) => sums;

    /// <summary>sums + left right of factors rounded to bfloat16, added in single precision.</summary>
    [IntrinsicImplementation]
    public static Sums MultiplyAddBf16(Sums sums, Factors left, Factors right) => sums;

    private static void RoundTf32Ptx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var source = Load(generator, value[0]);
        var target = Allocate(generator, value);
        for (int i = 0; i < source.Length; i++)
        {
            Emit(generator, "mov.b32", target[i], source[i]);
            EmitConstant(generator, "min.s32", target[i], 0x7fffefff);
            EmitConstant(generator, "add.s32", target[i], 0x1000);
        }

        static void Emit(PTXCodeGenerator generator, string name, Registers.PrimitiveRegister target, Registers.PrimitiveRegister source)
        {
            using var command = generator.BeginCommand(name);
            command.AppendArgument(target);
            command.AppendArgument(source);
        }

        static void EmitConstant(PTXCodeGenerator generator, string name, Registers.PrimitiveRegister target, long constant)
        {
            using var command = generator.BeginCommand(name);
            command.AppendArgument(target);
            command.AppendArgument(target);
            command.AppendConstant(constant);
        }
    }

    private static void RoundBf16Ptx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var source = Load(generator, value[0]);
        var target = Allocate(generator, value);
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

    private static void MultiplyAddTf32Ptx(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        MultiplyAdd(generator, value, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", steps: 2);

    private static void MultiplyAddBf16Ptx(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        MultiplyAdd(generator, value, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", steps: 1);

    private static void MultiplyAdd(PTXCodeGenerator generator, Value value, string name, int steps)
    {
        var (sums, left, right) = (Load(generator, value[0]), Load(generator, value[1]), Load(generator, value[2]));
        var target = Allocate(generator, value);
        // One step of all eight tiles, then the next: an mma waits for the one that made its sums.
        for (int s = 0; s < steps; s++)
        {
            for (int i = 0; i < 2; i++)
            {
                for (int j = 0; j < 4; j++)
                {
                    var (upper, lower) = (8 * i + 2 * s, 8 * i + 4 + 2 * s);
                    var tile = target.AsSpan(16 * i + 4 * j, 4).ToArray();
                    using var command = generator.BeginCommand(name);
                    command.AppendVectorArgument(tile);
                    command.AppendVectorArgument([left[upper], left[lower], left[upper + 1], left[lower + 1]]);
                    command.AppendVectorArgument([right[4 * j + 2 * s], right[4 * j + 2 * s + 1]]);
                    command.AppendVectorArgument(s == 0 ? sums.AsSpan(16 * i + 4 * j, 4).ToArray() : tile);
                }
            }
        }
    }

    private static Registers.HardwareRegister[] Load(PTXCodeGenerator generator, Value value) =>
        [.. Flat(generator.Load(value)).Select(generator.EnsureHardwareRegister)];

    private static Registers.PrimitiveRegister[] Allocate(PTXCodeGenerator generator, Value value) => [.. Flat(generator.Allocate(value))];

    private static IEnumerable<Registers.PrimitiveRegister> Flat(Registers.Register register) => register is Registers.CompoundRegister compound
        ? compound.Children.SelectMany(Flat)
        : [(Registers.PrimitiveRegister)register];

    internal static void Register(IntrinsicImplementationManager manager)
    {
        var type = typeof(TensorCore);
        manager.Register(type, nameof(RoundTf32), nameof(RoundTf32Ptx), nameof(RoundTf32OpenCl));
        manager.Register(type, nameof(RoundBf16), nameof(RoundBf16Ptx), nameof(RoundBf16OpenCl));
        manager.Register(type, nameof(MultiplyAddTf32), nameof(MultiplyAddTf32Ptx), nameof(MultiplyAddTf32OpenCl));
        manager.Register(type, nameof(MultiplyAddBf16), nameof(MultiplyAddBf16Ptx), nameof(MultiplyAddBf16OpenCl));
    }
}
