using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.CudaStandIn.Tests.Harness;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>Faults that no kernel of the engine is one slip away from, in small texts.</summary>
public sealed class FaultTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    private const string Array = ".shared .align 16 .b8 words[4096];";

    private const string Copy = """
        mov.u64 %rd5, words;
        mul.wide.u32 %rd6, %r1, 16;
        add.u64 %rd5, %rd5, %rd6;
        cp.async.cg.shared.global [%rd5], [%rd3], 16;
        cp.async.commit_group;
        """;

    [Fact]
    public void A_source_that_changes_while_its_copy_is_under_way_is_named()
    {
        AssertFault(FaultKind.CopySourceOverwritten, Copy + "st.global.u32 [%rd3+4], 77;\ncp.async.wait_group 0;", Array);
        // Behind the wait it may.
        Run(Copy + "cp.async.wait_group 0;\nst.global.u32 [%rd3+4], 77;", Array);
    }

    [Fact]
    public void A_thread_that_ends_with_copies_under_way_is_named() => AssertFault(FaultKind.CopyNeverAwaited, Copy, Array);

    [Fact]
    public void A_thread_may_not_read_its_own_copy_before_its_wait()
    {
        AssertFault(FaultKind.CopyUnderWay, Copy + "ld.shared.u32 %r2, [%rd5];\ncp.async.wait_group 0;", Array);
        Run(Copy + "cp.async.wait_group 0;\nld.shared.u32 %r2, [%rd5];", Array);
    }

    [Fact]
    public void Nobody_may_write_where_a_copy_is_on_its_way() => AssertFault(FaultKind.CopyUnderWay, Copy + "st.shared.u32 [%rd5+8], 5;\ncp.async.wait_all;", Array);

    [Fact]
    public void A_copy_that_has_arrived_is_for_others_only_behind_a_barrier()
    {
        const string Neighbour = "xor.b64 %rd7, %rd5, 16;\nld.shared.u32 %r2, [%rd7];";
        AssertFault(FaultKind.SharedRace, Copy + "cp.async.wait_all;\n" + Neighbour, Array);
        Run(Copy + "cp.async.wait_all;\nbar.sync 0;\n" + Neighbour, Array);
    }

    [Fact]
    public void Several_may_read_a_word_that_its_writer_then_may_not_write()
    {
        const string One = "mov.u64 %rd5, words;\nsetp.eq.u32 %p1, %r1, 0;\n@%p1 st.shared.u32 [%rd5], 1;\nbar.sync 0;\nld.shared.u32 %r2, [%rd5];\n";
        Run(One, Array);
        AssertFault(FaultKind.SharedRace, One + "@%p1 st.shared.u32 [%rd5], 2;", Array);
        Run(One + "bar.sync 0;\n@%p1 st.shared.u32 [%rd5], 2;", Array);
    }

    [Fact]
    public void Two_threads_that_write_one_word_at_once_are_named() => AssertFault(FaultKind.SharedRace, "mov.u64 %rd5, words;\nst.shared.u32 [%rd5], 1;", Array);

    [Fact]
    public void A_divisor_of_zero_is_named_with_its_thread()
    {
        var fault = AssertFault(FaultKind.DivisionByZero, "sub.s32 %r2, %r1, 5;\nrem.s32 %r3, 7, %r2;");
        Assert.Equal(5, fault.Thread);
    }

    [Fact]
    public void A_register_that_only_some_threads_wrote_is_named_where_another_reads_it()
    {
        const string Half = "setp.lt.u32 %p1, %r1, 16;\n@!%p1 bra NEXT;\nmov.u32 %r2, 1;\nNEXT:\n";
        Assert.Equal(16, AssertFault(FaultKind.UninitialisedRegister, Half + "add.s32 %r3, %r2, 1;").Thread);
        Run(Half + "@%p1 add.s32 %r3, %r2, 1;");
    }

    [Fact]
    public void A_register_that_nobody_ever_writes_is_named_where_it_is_read() =>
        Assert.Contains("%f5", AssertFault(FaultKind.UninitialisedRegister, "add.f32 %f1, %f5, %f5;").Message, StringComparison.Ordinal);

    [Fact]
    public void A_predicate_that_nobody_wrote_is_named_where_a_branch_reads_it() => AssertFault(FaultKind.UninitialisedRegister, "@%p9 bra NEXT;\nmov.u32 %r2, 1;\nNEXT:");

    [Fact]
    public void A_loop_without_end_is_stopped() =>
        AssertFault(FaultKind.Endless, "AGAIN:\nbra.uni AGAIN;", options: new() { MaximumInstructions = 1000 });

    [Fact]
    public void A_thread_that_waits_for_a_barrier_which_others_jumped_over_is_named() =>
        AssertFault(FaultKind.DivergentBarrier, "setp.lt.u32 %p1, %r1, 16;\n@%p1 bra NEXT;\nbar.sync 0;\nNEXT:");

    [Theory]
    [InlineData(33, 1, 0, "33 threads")]
    [InlineData(1025, 1, 0, "1025")]
    [InlineData(32, 0, 0, "0 x 1 x 1 groups")]
    [InlineData(32, 1, 1 << 20, "shared memory")]
    public void A_launch_that_no_card_takes_is_refused(int threads, int groups, int shared, string named)
    {
        using var card = new Card(texts);
        var block = card.Empty(4096);
        var fault = Assert.Throws<KernelFaultException>(() => Assembly.Run(card, Assembly.Kernel("", promise: ".maxntid 32, 1, 1"), block, block, threads, groups: groups, dynamicShared: shared));
        Assert.Equal(FaultKind.WrongLaunch, fault.Fault);
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_of_another_size_are_refused()
    {
        using var card = new Card(texts);
        var kernel = PtxModule.Parse(Assembly.Kernel("")).Kernels[0];
        var fault = Assert.Throws<KernelFaultException>(() => Executor.Launch(kernel, new(1), new(32), 0, new byte[kernel.ParameterBytes + 8], card.Memory, new()));
        Assert.Equal(FaultKind.WrongLaunch, fault.Fault);
    }

    [Fact]
    public void Of_the_faults_of_several_groups_the_first_is_told_whatever_the_cores()
    {
        using var card = new Card(texts);
        const string Text = "mov.u32 %r2, %ctaid.x;\nsub.s32 %r3, 41, %r2;\nmax.s32 %r3, %r3, 0;\ndiv.s32 %r4, 1, %r3;";
        for (int cores = 1; cores <= 4; cores++)
        {
            var block = card.Empty(4096);
            var fault = Assert.Throws<KernelFaultException>(() => Assembly.Run(card, Assembly.Kernel(Text), block, block, 32, new() { Cores = cores }, groups: 100));
            Assert.Equal(41, fault.Group);
        }
    }

    [Theory]
    [InlineData("atom.global.add.f32 %f1, [%rd3], %f2;", "'atom.global.add.f32' is not known")]
    [InlineData("ld.local.f32 %f1, [%rd3];", "'ld.local.f32' is not known")]
    [InlineData("fma.rn.ftz.f32 %f1, %f1, %f1, %f1;", "'fma.rn.ftz.f32' is not known")]
    [InlineData("add.s32 %r1, %rd1, 1;", "register %rd1 has another size")]
    [InlineData("add.s32 %r1, %r64, 1;", "register %r64 is not declared")]
    [InlineData("add.s32 %r1, %r2;", "takes 3 operands, not 2")]
    [InlineData("bra NOWHERE;", "no label NOWHERE")]
    [InlineData("bar.sync 1;", "only barrier 0")]
    [InlineData("ld.param.u32 %r1, [other];", "no parameter other")]
    [InlineData("add.s32 %r1, %r2, 4294967296;", "is no number of 32 bits")]
    [InlineData("ld.global.v4.f32 {%f1, %f2}, [%rd3];", "moves 4 elements")]
    [InlineData("cp.async.cg.shared.global [%rd3], [%rd4], 4;", "does not copy 4 bytes")]
    [InlineData("add.s32 %r1, %r2, %r3", "';' is missing at the end|expected instead of", true)]
    [InlineData(".local .b8 depot[16];", "'.local' is not known")]
    public void A_text_that_is_not_understood_is_refused_with_its_line(string statement, string named, bool anyLine = false)
    {
        string text = Assembly.Kernel(statement);
        int line = 1 + text[..text.IndexOf(statement, StringComparison.Ordinal)].Count(letter => letter == '\n');
        var refusal = Assert.Throws<PtxException>(() => PtxModule.Parse(text));
        Assert.Contains(named.Split('|'), part => refusal.Message.Contains(part, StringComparison.Ordinal));
        Assert.True(anyLine || refusal.Line == line, refusal.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".version 8.8\n.target sm_80\n.address_size 64\n")]
    public void A_text_without_a_kernel_has_none(string text) => Assert.Empty(PtxModule.Parse(text).Kernels);

    [Theory]
    [InlineData(".address_size 32", 1)]
    [InlineData("nonsense", 1)]
    [InlineData(".version 8.8\n.entry k(", 2)]
    [InlineData(".version 8.8\n/* a\ncomment */ .global .b8 x[4];", 3)]
    public void A_text_that_is_no_module_is_refused(string text, int line) => Assert.Equal(line, Assert.Throws<PtxException>(() => PtxModule.Parse(text)).Line);

    private void Run(string body, string shared = "", ExecutorOptions? options = null)
    {
        using var card = new Card(texts);
        Assembly.Run(card, Assembly.Kernel(body, shared), card.Upload<float>(Numbers.Random(128, 1)), card.Empty(128), 32, options);
    }

    private KernelFaultException AssertFault(FaultKind kind, string body, string shared = "", ExecutorOptions? options = null)
    {
        var fault = Assert.Throws<KernelFaultException>(() => Run(body, shared, options));
        Assert.True(kind == fault.Fault, fault.Message);
        Assert.True(fault.Line > 0, fault.Message);
        return fault;
    }
}
