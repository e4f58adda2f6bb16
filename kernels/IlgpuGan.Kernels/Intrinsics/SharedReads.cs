using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>
/// Reads of shared memory at offsets that are constants, which an address of PTX takes in: ILGPU itself computes each of them by two instructions.
/// The C# bodies are never run: the CPU accelerator has no warps.
/// </summary>
public static class SharedReads
{
    /// <summary>Four numbers that lie on 16 bytes.</summary>
    /// <param name="start">A number in shared memory.</param>
    /// <param name="offset">Numbers from there to the first one, a constant.</param>
    [IntrinsicImplementation]
    public static Int4 Quad(ref int start, int offset) => default;

    /// <summary>Two numbers that lie on 8 bytes, as X and Y; nobody may read Z and W. Half a warp reads them at a time, where <see cref="Quad"/> takes a quarter.</summary>
    /// <param name="start">A number in shared memory.</param>
    /// <param name="offset">Numbers from there to the first one, a constant.</param>
    [IntrinsicImplementation]
    public static Int4 Pair(ref int start, int offset) => default;

    /// <summary>The four rows of a block, rows 0 and 2 counted from one place, rows 1 and 3 from another; all lie on 16 bytes.</summary>
    /// <param name="even">Where rows 0 and 2 are counted from.</param>
    /// <param name="odd">Where rows 1 and 3 are counted from.</param>
    /// <param name="offset0">Floats to row 0, a constant, as the others.</param>
    /// <param name="offset1">Floats to row 1.</param>
    /// <param name="offset2">Floats to row 2.</param>
    /// <param name="offset3">Floats to row 3.</param>
    [IntrinsicImplementation]
    public static Block Block(ref float even, ref float odd, int offset0, int offset1, int offset2, int offset3) => default;

    /// <summary>The four rows of a block of pairs, as <see cref="Block"/> reads those of floats.</summary>
    [IntrinsicImplementation]
    public static Factors Rows(ref float even, ref float odd, int offset0, int offset1, int offset2, int offset3) => default;

    /// <summary>Eight times two words that lie on 8 bytes, four to a row.</summary>
    /// <param name="start">A number in shared memory.</param>
    /// <param name="offset">Floats from there to the first two, a constant.</param>
    /// <param name="stride">Floats from there to the next two, a constant.</param>
    [IntrinsicImplementation]
    public static Factors Columns(ref float start, int offset, int stride) => default;

    private static void RowsPtx(PTXBackend backend, PTXCodeGenerator generator, Value value) => FourRows(generator, value, "ld.shared.v4.b32");

    private static void ColumnsPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var start = generator.LoadHardware(value[0]);
        var (offset, stride) = (generator.Constant(value[1]), generator.Constant(value[2]));
        var target = generator.AllocateAll(value);
        for (int i = 0; i < 8; i++)
        {
            using var command = generator.BeginCommand("ld.shared.v2.b32");
            command.AppendVectorArgument(target[(2 * i)..(2 * i + 2)]);
            command.AppendArgumentValue(start, sizeof(float) * (offset + i * stride));
        }
    }

    private static void QuadPtx(PTXBackend backend, PTXCodeGenerator generator, Value value) => Numbers(generator, value, "ld.shared.v4.b32", 4);

    private static void PairPtx(PTXBackend backend, PTXCodeGenerator generator, Value value) => Numbers(generator, value, "ld.shared.v2.b32", 2);

    private static void Numbers(PTXCodeGenerator generator, Value value, string name, int count)
    {
        var start = generator.LoadHardware(value[0]);
        int offset = generator.Constant(value[1]);
        var target = generator.AllocateAll(value);
        using (var command = generator.BeginCommand(name))
        {
            command.AppendVectorArgument(target[..count]);
            command.AppendArgumentValue(start, sizeof(int) * offset);
        }
    }

    private static void BlockPtx(PTXBackend backend, PTXCodeGenerator generator, Value value) => FourRows(generator, value, "ld.shared.v4.f32");

    private static void FourRows(PTXCodeGenerator generator, Value value, string name)
    {
        var (even, odd) = (generator.LoadHardware(value[0]), generator.LoadHardware(value[1]));
        int[] offsets = [.. Enumerable.Range(2, 4).Select(i => generator.Constant(value[i]))];
        var target = generator.AllocateAll(value);
        for (int row = 0; row < 4; row++)
        {
            using var command = generator.BeginCommand(name);
            command.AppendVectorArgument(target[(4 * row)..(4 * row + 4)]);
            command.AppendArgumentValue(row % 2 == 0 ? even : odd, sizeof(float) * offsets[row]);
        }
    }

    private static void QuadOpenCl(CLBackend backend, CLCodeGenerator generator, Value value) => Numbers(generator, value, 4);

    private static void PairOpenCl(CLBackend backend, CLCodeGenerator generator, Value value) => Numbers(generator, value, 2);

    private static void Numbers(CLCodeGenerator generator, Value value, int count)
    {
        var start = generator.Load(value[0]);
        string offset = OpenClText.Number(generator.Load(value[1]));
        var target = generator.Declare(value);
        for (int i = 0; i < count; i++)
        {
            generator.Builder.Append($"\t{target}.field_{i} = {start}[{offset} + {i}];\n");
        }
    }

    private static void ColumnsOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var start = generator.Load(value[0]);
        var (offset, stride) = (OpenClText.Number(generator.Load(value[1])), OpenClText.Number(generator.Load(value[2])));
        var target = generator.Declare(value);
        for (int i = 0; i < 16; i++)
        {
            generator.Builder.Append($"\t{target}.field_{i} = as_uint({start}[{offset} + {i / 2} * {stride} + {i % 2}]);\n");
        }
    }

    private static void BlockOpenCl(CLBackend backend, CLCodeGenerator generator, Value value) => FourRows(generator, value, "");

    private static void RowsOpenCl(CLBackend backend, CLCodeGenerator generator, Value value) => FourRows(generator, value, "as_uint");

    private static void FourRows(CLCodeGenerator generator, Value value, string cast)
    {
        VariableAllocator.Variable[] starts = [generator.Load(value[0]), generator.Load(value[1])];
        string[] offsets = [.. Enumerable.Range(2, 4).Select(i => OpenClText.Number(generator.Load(value[i])))];
        var target = generator.Declare(value);
        for (int i = 0; i < 16; i++)
        {
            generator.Builder.Append($"\t{target}.field_{i} = {cast}({starts[i / 4 % 2]}[{offsets[i / 4]} + {i % 4}]);\n");
        }
    }

    internal static void Register(IntrinsicImplementationManager manager)
    {
        var type = typeof(SharedReads);
        manager.Register(type, nameof(Quad), nameof(QuadPtx), nameof(QuadOpenCl));
        manager.Register(type, nameof(Pair), nameof(PairPtx), nameof(PairOpenCl));
        manager.Register(type, nameof(Block), nameof(BlockPtx), nameof(BlockOpenCl));
        manager.Register(type, nameof(Rows), nameof(RowsPtx), nameof(RowsOpenCl));
        manager.Register(type, nameof(Columns), nameof(ColumnsPtx), nameof(ColumnsOpenCl));
    }
}
