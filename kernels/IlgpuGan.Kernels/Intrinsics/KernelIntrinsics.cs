using System.Reflection;
using IlgpuGan.Kernels.Gemm;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>The list of our intrinsics: methods whose own body runs on the CPU accelerator and whose code for PTX and OpenCL we write ourselves.</summary>
public static class KernelIntrinsics
{
    /// <summary>Makes every intrinsic known to a context in the making; kernels that use them compile in no other context.</summary>
    /// <param name="builder">The context.</param>
    /// <param name="isFused">Whether its device multiplies and adds with one rounding: see <see cref="Scalar.Fma"/>.</param>
    public static void Register(Context.Builder builder, bool isFused = true)
    {
        var manager = builder.GetIntrinsicManager();
        AsyncCopy.Register(manager);
        GroupBarrier.Register(manager);
        Scalar.Register(manager, isFused);
        LocalRows.Register(manager);
        SharedReads.Register(manager);
        VectorTile256.Register(manager, isFused);
        VectorTile512.Register(manager, isFused);
        TensorCore.Register(manager);
    }

    /// <summary>Registers one method with its code generators for PTX and OpenCL, all three by name in one type.</summary>
    internal static void Register(this IntrinsicImplementationManager manager, Type type, string method, string ptx, string openCl)
    {
        manager.RegisterMethod(Find(type, method), new PTXIntrinsic(type, ptx, IntrinsicImplementationMode.GenerateCode));
        manager.RegisterOpenCl(type, method, openCl);
    }

    /// <summary>Registers one method with its code generator for OpenCL; no kernel for CUDA calls it.</summary>
    internal static void RegisterOpenCl(this IntrinsicImplementationManager manager, Type type, string method, string openCl) =>
        manager.RegisterMethod(Find(type, method), new CLIntrinsic(type, openCl, IntrinsicImplementationMode.GenerateCode));

    private static MethodInfo Find(Type type, string method) =>
        type.GetMethod(method, BindingFlags.Public | BindingFlags.Static) ?? throw new MissingMethodException(type.FullName, method);
}
