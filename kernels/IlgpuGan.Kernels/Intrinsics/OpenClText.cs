using System.Globalization;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.IR;
using ILGPU.IR.Values;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>Statements of OpenCL C in the place of an intrinsic's call.</summary>
internal static class OpenClText
{
    /// <summary>The name, or the number, that stands for an argument of the call.</summary>
    public static string Argument(this CLCodeGenerator generator, MethodCall call, int index) => Number(generator.Load(call[index]));

    /// <summary>The name, or the number, that stands for an argument.</summary>
    public static string Number(VariableAllocator.Variable variable) => variable switch
    {
        VariableAllocator.ConstantVariable constant => constant.Value.Int32Value.ToString(CultureInfo.InvariantCulture),
        _ => variable.ToString()!,
    };

    /// <summary>The name, or the number, that stands for a float among the arguments.</summary>
    public static string Float(VariableAllocator.Variable variable) => variable switch
    {
        VariableAllocator.ConstantVariable constant => $"as_float({BitConverter.SingleToUInt32Bits(constant.Value.Float32Value).ToString(CultureInfo.InvariantCulture)}u)",
        _ => variable.ToString()!,
    };

    /// <summary>Declares the variable that is the call's result.</summary>
    public static VariableAllocator.Variable Declare(this CLCodeGenerator generator, Value value)
    {
        var target = generator.Allocate(value);
        generator.Builder.Append($"\t{generator.TypeGenerator[value.Type]} {target};\n");
        return target;
    }

    /// <summary>Writes a block; its names are its own.</summary>
    public static void Block(this CLCodeGenerator generator, string statements) => generator.Builder.AppendLine($"\t{{\n{statements}\n\t}}");
}
