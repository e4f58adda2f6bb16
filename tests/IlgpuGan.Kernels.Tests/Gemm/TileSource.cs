using System.Text;

namespace IlgpuGan.Kernels.Tests.Gemm;

/// <summary>
/// Writes kernels/IlgpuGan.Kernels/Gemm/Tiles.g.cs. The sums of a tile must be written out one by one: neither the JIT nor ILGPU
/// keeps an indexed array in registers.
/// </summary>
internal static class TileSource
{
    // 256 bits have 16 registers: 12 sums, 2 of the panel, 1 of the row. 512 bits have 32 and take 24 sums. The narrow ones serve
    // products of few columns, such as the three of an RGB image. 0 bits: Vector<float>, as long as the processor's.
    private static readonly (string Name, int Bits, int Rows, int Vectors)[] Tiles =
    [
        ("TilePortable", 0, 6, 2), ("Tile256", 256, 6, 2), ("Tile256Narrow", 256, 12, 1), ("Tile512", 512, 12, 2), ("Tile512Narrow", 512, 24, 1),
    ];

    public static string Write()
    {
        var text = new StringBuilder("""
            // Written by tests/IlgpuGan.Kernels.Tests/Gemm/TileSource.cs; a test compares.

            using System.Numerics;
            using System.Runtime.CompilerServices;
            using System.Runtime.Intrinsics;

            namespace IlgpuGan.Kernels.Gemm;

            """);
        foreach (var (name, bits, rows, vectors) in Tiles)
        {
            Tile(text, name, bits, rows, vectors);
        }
        return text.ToString();
    }

    private static void Tile(StringBuilder text, string name, int bits, int rows, int vectors)
    {
        bool isPortable = bits == 0;
        string vector = isPortable ? "Vector<float>" : $"Vector{bits}<float>";
        string methods = isPortable ? "Vector" : $"Vector{bits}";
        string Plus(int v) => v == 0 ? "" : isPortable ? v == 1 ? " + Vector<float>.Count" : $" + {v} * Vector<float>.Count" : $" + {v * bits / 32}";
        string Create(string value) => isPortable ? $"new Vector<float>({value})" : $"{methods}.Create({value})";
        // Without an instruction for it a fused product is a call for each lane; the estimate rounds twice there.
        string multiply = isPortable ? "MultiplyAddEstimate" : "FusedMultiplyAdd";
        text.Append($$"""

            /// <summary>{{rows}} rows of {{vectors}} vector(s) of {{(isPortable ? "as many floats as the processor's vectors have" : $"{bits / 32} floats")}}.</summary>
            public readonly unsafe struct {{name}} : ITile
            {
                private {{(isPortable ? "static int Width =>" : "const int Width =")}} {{(isPortable ? $"{vectors} * Vector<float>.Count" : vectors * bits / 32)}};

                /// <inheritdoc/>
                public static int Rows => {{rows}};

                /// <inheritdoc/>
                public static int Columns => Width;

                /// <inheritdoc/>
                [MethodImpl(MethodImplOptions.AggressiveOptimization)]
                public static void Multiply(
                    float* a, nint rowStride, nint stepStride, float* b, nint depth, float* output, int* offsets, bool accumulate)
                {
                    {{vector}} {{string.Join(", ", Sums(rows, vectors).Select(sum => $"{sum} = default"))}};
                    if (accumulate)
                    {

            """);
        foreach (var (row, v) in Places(rows, vectors))
        {
            text.Append($"            s{row}_{v} = {methods}.Load(output + offsets[{row}]{Plus(v)});\n");
        }
        text.Append("        }\n        nint twice = 2 * rowStride;\n        float* a0 = a;\n");
        for (int group = 3; group < rows; group += 3)
        {
            text.Append($"        float* a{group} = a{group - 3} + twice + rowStride;\n");
        }
        text.Append($"        for (float* end = b + depth * Width; b < end; b += Width)\n        {{\n");
        for (int v = 0; v < vectors; v++)
        {
            text.Append($"            var b{v} = {methods}.Load(b{Plus(v)});\n");
        }
        for (int row = 0; row < rows; row++)
        {
            string index = (row % 3) switch { 0 => "0", 1 => "rowStride", _ => "twice" };
            text.Append($"            {(row == 0 ? "var " : "")}x = {Create($"a{row / 3 * 3}[{index}]")};\n");
            for (int v = 0; v < vectors; v++)
            {
                text.Append($"            s{row}_{v} = {methods}.{multiply}(x, b{v}, s{row}_{v});\n");
            }
        }
        for (int group = 0; group < rows; group += 3)
        {
            text.Append($"            a{group} += stepStride;\n");
        }
        text.Append("        }\n");
        foreach (var (row, v) in Places(rows, vectors))
        {
            text.Append($"        s{row}_{v}.Store(output + offsets[{row}]{Plus(v)});\n");
        }
        text.Append("    }\n}\n");
    }

    private static IEnumerable<(int Row, int Vector)> Places(int rows, int vectors) =>
        from row in Enumerable.Range(0, rows) from vector in Enumerable.Range(0, vectors) select (row, vector);

    private static IEnumerable<string> Sums(int rows, int vectors) => Places(rows, vectors).Select(place => $"s{place.Row}_{place.Vector}");
}
