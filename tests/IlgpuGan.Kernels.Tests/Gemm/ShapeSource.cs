using System.Text;

namespace IlgpuGan.Kernels.Tests.Gemm;

/// <summary>
/// Writes kernels/IlgpuGan.Kernels/Gemm/TileShapes.g.cs. The sums of a thread must be written out one by one: ILGPU unrolls no loop, and an
/// indexed array would lie in memory.
/// </summary>
internal static class ShapeSource
{
    // A thread's sums are whole quads: 4 x 4 take 16 reads of shared memory by 4 for 64 multiply-adds, 8 x 8 half as many. The wide tile
    // serves large products, the middle one whatever has too few of those for all multiprocessors, the narrow one few columns, such as those
    // next to the image, and the small one devices with small groups.
    private static readonly (string Name, int Rows, int Columns, int Depth, int SumRows, int SumColumns, string Purpose)[] Shapes =
    [
        ("WideShape", 128, 128, 8, 8, 8, "Large products."),
        ("MiddleShape", 64, 64, 16, 4, 4, "Products that have too few large tiles to keep a device busy."),
        ("NarrowShape", 128, 32, 16, 8, 4, "Products of at most 32 columns."),
        ("SmallShape", 32, 32, 16, 4, 4, "Small products, and devices whose groups are of 64 threads or have little shared memory."),
    ];

    public static string Write()
    {
        var text = new StringBuilder("""
            // Written by tests/IlgpuGan.Kernels.Tests/Gemm/ShapeSource.cs; a test compares.

            using IlgpuGan.Kernels.Expressions;
            using IlgpuGan.Kernels.Intrinsics;
            using ILGPU;

            namespace IlgpuGan.Kernels.Gemm;

            """);
        foreach (var (name, rows, columns, depth, sumRows, sumColumns, purpose) in Shapes)
        {
            Shape(text, name, rows, columns, depth, sumRows, sumColumns, purpose);
        }
        return text.ToString();
    }

