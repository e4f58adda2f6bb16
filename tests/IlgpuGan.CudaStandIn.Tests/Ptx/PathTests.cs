using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.CudaStandIn.Tests.Harness;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>Threads that part and meet, and where threads stand.</summary>
public sealed class PathTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(40)]
    [InlineData(130)]
    public void Threads_loop_each_as_often_as_it_wants_and_meet_behind_the_loop(int threads)
    {
        // The sum of i * i for i below the thread's number, skipping every third; behind the loop all are together again.
        uint[] results = Run(
            """
            mov.u32 %r2, 0;
            mov.u32 %r3, 0;
            LOOP:
            setp.ge.u32 %p1, %r2, %r1;
            @%p1 bra DONE;
            rem.u32 %r4, %r2, 3;
            setp.eq.u32 %p2, %r4, 2;
            @%p2 bra SKIP;
            mad.lo.u32 %r3, %r2, %r2, %r3;
            SKIP:
            add.u32 %r2, %r2, 1;
            bra.uni LOOP;
            DONE:
            bar.sync 0;
            st.global.u32 [%rd4], %r3;
            """, threads);
        Assert.Equal(Enumerable.Range(0, threads).Select(t => (uint)Enumerable.Range(0, t).Where(i => i % 3 != 2).Sum(i => i * i)), results);
    }

    [Fact]
    public void A_uniform_loop_behind_threads_that_parted_is_uniform()
    {
        uint[] results = Run(
            """
            mov.u32 %r3, 0;
            mov.u32 %r2, 0;
            LOOP:
            setp.ge.u32 %p1, %r2, 4;
            @%p1 bra.uni DONE;
            and.b32 %r4, %r1, 1;
            setp.eq.u32 %p2, %r4, 0;
            @%p2 bra EVEN;
            add.u32 %r3, %r3, 10;
            bra.uni NEXT;
            EVEN:
            add.u32 %r3, %r3, 1;
            NEXT:
            add.u32 %r2, %r2, 1;
            bra.uni LOOP;
            DONE:
            st.global.u32 [%rd4], %r3;
            """, 64);
        Assert.Equal(Enumerable.Range(0, 64).Select(t => t % 2 == 0 ? 4u : 40u), results);
    }

    [Fact]
    public void Paths_nest_and_threads_that_ended_do_not_come_back()
    {
        uint[] results = Run(
            """
            mov.u32 %r3, 7;
            st.global.u32 [%rd4+4], %r3;
            setp.lt.u32 %p1, %r1, 20;
            @%p1 bra LOW;
            setp.lt.u32 %p2, %r1, 40;
            @%p2 bra MIDDLE;
            st.global.u32 [%rd4], 3;
            ret;
            MIDDLE:
            mov.u32 %r5, 2;
            bra.uni JOIN;
            LOW:
            mov.u32 %r5, 1;
            setp.lt.u32 %p3, %r1, 5;
            @%p3 bra LOWEST;
            bra.uni JOIN;
            LOWEST:
            mov.u32 %r5, 0;
            JOIN:
            st.global.u32 [%rd4], %r5;
            """, 64);
        Assert.Equal(Enumerable.Range(0, 64).Select(t => t < 5 ? 0u : t < 20 ? 1u : t < 40 ? 2u : 3u), results);
    }

    [Fact]
    public void A_predicate_lets_some_threads_take_part_in_what_has_32_and_in_what_has_64_bits()
    {
        uint[] results = Run(
            """
            mov.u32 %r3, 5;
            mov.u64 %rd7, 100;
            setp.lt.u32 %p1, %r1, 10;
            @%p1 mov.u32 %r3, 6;
            @!%p1 add.u64 %rd7, %rd7, 1;
            @%p1 mul.wide.u32 %rd7, %r1, 3;
            cvt.u32.u64 %r4, %rd7;
            add.u32 %r5, %r3, %r4;
            st.global.u32 [%rd4], %r5;
            """, 32);
        Assert.Equal(Enumerable.Range(0, 32).Select(t => t < 10 ? (uint)(6 + (3 * t)) : 106u), results);
    }

    [Fact]
    public void Threads_and_groups_of_three_axes_know_where_they_stand()
    {
        using var card = new Card(texts);
        Dim3 grid = new(3, 2, 2), block = new(4, 3, 2);
        string body = """
            mov.u32 %r2, %tid.y;
            mov.u32 %r3, %tid.z;
            mov.u32 %r4, %ntid.x;
            mov.u32 %r5, %ntid.y;
            mad.lo.u32 %r6, %r3, %r5, %r2;
            mad.lo.u32 %r6, %r6, %r4, %r1;
            mov.u32 %r7, %ctaid.z;
            mov.u32 %r8, %nctaid.y;
            mov.u32 %r9, %ctaid.y;
            mad.lo.u32 %r7, %r7, %r8, %r9;
            mov.u32 %r8, %nctaid.x;
            mov.u32 %r9, %ctaid.x;
            mad.lo.u32 %r7, %r7, %r8, %r9;
            mad.lo.u32 %r7, %r7, 24, %r6;
            mul.wide.u32 %rd5, %r7, 4;
            add.u64 %rd5, %rd5, %rd2;
            st.global.u32 [%rd5], %r7;
            """;
        var output = card.Empty((int)(grid.Count * block.Count));
        byte[] parameters = [.. BitConverter.GetBytes(output.Address), .. BitConverter.GetBytes(output.Address)];
        var counts = Executor.Launch(PtxModule.Parse(Assembly.Kernel(body)).Kernels[0], grid, block, 0, parameters, card.Memory, new());
        Assert.Equal(Enumerable.Range(0, 288).Select(i => (uint)i), Card.Download<uint>(output));
        Assert.Equal((12, 1), (counts.Groups, counts.WarpsOfGroup));
    }

    [Fact]
    public void Shared_memory_that_a_launch_adds_begins_behind_the_kernels_own()
    {
        string text = Assembly.Kernel(
            """
            mov.u64 %rd5, more;
            mov.u64 %rd6, own;
            sub.u64 %rd7, %rd5, %rd6;
            st.shared.u32 [%rd5+252], 9;
            cvt.u32.u64 %r3, %rd7;
            st.global.u32 [%rd4], %r3;
            """, ".shared .align 4 .b8 own[100];\n.extern .shared .align 16 .b8 more[];");
        using var card = new Card(texts);
        var output = card.Empty(4);
        Assembly.Run(card, text, output, output, 1, dynamicShared: 12 + 256);
        Assert.Equal(112u, Words(output)[0]);
        Assert.Equal(100, PtxModule.Parse(text).Kernels[0].StaticSharedBytes);
        Assert.Equal(FaultKind.OutsideShared, Assert.Throws<KernelFaultException>(() => Assembly.Run(card, text, output, output, 1, dynamicShared: 12 + 255)).Fault);
    }

    [Fact]
    public void Warps_that_have_no_thread_on_a_path_issue_nothing_there()
    {
        const string Body = "setp.ge.u32 %p1, %r1, 32;\n@%p1 bra NEXT;\nmov.u32 %r2, 1;\nmov.u32 %r2, 1;\nNEXT:";
        using var card = new Card(texts);
        var block = card.Empty(4);
        // Six before, a comparison, a branch and the end for both warps, two for the first alone.
        Assert.Equal((2 * (6 + 3)) + 2, Assembly.Run(card, Assembly.Kernel(Body), block, block, 64).Instructions);
    }

    [Theory]
    [InlineData(4, 32, 4)]
    [InlineData(8, 32, 8)]
    [InlineData(128, 32, 32)]
    [InlineData(0, 32, 1)]
    public void Sectors_and_banks_are_counted_by_warps(int stride, int threads, int sectors)
    {
        using var card = new Card(texts);
        var input = card.Upload<float>(new float[32 * 32]);
        string body = $"""
            mul.wide.u32 %rd5, %r1, {stride};
            add.u64 %rd6, %rd5, %rd1;
            ld.global.f32 %f1, [%rd6];
            mov.u64 %rd7, words;
            add.u64 %rd7, %rd7, %rd5;
            setp.eq.u32 %p1, %r1, 0;
            @%p1 st.shared.f32 [%rd7], %f1;
            """;
        var counts = Assembly.Run(card, Assembly.Kernel(body, ".shared .align 16 .b8 words[4096];"), input, card.Empty(4), threads);
        Assert.Equal((sectors, stride == 0 ? 1 : 4), ((int)counts.LoadedSectors, (int)counts.IdealLoadedSectors));
        string loads = body.Replace("@%p1 ", "", StringComparison.Ordinal);
        if (stride > 0)
        {
            Assert.Equal(stride / 4, Assembly.Run(card, Assembly.Kernel(loads, ".shared .align 16 .b8 words[4096];"), input, card.Empty(4), threads).BankPasses);
        }
    }

    private static unsafe uint[] Words(MemoryBlock block) => new ReadOnlySpan<uint>((void*)block.Address, (int)(block.Bytes / 4)).ToArray();

    private uint[] Run(string body, int threads)
    {
        using var card = new Card(texts);
        var output = card.Empty(4 * threads);
        Assembly.Run(card, Assembly.Kernel(body), output, output, threads);
        return [.. Words(output).Chunk(4).Select(row => row[0])];
    }
}
