using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using Registers = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>
/// Copies from global to shared memory that go on while the thread computes (cp.async, compute capability 8.0). A thread closes a group of
/// copies with <see cref="Commit"/> and later waits until all but the newest so many groups of its own have arrived; what other threads copied is
/// there after a barrier behind that wait.
/// </summary>
/// <remarks>On OpenCL a copy is done at once and there is nothing to wait for: tests run the same kernels there.</remarks>
public static class AsyncCopy
{
    /// <summary>Copies the first bytes of four floats and puts zeros in place of the rest; both sides lie on 16 bytes.</summary>
    /// <remarks>Past the first-level cache (.cg), for a tile is read from shared memory ever after.</remarks>
    /// <param name="target">A float in shared memory.</param>
    /// <param name="offset">Floats from there to where the copy goes, a constant: the address of PTX takes it in.</param>
    /// <param name="memory">A float in global memory.</param>
    /// <param name="index">Floats from there to the source; anything where no byte is copied.</param>
    /// <param name="bytes">0, 4, 8, 12 or 16.</param>
    [IntrinsicImplementation]
    public static void Quad(ref float target, int offset, ref float memory, int index, int bytes)
    {
    }

    /// <summary>Copies one float, or a zero where <paramref name="bytes"/> is 0 instead of 4.</summary>
    [IntrinsicImplementation]
    public static void One(ref float target, ref float source, int bytes)
    {
    }

    /// <summary>Closes the thread's group of copies.</summary>
    [IntrinsicImplementation]
    public static void Commit()
    {
    }

    /// <summary>Waits for all of the thread's groups.</summary>
    [IntrinsicImplementation]
    public static void WaitForAll()
    {
    }

    /// <summary>Waits for all of the thread's groups but the newest.</summary>
    [IntrinsicImplementation]
    public static void WaitForAllButOne()
    {
    }

    /// <summary>Waits for all of the thread's groups but the two newest.</summary>
    [IntrinsicImplementation]
    public static void WaitForAllButTwo()
    {
    }

    private static void QuadPtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var (target, memory) = (generator.LoadHardware(value[0]), generator.LoadHardware(value[2]));
        int offset = generator.Constant(value[1]);
        var (index, bytes) = (generator.LoadPrimitive(value[3]), generator.LoadPrimitive(value[4]));
        var source = generator.AllocatePlatformRegister(out _);
        using (var address = generator.BeginCommand("mad.wide.s32"))
        {
            address.AppendArgument(source);
            address.AppendArgument(index);
            address.AppendConstant((long)sizeof(float));
            address.AppendArgument(memory);
        }
        Copy(generator, "cp.async.cg.shared.global", target, sizeof(float) * offset, source, 16, bytes);
        generator.FreeRegister(source);
    }

    private static void OnePtx(PTXBackend backend, PTXCodeGenerator generator, Value value) => Copy(
        generator, "cp.async.ca.shared.global", generator.LoadHardware(value[0]), 0, generator.LoadHardware(value[1]), 4, generator.LoadPrimitive(value[2]));

    private static void Copy(
        PTXCodeGenerator generator, string name, Registers.HardwareRegister target, int offset, Registers.HardwareRegister source, long size, Registers.PrimitiveRegister bytes)
    {
        using var command = generator.BeginCommand(name);
        command.AppendArgumentValue(target, offset);
        command.AppendArgumentValue(source);
        command.AppendConstant(size);
        command.AppendArgument(bytes);
    }

    private static void CommitPtx(PTXBackend backend, PTXCodeGenerator generator, Value value) => generator.Command("cp.async.commit_group");

    private static void WaitForAllPtx(PTXBackend backend, PTXCodeGenerator generator, Value value) => Wait(generator, 0);

    private static void WaitForAllButOnePtx(PTXBackend backend, PTXCodeGenerator generator, Value value) => Wait(generator, 1);

    private static void WaitForAllButTwoPtx(PTXBackend backend, PTXCodeGenerator generator, Value value) => Wait(generator, 2);

    private static void Wait(PTXCodeGenerator generator, long groups)
    {
        using var command = generator.BeginCommand("cp.async.wait_group");
        command.AppendConstant(groups);
    }

    private static void QuadOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        string[] texts = [.. Enumerable.Range(0, 5).Select(i => OpenClText.Number(generator.Load(value[i])))];
        Copy(generator, $"{texts[0]}[{texts[1]} + ", $"{texts[2]}[{texts[3]} + ", texts[4], 4);
    }

    private static void OneOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        string[] texts = [.. Enumerable.Range(0, 3).Select(i => OpenClText.Number(generator.Load(value[i])))];
        Copy(generator, $"{texts[0]}[", $"{texts[1]}[", texts[2], 1);
    }

    private static void Copy(CLCodeGenerator generator, string target, string source, string bytes, int floats)
    {
        for (int i = 0; i < floats; i++)
        {
            generator.Builder.Append($"\tif ({4 * i} < {bytes}) {target}{i}] = {source}{i}]; else {target}{i}] = 0.0f;\n");
        }
    }

    private static void NothingOpenCl(CLBackend backend, CLCodeGenerator generator, Value value)
    {
    }

    internal static void Register(IntrinsicImplementationManager manager)
    {
        var type = typeof(AsyncCopy);
        manager.Register(type, nameof(Quad), nameof(QuadPtx), nameof(QuadOpenCl));
        manager.Register(type, nameof(One), nameof(OnePtx), nameof(OneOpenCl));
        manager.Register(type, nameof(Commit), nameof(CommitPtx), nameof(NothingOpenCl));
        manager.Register(type, nameof(WaitForAll), nameof(WaitForAllPtx), nameof(NothingOpenCl));
        manager.Register(type, nameof(WaitForAllButOne), nameof(WaitForAllButOnePtx), nameof(NothingOpenCl));
        manager.Register(type, nameof(WaitForAllButTwo), nameof(WaitForAllButTwoPtx), nameof(NothingOpenCl));
    }
}
