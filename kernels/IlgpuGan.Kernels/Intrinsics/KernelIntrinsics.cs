using System.Reflection;
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
    public static void Register(Context.Builder builder)
    {
        var manager = builder.GetIntrinsicManager();
        AsyncCopy.Register(manager);
        GroupBarrier.Register(manager);
        Scalar.Register(manager);
        TensorCore.Register(manager);
    }

    /// <summary>Registers one method with its code generators for PTX and OpenCL, all three by name in one type.</summary>
    internal static void Register(this IntrinsicImplementationManager manager, Type type, string method, string ptx, string openCl)
    {
        var info = type.GetMethod(method, BindingFlags.Public | BindingFlags.Static)
            ?? throw new MissingMethodException(type.FullName, method);
        manager.RegisterMethod(info, new PTXIntrinsic(type, ptx, IntrinsicImplementationMode.GenerateCode));
        manager.RegisterMethod(info, new CLIntrinsic(type, openCl, IntrinsicImplementationMode.GenerateCode));
    }
}
