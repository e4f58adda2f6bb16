using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>How often the instructions that decide its speed stand in the PTX of a <see cref="TensorGemm{TTile, TPrecision, TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue}"/>.</summary>
internal static class PtxOfTensorGemm
{
    private const int Threads = 128, Depth = 32;

    /// <summary>Whether a kernel is one.</summary>
    public static bool Is(Type kernel) => kernel.IsGenericType && kernel.GetGenericTypeDefinition() == typeof(TensorGemm<,,,,,,>);

    /// <summary>Fails when an instruction is missing or stands there too often.</summary>
    public static void AssertCounts(Type kernel, string ptx)
    {
        var types = kernel.GetGenericArguments();
        var (rows, columns) = (Number(types[0], nameof(ITensorTile.Rows)), Number(types[0], nameof(ITensorTile.Columns)));
        var (down, across) = (Number(types[0], nameof(ITensorTile.BlocksDown)), Number(types[0], nameof(ITensorTile.BlocksAcross)));
        bool isPaired = types[1] == typeof(Bf16Pairs), isRounded = types[1] == typeof(Bf16Factors), isBf16 = isPaired || isRounded;
        Assert.All((Type[])[types[2], types[3]], width => Assert.Equal(isPaired, width == typeof(ByPairs)));
        var left = new Side(types[4], Number(types[2], nameof(ICopyWidth.Floats)), rows, down, isPaired);
        var right = new Side(types[5], Number(types[3], nameof(ICopyWidth.Floats)), columns, across, isPaired);
        var expected = new Dictionary<string, int>
        {
            // A warp's blocks, each of 2 x 4 tiles of 16 x 8, 8 or 16 deep, for two halves of a step.
            ["mma.sync"] = 2 * down * across * 8 * (isRounded ? 1 : 2),
            ["m16n8k16.row.col.f32.bf16.bf16.f32"] = isBf16 ? 2 * down * across * 8 * (isRounded ? 1 : 2) : 0,
            // Before the loop and in it.
            ["cp.async.cg.shared.global"] = 2 * (left.Quads + right.Quads),
            ["cp.async.ca.shared.global"] = 2 * (left.Floats + right.Floats),
            ["cp.async.commit_group"] = 2,
            // Factors, sums on their way out, places.
            ["ld.shared.v4"] = left.Rows + right.Rows + down + 2 * (left.Places + right.Places),
            ["ld.shared.v2"] = 2 * (left.Pairs + right.Pairs) + left.Columns + right.Columns,
            ["st.global.v4"] = down,
            ["st.global.v2"] = isBf16 ? down : 0,
            // Factors that are still to be rounded, and sums that are stored as pairs.
            ["cvt.rn.bf16x2.f32"] = (isRounded ? 16 * (down + across) : 0) + (isBf16 ? 2 * down : 0),
            ["prmt.b32"] = 2 * (left.Columns + right.Columns),
            ["mul.rn.f32"] = isBf16 ? 0 : 32 * (down + across),
        };
        foreach (var (instruction, count) in expected)
        {
            Assert.True(count == ptx.Split(instruction).Length - 1, $"{kernel}: {ptx.Split(instruction).Length - 1} x {instruction}, expected {count}\n{ptx}");
        }
        // Everything else that goes to shared memory as one float would go through two banks' worth of time.
        Assert.DoesNotContain("ld.shared.f32", ptx, StringComparison.Ordinal);
    }

    private static int Number(Type type, string property) => (int)type.GetProperty(property)!.GetValue(null)!;

    private sealed record Side(Type Operand, int Width, int Size, int Blocks, bool IsPaired)
    {
        // For each block and both halves of a step four rows, or of pairs across depth eight depths.
        public int Rows => IsPaired && !isAlongDepth ? 0 : 8 * Blocks;

        public int Columns => IsPaired && !isAlongDepth ? 16 * Blocks : 0;

        private readonly bool isAlongDepth = (bool)Operand.GetProperty(nameof(IOperand.IsDepthContiguous))!.GetValue(null)!;

        public int Quads => Width == 4 ? Size * Depth / 4 / Threads : 0;

        // In a loop.
        public int Floats => Width == 4 ? 0 : 1;

        private readonly bool isMatrix = (bool)Operand.GetProperty(nameof(IOperand.IsMatrix))!.GetValue(null)!;

        // Offset and mark for each copy of a column, unless a sum gives them.
        public int Pairs => isAlongDepth || isMatrix ? 0 : Quads;

        // Two depths for all copies of rows; floats along depth take their row from a table, too.
        public int Places => Width == 4 ? isAlongDepth ? 2 : 0 : isAlongDepth ? 2 : 1;
    }
}
