using IlgpuGan.Kernels.Intrinsics;
using IlgpuGan.Kernels.Tests.Harness;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Kernels.Tests.Intrinsics;

public class GroupBarrierTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    private const int Threads = 16;

    [Fact, Trait("Category", "Races")]
    public void Threads_see_in_shared_memory_what_others_wrote_before_the_barrier()
    {
        var device = under.DeviceWithGroups(Threads);
        using var x = device.Accelerator.Allocate1D([.. Enumerable.Range(0, Threads).Select(i => (float)i)]);
        device.Accelerator.LoadKernel<ArrayView<float>, int>(Rotate)(device.Stream, (1, Threads), x.View, 5);
        device.Stream.Synchronize();
        Assert.Equal(Enumerable.Range(0, Threads).Select(i => (float)((i + 5) % Threads)), x.GetAsArray1D());
    }

    [Fact, Trait("Category", "Races")]
    public void Threads_see_in_global_memory_what_others_wrote_before_the_barrier()
    {
        var device = under.DeviceWithGroups(Threads);
        using var x = device.Accelerator.Allocate1D([.. Enumerable.Range(0, Threads).Select(i => (float)i)]);
        device.Accelerator.LoadKernel<ArrayView<float>>(Reverse)(device.Stream, (1, Threads), x.View);
        device.Stream.Synchronize();
        Assert.Equal(Enumerable.Range(0, Threads).Select(i => (float)(Threads - 1 - i)), x.GetAsArray1D());
    }

    [Fact, Trait("Category", "Races")]
    public void What_was_read_before_a_barrier_is_not_read_again_behind_it()
    {
        var device = under.DeviceWithGroups(Threads);
        using var x = device.Accelerator.Allocate1D([.. Enumerable.Range(0, Threads).Select(i => (float)i)]);
        device.Accelerator.LoadKernel<ArrayView<float>, int>(Carry)(device.Stream, (1, Threads), x.View, 3);
        device.Stream.Synchronize();
        Assert.Equal(Enumerable.Range(0, Threads).Select(i => (i % 2 == 0 ? (i + 1f) % Threads : 0) + (i + 2f) % Threads), x.GetAsArray1D());
    }

    [Fact]
    public void The_optimiser_keeps_every_barrier_between_the_accesses_it_separates()
    {
        var ptx = Order(PtxCheck.Entry(PtxCompiler.Compile(((Delegate)Rotate).Method)), "st.shared", "ld.shared", "bar.sync");
        Assert.Equal(["st.shared", "bar.sync", "ld.shared", "bar.sync", "st.shared", "bar.sync", "ld.shared"], ptx);
        ptx = Order(PtxCheck.Entry(PtxCompiler.Compile(((Delegate)Reverse).Method)), "st.global", "ld.global", "bar.sync");
        Assert.Equal(["ld.global", "bar.sync", "st.global"], ptx);

        const string Barrier = "barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)";
        var source = OpenClCompiler.Source(((Delegate)Rotate).Method);
        Assert.Equal(3, source.Split(Barrier).Length - 1);
    }

    [Fact]
    public void Kernels_with_a_barrier_compile_to_clean_PTX()
    {
        PtxCheck.AssertClean(PtxCompiler.Compile(((Delegate)Rotate).Method));
        PtxCheck.AssertClean(PtxCompiler.Compile(((Delegate)Reverse).Method));
    }

    private static string[] Order(string text, params string[] words) =>
        [.. text.Split('\n').SelectMany(line => words.Where(word => line.Contains(word, StringComparison.Ordinal)))];

    private static void Rotate(ArrayView<float> x, int steps)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX] = x[Group.IdxX];
        GroupBarrier.Wait();
        for (int i = 0; i < steps; i++)
        {
            float neighbour = shared[(Group.IdxX + 1) % Threads];
            GroupBarrier.Wait();
            shared[Group.IdxX] = neighbour;
            GroupBarrier.Wait();
        }
        x[Group.IdxX] = shared[Group.IdxX];
    }

    private static void Reverse(ArrayView<float> x)
    {
        float mirrored = x[Threads - 1 - Group.IdxX];
        GroupBarrier.Wait();
        x[Group.IdxX] = mirrored;
    }

    /// <summary>Reads two neighbours, one under a condition, overwrites them in a loop with barriers, and only then uses what was read.</summary>
    private static void Carry(ArrayView<float> x, int steps)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX] = x[Group.IdxX];
        GroupBarrier.Wait();
        float second = shared[(Group.IdxX + 2) % Threads], neighbour = 0;
        if (Group.IdxX % 2 == 0)
        {
            neighbour = shared[(Group.IdxX + 1) % Threads];
        }
        for (int i = 0; i < steps; i++)
        {
            GroupBarrier.Wait();
            shared[Group.IdxX] = -i;
            GroupBarrier.Wait();
        }
        x[Group.IdxX] = neighbour + second;
    }
}
