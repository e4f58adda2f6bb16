using System.Runtime.CompilerServices;
using System.Text;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU.Backends.OpenCL;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>6 rows of 2 vectors of 8 floats: 256 bits have 16 registers, of which 12 hold sums, 2 a panel and 1 a row.</summary>
public readonly struct VectorTile256 : IVectorTile
{
    /// <inheritdoc/>
    public static int Rows => 6;

    /// <inheritdoc/>
    public static int Columns => 16;

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static void Multiply(
        ref float a, int rowStride, int stepStride, ref float b, int rightStride, int steps, int accumulate, ref float output, ref int offsets)
    {
        for (int row = 0; row < 6; row++)
        {
            VectorTiles.Row(ref Unsafe.Add(ref a, row * rowStride), stepStride, ref b, rightStride, steps, accumulate,
                ref Unsafe.Add(ref output, Unsafe.Add(ref offsets, row)), 16);
        }
    }

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static void MultiplyApart(
        ref float a, int rowStride, int stepStride, ref float b, int rightStride, int steps, int accumulate, ref float sums)
    {
        for (int row = 0; row < 6; row++)
        {
            VectorTiles.Row(ref Unsafe.Add(ref a, row * rowStride), stepStride, ref b, rightStride, steps, accumulate, ref Unsafe.Add(ref sums, 16 * row), 16);
        }
    }

    private static void Emit(CLBackend backend, CLCodeGenerator generator, Value value) => VectorTiles.Emit(generator, value, rows: 6, vectors: 2, lanes: 8, isFused: true);

    private static void EmitApart(CLBackend backend, CLCodeGenerator generator, Value value) =>
        VectorTiles.Emit(generator, value, rows: 6, vectors: 2, lanes: 8, isFused: false);

    internal static void Register(IntrinsicImplementationManager manager, bool isFused) =>
        VectorTiles.Register(manager, typeof(VectorTile256), isFused ? nameof(Emit) : nameof(EmitApart));
}

/// <summary>12 rows of 2 vectors of 16 floats: 512 bits have 32 registers, of which 24 hold sums.</summary>
public readonly struct VectorTile512 : IVectorTile
{
    /// <inheritdoc/>
    public static int Rows => 12;

    /// <inheritdoc/>
    public static int Columns => 32;

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static void Multiply(
        ref float a, int rowStride, int stepStride, ref float b, int rightStride, int steps, int accumulate, ref float output, ref int offsets)
    {
        for (int row = 0; row < 12; row++)
        {
            VectorTiles.Row(ref Unsafe.Add(ref a, row * rowStride), stepStride, ref b, rightStride, steps, accumulate,
                ref Unsafe.Add(ref output, Unsafe.Add(ref offsets, row)), 32);
        }
    }

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static void MultiplyApart(
        ref float a, int rowStride, int stepStride, ref float b, int rightStride, int steps, int accumulate, ref float sums)
    {
        for (int row = 0; row < 12; row++)
        {
            VectorTiles.Row(ref Unsafe.Add(ref a, row * rowStride), stepStride, ref b, rightStride, steps, accumulate, ref Unsafe.Add(ref sums, 32 * row), 32);
        }
    }

    private static void Emit(CLBackend backend, CLCodeGenerator generator, Value value) => VectorTiles.Emit(generator, value, rows: 12, vectors: 2, lanes: 16, isFused: true);

    private static void EmitApart(CLBackend backend, CLCodeGenerator generator, Value value) =>
        VectorTiles.Emit(generator, value, rows: 12, vectors: 2, lanes: 16, isFused: false);

    internal static void Register(IntrinsicImplementationManager manager, bool isFused) =>
        VectorTiles.Register(manager, typeof(VectorTile512), isFused ? nameof(Emit) : nameof(EmitApart));
}

/// <summary>What the tiles have in common.</summary>
/// <remarks>
/// OpenCL compilers for processors vectorise over work-items, and only innermost loops: a scalar tile reaches 5 GFLOP/s on two cores of AVX2,
/// one written with vector types a hundred. ILGPU has no vector types, so the tile is OpenCL C.
/// </remarks>
internal static class VectorTiles
{
    public static void Row(
        ref float a, int stepStride, ref float b, int rightStride, int steps, int accumulate, ref float sums, int columns)
    {
        for (int column = 0; column < columns; column++)
        {
            float sum = accumulate != 0 ? Unsafe.Add(ref sums, column) : 0f;
            for (int step = 0; step < steps; step++)
            {
                sum = Scalar.Fma(Unsafe.Add(ref a, step * stepStride), Unsafe.Add(ref b, step * rightStride + column), sum);
            }
            Unsafe.Add(ref sums, column) = sum;
        }
    }

    public static void Register(IntrinsicImplementationManager manager, Type tile, string emit)
    {
        manager.RegisterOpenCl(tile, nameof(IVectorTile.Multiply), emit);
        manager.RegisterOpenCl(tile, nameof(IVectorTile.MultiplyApart), emit);
    }

    /// <summary>Writes either method: they differ in the last argument, the offsets, and in where the sums are.</summary>
    public static void Emit(CLCodeGenerator generator, Value value, int rows, int vectors, int lanes, bool isFused)
    {
        var call = (MethodCall)value;
        bool isApart = call.Count == 8;
        string Row(int row) => isApart ? $"sums + {row * vectors * lanes}" : $"sums + offsets[{row}]";
        var places = (from row in Enumerable.Range(0, rows) from vector in Enumerable.Range(0, vectors) select (row, vector)).ToList();
        var text = new StringBuilder($"""
            		const local float* a = {generator.Argument(call, 0)};
            		const int rowStride = {generator.Argument(call, 1)};
            		const int stepStride = {generator.Argument(call, 2)};
            		const local float* b = {generator.Argument(call, 3)};
            		const int rightStride = {generator.Argument(call, 4)};
            		const int steps = {generator.Argument(call, 5)};
            		const int accumulate = {generator.Argument(call, 6)};
            		{(isApart ? "local" : "global")} float* sums = {generator.Argument(call, 7)};
            		float{lanes} {string.Join(", ", places.Select(place => $"s{place.row}_{place.vector} = 0"))};

            """);
        if (!isApart)
        {
            text.Append($"\t\tconst local int* offsets = {generator.Argument(call, 8)};\n");
        }
        text.Append("\t\tif (accumulate) {\n");
        foreach (var (row, vector) in places)
        {
            text.Append($"\t\t\ts{row}_{vector} = vload{lanes}({vector}, {Row(row)});\n");
        }
        text.Append("\t\t}\n\t\tfor (int step = 0; step < steps; step++) {\n");
        for (int vector = 0; vector < vectors; vector++)
        {
            text.Append($"\t\t\tconst float{lanes} b{vector} = vload{lanes}({vector}, b);\n");
        }
        for (int row = 0; row < rows; row++)
        {
            text.Append($"\t\t\tconst float{lanes} a{row} = a[{row} * rowStride];\n");
            for (int vector = 0; vector < vectors; vector++)
            {
                text.Append(isFused
                    ? $"\t\t\ts{row}_{vector} = fma(a{row}, b{vector}, s{row}_{vector});\n"
                    : $"\t\t\ts{row}_{vector} = a{row} * b{vector} + s{row}_{vector};\n");
            }
        }
        text.Append("\t\t\ta += stepStride;\n\t\t\tb += rightStride;\n\t\t}\n");
        foreach (var (row, vector) in places)
        {
            text.Append($"\t\tvstore{lanes}(s{row}_{vector}, {vector}, {Row(row)});\n");
        }
        generator.Block(text.ToString());
    }
}