    private static void Shape(StringBuilder text, string name, int rows, int columns, int depth, int sumRows, int sumColumns, string purpose)
    {
        int wide = columns / sumColumns, high = rows / sumRows, threads = wide * high;
        string[] lefts = Parts('l', rows, depth, threads), rights = Parts('r', columns, depth, threads);
        string Calls(string[] parts, Func<string, int, string> call) =>
            string.Concat(parts.Select((part, i) => $"{call(part, i)}\n"));
        text.Append($$"""

            /// <summary>{{purpose}} {{rows}} x {{columns}} sums by {{threads}} threads, {{sumRows}} x {{sumColumns}} each, {{depth}} terms at a time.</summary>
            public readonly struct {{name}} : ITileShape
            {
                /// <inheritdoc/>
                public static int Rows => {{rows}};

                /// <inheritdoc/>
                public static int Columns => {{columns}};

                /// <inheritdoc/>
                public static int Depth => {{depth}};

                /// <inheritdoc/>
                public static int Threads => {{threads}};

                /// <inheritdoc/>
                public static void Run<TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue>(GemmParameters<TLeft, TRight> p, int tile)
                    where TLeftWidth : struct, ICopyWidth
                    where TRightWidth : struct, ICopyWidth
                    where TLeft : struct, IOperand
                    where TRight : struct, IOperand
                    where TEpilogue : struct, IExpression
                {
                    const int leftPitch = {{rows / 4 + 1}}, rightPitch = {{columns / 4 + 1}};
                    var left = SharedMemory.Allocate<float>(4 * {{depth}} * leftPitch).Cast<Float4>();
                    var right = SharedMemory.Allocate<float>(4 * {{depth}} * rightPitch).Cast<Float4>();
                    int across = (p.N + {{columns - 1}}) / {{columns}};
                    int down = tile / across;
                    int firstRow = down * {{rows}};
                    int firstColumn = (tile - down * across) * {{columns}};
                    int thread = Group.IdxX;

            """);
        text.Append(Calls(lefts, (part, i) => $"        var {part}Outer = {Loader("Left", name)}.Outer(p.Left, firstRow, p.M, thread, {i});"));
        text.Append(Calls(rights, (part, i) => $"        var {part}Outer = {Loader("Right", name)}.Outer(p.Right, firstColumn, p.N, thread, {i});"));
        text.Append($"        var lDepth = {Loader("Left", name)}.Depth(p.Left, 0, p.K, thread);\n");
        text.Append($"        var rDepth = {Loader("Right", name)}.Depth(p.Right, 0, p.K, thread);\n");
        text.Append(Calls(lefts, (part, i) => $"        var {part} = {Loader("Left", name)}.Fetch(p.Left, {part}Outer, lDepth, 0, p.K, thread, {i});"));
        text.Append(Calls(rights, (part, i) => $"        var {part} = {Loader("Right", name)}.Fetch(p.Right, {part}Outer, rDepth, 0, p.K, thread, {i});"));
        text.Append(Calls(lefts, (part, i) => $"        {Loader("Left", name)}.Store(left, {part}, thread, {i});"));
        text.Append(Calls(rights, (part, i) => $"        {Loader("Right", name)}.Store(right, {part}, thread, {i});"));
        text.Append("        GroupBarrier.Wait();\n");
        text.Append($"        int row = thread / {wide};\n        int column = thread % {wide};\n");
        for (int i = 0; i < sumRows; i++)
        {
            text.Append($"        float {string.Join(", ", Enumerable.Range(0, sumColumns).Select(j => $"s{i}_{j} = 0f"))};\n");
        }
        text.Append($"        for (int depth = {depth}; depth < p.K + {depth}; depth += {depth})\n        {{\n");
        text.Append($"            lDepth = {Loader("Left", name)}.Depth(p.Left, depth, p.K, thread);\n");
        text.Append($"            rDepth = {Loader("Right", name)}.Depth(p.Right, depth, p.K, thread);\n");
        text.Append(Calls(lefts, (part, i) => $"            {part} = {Loader("Left", name)}.Fetch(p.Left, {part}Outer, lDepth, depth, p.K, thread, {i});"));
        text.Append(Calls(rights, (part, i) => $"            {part} = {Loader("Right", name)}.Fetch(p.Right, {part}Outer, rDepth, depth, p.K, thread, {i});"));
        text.Append($"            for (int k = 0; k < {depth}; k++)\n            {{\n");
        for (int i = 0; i < sumRows / 4; i++)
        {
            text.Append($"                var a{i} = left[k * leftPitch + row{Plus(i * high)}];\n");
        }
        for (int j = 0; j < sumColumns / 4; j++)
        {
            text.Append($"                var b{j} = right[k * rightPitch + column{Plus(j * wide)}];\n");
        }
        for (int i = 0; i < sumRows; i++)
        {
            for (int j = 0; j < sumColumns; j++)
            {
                text.Append($"                s{i}_{j} = Scalar.Fma(a{i / 4}.{"XYZW"[i % 4]}, b{j / 4}.{"XYZW"[j % 4]}, s{i}_{j});\n");
            }
        }
        text.Append("            }\n            GroupBarrier.Wait();\n");
        text.Append(Calls(lefts, (part, i) => $"            {Loader("Left", name)}.Store(left, {part}, thread, {i});"));
        text.Append(Calls(rights, (part, i) => $"            {Loader("Right", name)}.Store(right, {part}, thread, {i});"));
        text.Append("            GroupBarrier.Wait();\n        }\n");
        text.Append("        row = firstRow + 4 * row;\n        column = firstColumn + 4 * column;\n");
        for (int i = 0; i < sumRows; i++)
        {
            for (int j = 0; j < sumColumns; j += 4)
            {
                text.Append($"        TileSums<TLeft, TRight, TEpilogue>.Store(p, row{Plus(i / 4 * 4 * high + i % 4)}, column{Plus(j * wide)}, "
                    + $"{string.Join(", ", Enumerable.Range(j, 4).Select(c => $"s{i}_{c}"))});\n");
            }
        }
        text.Append("    }\n}\n");
    }

    private static string[] Parts(char side, int outer, int depth, int threads) =>
        [.. Enumerable.Range(0, outer * depth / 4 / threads).Select(i => $"{side}{i}")];

    private static string Loader(string side, string shape) => $"TileLoader<T{side}, T{side}Width, {side}Side<{shape}>>";

    private static string Plus(int offset) => offset == 0 ? "" : $" + {offset}";
}
