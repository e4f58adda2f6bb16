using System.Runtime.CompilerServices;
using ILGPU.Backends.OpenCL;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>Short runs of floats into local memory, by one work-item of a processor with the processor's own vectors.</summary>
public static class LocalRows
{
    /// <summary>target[i] = source[i] for i below count.</summary>
    [IntrinsicImplementation]
    public static void Copy(ref float target, ref float source, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Unsafe.Add(ref target, i) = Unsafe.Add(ref source, i);
        }
    }

    /// <summary>target[i] = 0 for i below count.</summary>
    [IntrinsicImplementation]
    public static void Clear(ref float target, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Unsafe.Add(ref target, i) = 0f;
        }
    }

    /// <summary>target[i * stride + j] = source of j [i] for i below count and j below 4: four rows become four columns.</summary>
    [IntrinsicImplementation]
    public static void Turn(ref float target, int stride, ref float source0, ref float source1, ref float source2, ref float source3, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Unsafe.Add(ref target, i * stride) = Unsafe.Add(ref source0, i);
            Unsafe.Add(ref target, i * stride + 1) = Unsafe.Add(ref source1, i);
            Unsafe.Add(ref target, i * stride + 2) = Unsafe.Add(ref source2, i);
            Unsafe.Add(ref target, i * stride + 3) = Unsafe.Add(ref source3, i);
        }
    }

    private static void EmitCopy(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        generator.Block($$"""
            		local float* target = {{generator.Argument(call, 0)}};
            		const global float* source = {{generator.Argument(call, 1)}};
            		const int count = {{generator.Argument(call, 2)}};
            		int i = 0;
            		for (; i + 8 <= count; i += 8) vstore8(vload8(0, source + i), 0, target + i);
            		for (; i < count; i++) target[i] = source[i];
            """);
    }

    private static void EmitClear(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        generator.Block($$"""
            		local float* target = {{generator.Argument(call, 0)}};
            		const int count = {{generator.Argument(call, 1)}};
            		for (int i = 0; i < count; i++) target[i] = 0.0f;
            """);
    }

    private static void EmitTurn(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        string sources = string.Join('\n', Enumerable.Range(0, 4).Select(j => $"\t\tconst global float* s{j} = {generator.Argument(call, 2 + j)};"));
        generator.Block($$"""
            		local float* target = {{generator.Argument(call, 0)}};
            		const int stride = {{generator.Argument(call, 1)}};
            {{sources}}
            		const int count = {{generator.Argument(call, 6)}};
            		int i = 0;
            		for (; i + 4 <= count; i += 4) {
            			const float4 a = vload4(0, s0 + i), b = vload4(0, s1 + i), c = vload4(0, s2 + i), d = vload4(0, s3 + i);
            			vstore4((float4)(a.s0, b.s0, c.s0, d.s0), 0, target + i * stride);
            			vstore4((float4)(a.s1, b.s1, c.s1, d.s1), 0, target + (i + 1) * stride);
            			vstore4((float4)(a.s2, b.s2, c.s2, d.s2), 0, target + (i + 2) * stride);
            			vstore4((float4)(a.s3, b.s3, c.s3, d.s3), 0, target + (i + 3) * stride);
            		}
            		for (; i < count; i++) vstore4((float4)(s0[i], s1[i], s2[i], s3[i]), 0, target + i * stride);
            """);
    }

    internal static void Register(IntrinsicImplementationManager manager)
    {
        manager.RegisterOpenCl(typeof(LocalRows), nameof(Copy), nameof(EmitCopy));
        manager.RegisterOpenCl(typeof(LocalRows), nameof(Clear), nameof(EmitClear));
        manager.RegisterOpenCl(typeof(LocalRows), nameof(Turn), nameof(EmitTurn));
    }
}
