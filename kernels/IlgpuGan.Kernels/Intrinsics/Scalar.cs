using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>Arithmetic on single numbers that every back end must round alike.</summary>
public static class Scalar
{
    /// <summary>a * b + c, rounded once, on every device that can: an OpenCL device without the instruction rounds the product, then the sum.</summary>
    /// <remarks>
    /// ILGPU leaves it to each driver whether a written-out product and sum are fused, so their last bit differs from device to device. A device
    /// without the instruction would compute the single rounding in software, thirty times as slowly.
    /// </remarks>
    [IntrinsicImplementation]
    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    private static void EmitPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var a = generator.LoadPrimitive(value[0]);
        var b = generator.LoadPrimitive(value[1]);
        var c = generator.LoadPrimitive(value[2]);
        var target = generator.AllocateHardware(value);
        using var command = generator.BeginCommand("fma.rn.f32");
        command.AppendArgument(target);
        command.AppendArgument(a);
        command.AppendArgument(b);
        command.AppendArgument(c);
    }

    private static void EmitOpenClApart(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var a = generator.Load(value[0]);
        var b = generator.Load(value[1]);
        var c = generator.Load(value[2]);
        using var statement = generator.BeginStatement(generator.Allocate(value));
        statement.AppendArgument(a);
        statement.AppendCommand(" * ");
        statement.AppendArgument(b);
        statement.AppendCommand(" + ");
        statement.AppendArgument(c);
    }

    private static void EmitOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var a = generator.Load(value[0]);
        var b = generator.Load(value[1]);
        var c = generator.Load(value[2]);
        using var statement = generator.BeginStatement(generator.Allocate(value));
        statement.AppendCommand("fma");
        statement.BeginArguments();
        statement.AppendArgument(a);
        statement.AppendArgument(b);
        statement.AppendArgument(c);
        statement.EndArguments();
    }

    /// <summary>Two numbers rounded to bfloat16, to nearest, ties to even; the first in the lower half.</summary>
    [IntrinsicImplementation]
    public static uint RoundToPair(float lower, float upper) => Bf16(lower) | (Bf16(upper) << 16);

    private static uint Bf16(float number)
    {
        uint bits = BitConverter.SingleToUInt32Bits(number);
        return float.IsNaN(number) ? NaNOfBf16 : (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    }

    private const uint NaNOfBf16 = 0x7fff;

    /// <summary>
    /// The same number, which stays in a register from here on: ILGPU computes what has no effect where it is used, what does not change in a loop in each of its rounds.
    /// </summary>
    [IntrinsicImplementation]
    public static int Kept(int number) => number;

    private static void KeptPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var number = generator.LoadPrimitive(value[0]);
        var target = generator.AllocateHardware(value);
        using var command = generator.BeginCommand("mov.b32");
        command.AppendArgument(target);
        command.AppendArgument(number);
    }

    private static void KeptOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        string number = OpenClText.Number(generator.Load(value[0]));
        var target = generator.Declare(value);
        generator.Builder.Append($"\t{target} = {number};\n");
    }

    private static void RoundToPairPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var (lower, upper) = (generator.LoadPrimitive(value[0]), generator.LoadPrimitive(value[1]));
        var target = generator.AllocateHardware(value);
        using var command = generator.BeginCommand("cvt.rn.bf16x2.f32");
        command.AppendArgument(target);
        command.AppendArgument(upper);
        command.AppendArgument(lower);
    }

    private static void RoundToPairOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        string[] numbers = [.. Enumerable.Range(0, 2).Select(i => OpenClText.Float(generator.Load(value[i])))];
        var target = generator.Declare(value);
        generator.Builder.Append($"\t{target} = {Half(numbers[0])} | ({Half(numbers[1])} << 16);\n");

        static string Half(string number) => $"(isnan({number}) ? {NaNOfBf16}u : ((as_uint({number}) + 0x7fffu + ((as_uint({number}) >> 16) & 1u)) >> 16))";
    }

    internal static void Register(IntrinsicImplementationManager manager, bool isFused)
    {
        manager.Register(typeof(Scalar), nameof(Fma), nameof(EmitPtx), isFused ? nameof(EmitOpenCl) : nameof(EmitOpenClApart));
        manager.Register(typeof(Scalar), nameof(RoundToPair), nameof(RoundToPairPtx), nameof(RoundToPairOpenCl));
        manager.Register(typeof(Scalar), nameof(Kept), nameof(KeptPtx), nameof(KeptOpenCl));
    }
}
