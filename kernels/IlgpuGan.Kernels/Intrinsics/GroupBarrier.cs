using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>The meeting point of the threads of one group.</summary>
public static class GroupBarrier
{
    /// <summary>
    /// Waits for all threads of the group; what they wrote before it, in shared and in global memory, is visible to each of them after it.
    /// Every thread of the group must come here, equally often.
    /// </summary>
    /// <remarks>
    /// ILGPU's own <see cref="Group.Barrier"/> fences global memory only on OpenCL, which leaves a shared tile formally racy there.
    /// The optimiser takes a call for a full barrier: no load or store passes it and it is never dropped.
    /// On the CPU accelerator a barrier is two orders of magnitude slower than the work it separates; kernels keep to groups of one there.
    /// </remarks>
    [IntrinsicImplementation]
    public static void Wait() => Group.Barrier();

    private static void EmitPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        using var command = generator.BeginCommand("bar.sync");
        command.AppendConstant(0);
    }

    private static void EmitOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        using var statement = generator.BeginStatement("barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)");
    }

    internal static void Register(IntrinsicImplementationManager manager) =>
        manager.Register(typeof(GroupBarrier), nameof(Wait), nameof(EmitPtx), nameof(EmitOpenCl));
}
