using System.Globalization;
using ILGPU.Backends.OpenCL;
using ILGPU.IR.Values;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>Statements of OpenCL C in the place of an intrinsic's call.</summary>
internal static class OpenClText
{
    /// <summary>The name, or the number, that stands for an argument of the call.</summary>
    public static string Argument(this CLCodeGenerator generator, MethodCall call, int index) =>
        generator.Load(call[index]) switch
        {
            CLVariableAllocator.ConstantVariable constant => constant.Value.Int32Value.ToString(CultureInfo.InvariantCulture),
            var variable => variable.ToString(),
        };

    /// <summary>Writes a block; its names are its own.</summary>
    public static void Block(this CLCodeGenerator generator, string statements) => generator.Builder.AppendLine($"\t{{\n{statements}\n\t}}");
}
