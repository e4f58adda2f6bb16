using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.CudaStandIn.Tests.Harness;
using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>The engine's kernels with a fault planted into their text or their launch: each is called by its name, with its line.</summary>
public sealed class PlantedFaultTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    private const string Barrier = @"^\s*bar\.sync\s+0;";

    [Fact]
    public void A_barrier_left_out_behind_the_wait_for_copies_is_a_race() =>
        AssertProduct(FaultKind.SharedRace, Plant.Without(Barrier, occurrence: 1));

    [Fact]
    public void A_barrier_left_out_behind_the_table_of_places_is_a_race() =>
        AssertProduct(FaultKind.SharedRace, Plant.Without(Barrier));

    [Fact]
    public void Sums_that_are_staged_where_others_still_read_factors_are_a_race() =>
        // The last of four steps of three stages is in the first stage again, where the sums go.
        AssertProduct(FaultKind.SharedRace, Plant.Without(Barrier, occurrence: 2), k: 128);

    [Fact]
    public void Sums_that_are_read_before_others_have_staged_them_are_a_race() =>
        AssertProduct(FaultKind.SharedRace, Plant.Without(Barrier, occurrence: 3));

    [Fact]
    public void A_wait_for_one_group_of_copies_too_few_leaves_copies_under_way() =>
        AssertProduct(FaultKind.CopyUnderWay, Plant.Instead(@"cp\.async\.wait_group\s+1", "cp.async.wait_group 2"));

    [Fact]
    public void A_wait_left_out_leaves_copies_under_way() =>
        AssertProduct(FaultKind.CopyUnderWay, Plant.Without(@"^\s*cp\.async\.wait_group\s+1;"));

    [Fact]
    public void A_stage_that_is_filled_again_too_early_is_a_race_with_its_readers() =>
        // The barrier of a step stands behind its copies instead of before them.
        AssertProduct(FaultKind.SharedRace, text =>
        {
            string moved = Plant.Without(Barrier, occurrence: 1)(text);
            return Plant.Instead(@"^\s*cp\.async\.commit_group;", "\tcp.async.commit_group;\n\tbar.sync 0;", occurrence: 1)(moved);
        });

    [Fact]
    public void A_copy_left_out_leaves_memory_that_nobody_wrote() =>
        AssertProduct(FaultKind.UninitialisedShared, Plant.Without(@"^\s*cp\.async\.cg[^;]*;", occurrence: 3));

    [Fact]
    public void A_copy_from_off_its_alignment_is_named() =>
        AssertProduct(FaultKind.Misaligned, Plant.Instead(@"(cp\.async\.cg\S+\s+\[%rd\d+\], \[%rd\d+)\]", "$1+4]"));

    [Fact]
    public void A_copy_from_past_the_end_is_named() =>
        AssertProduct(FaultKind.OutsideGlobal, Plant.Instead(@"(cp\.async\.cg\S+\s+\[%rd\d+\], \[%rd\d+)\]", "$1+1073741824]"));

    [Fact]
    public void A_zero_fill_left_out_reads_past_the_end() =>
        AssertProduct(FaultKind.OutsideGlobal, Plant.Instead(@"(cp\.async\.cg[^;]*16), %r\d+;", "$1;", occurrence: 1), k: 20);

    [Fact]
    public void A_launch_with_less_shared_memory_than_the_stages_take_is_outside()
    {
        using var card = new Card(texts) { SharedBytesLeftOut = 16 };
        var product = new MatrixProduct(card, 66, 70, 100, isLeftAlongDepth: true, isRightAlongDepth: true);
        AssertFault(FaultKind.OutsideShared, () => product.Run(typeof(TensorGemm<,,,,,,>), [typeof(Tile64x64), typeof(Tf32Factors), typeof(ByQuads), typeof(ByQuads)]));
    }

    [Fact]
    public void Four_floats_stored_16_bytes_off_meet_those_of_others() =>
        AssertProduct(FaultKind.StoredTwice, Plant.Instead(@"st\.global\.v4\.f32\s+\[(%rd\d+)\]", "st.global.v4.f32 [$1+16]"));

    [Fact]
    public void Four_floats_stored_8_bytes_off_are_misaligned() =>
        AssertProduct(FaultKind.Misaligned, Plant.Instead(@"st\.global\.v4\.f32\s+\[(%rd\d+)\]", "st.global.v4.f32 [$1+8]"));

    [Fact]
    public void A_product_that_half_a_warp_misses_is_named() =>
        AssertProduct(FaultKind.DivergentMma, Plant.Instead(@"^\s*mma\.sync", "\tsetp.lt.s32 %p1, %tid.x, 48;\n\t@%p1 mma.sync"));

    [Fact]
    public void A_product_that_whole_warps_leave_out_is_none_of_the_others_business()
    {
        var (result, _) = Run(Plant.Instead(@"^\s*mma\.sync", "\tsetp.lt.s32 %p1, %tid.x, 64;\n\t@%p1 mma.sync", occurrence: 15));
        Assert.NotEmpty(result);
    }

    [Fact]
    public void A_barrier_left_out_between_a_tile_and_its_successor_is_a_race()
    {
        using var card = new Card(texts) { Change = Plant.Without(Barrier, occurrence: 1) };
        var product = new MatrixProduct(card, 40, 40, 100, isLeftAlongDepth: true, isRightAlongDepth: false);
        AssertFault(FaultKind.SharedRace, () => product.Run(typeof(TiledGemm<,,,,,>), [typeof(SmallShape), typeof(ByFloats), typeof(ByFloats)]));
    }

    [Fact]
    public void A_tail_that_is_one_too_long_is_outside()
    {
        var fault = AssertElementwise(FaultKind.OutsideGlobal, Plant.Instead(@"setp\.lt\.s32", "setp.le.s32"));
        Assert.Equal((407 / 128, 407 % 128), (fault.Group, fault.Thread));
    }

    [Fact]
    public void A_tail_whose_threads_part_at_a_uniform_branch_is_named() =>
        AssertElementwise(FaultKind.DivergentUniformBranch, Plant.Instead(@"(@%p\d+\s+bra)(\s)", "$1.uni$2"));

    [Fact]
    public void Threads_that_all_store_to_one_place_are_named() =>
        AssertElementwise(FaultKind.StoredTwice, Plant.Instead(@"(mul\.wide\.u32\s+%rd\d+, %r\d+), 4(;\s+add\.u64\s+%rd\d+, %rd1,)", "$1, 0$2"));

    [Fact]
    public void Groups_that_store_to_the_places_of_others_are_named() =>
        AssertElementwise(FaultKind.StoredTwice, Plant.Instead(@"mov\.b32\s+(%r\d+), %ctaid\.x", "mov.b32 $1, 0"));

    [Fact]
    public void An_index_off_by_half_a_float_is_misaligned() =>
        AssertElementwise(FaultKind.Misaligned, Plant.Instead(@"ld\.global\.f32\s+(%f\d+), \[(%rd\d+)\]", "ld.global.f32 $1, [$2+2]"));

    [Fact]
    public void A_sum_that_does_not_begin_with_zero_is_named()
    {
        using var card = new Card(texts) { Change = Plant.Without(@"^\s*mov\.f32\s+%f\d+, 0f00000000;") };
        AssertFault(FaultKind.UninitialisedRegister, () => card.Run<SumRows<Full<Slot0>>, ReductionParameters>(
            new() { Rows = 70, Columns = 24, Blocks = 8 }, ("Output", card.Empty(192)), ("Operands.X0", card.Upload<float>(Numbers.Random(1680, 1)))));
    }

    [Theory]
    [InlineData(FaultKind.SharedRace, Barrier, "")]
    [InlineData(FaultKind.DivergentBarrier, Barrier, "\tsetp.lt.s32 %p3, %r6, 32;\n\t@%p3 bar.sync 0;")]
    [InlineData(FaultKind.DivergentBarrier, Barrier, "\tsetp.lt.s32 %p3, %r6, 32;\n\t@%p3 ret;\n\tbar.sync 0;")]
    [InlineData(FaultKind.UninitialisedShared, @"^\s*st\.shared\.f32[^;]*;", "")]
    [InlineData(FaultKind.StoredTwice, @"setp\.eq\.s32", "setp.ge.s32")]
    [InlineData(FaultKind.OutsideShared, @"__shared_alloca1\[256\]", "__shared_alloca1[128]")]
    [InlineData(FaultKind.SharedRace, @"__shared_alloca0\[256\]", "__shared_alloca0[128]")]
    [InlineData(FaultKind.OutsideShared, @"(setp\.ge\.s32\s+%p\d+, %r\d+), 64", "$1, 65")]
    public void A_fault_in_cross_entropy_is_named(FaultKind kind, string pattern, string replacement)
    {
        using var card = new Card(texts) { Change = Plant.Instead(pattern, replacement) };
        AssertFault(kind, () => CrossEntropy(card));
    }

    [Fact]
    public void Memory_that_was_freed_is_called_so()
    {
        using var card = new Card(texts);
        var input = card.Upload<float>(Numbers.Random(407, 1));
        card.Memory.Free(input.Address);
        var fault = AssertFault(FaultKind.Freed, () => Difference(card, input));
        Assert.Equal(input.Address, fault.Address);
    }

    [Fact]
    public void Memory_that_nobody_wrote_is_called_so()
    {
        using var card = new Card(texts);
        AssertFault(FaultKind.UninitialisedGlobal, () => Difference(card, card.Empty(407)));
        using var trusting = new Card(texts) { Options = new() { Checks = Checks.All & ~Checks.Uninitialised } };
        Difference(trusting, trusting.Empty(407));
    }

    [Fact]
    public void A_view_without_memory_is_outside()
    {
        using var card = new Card(texts);
        AssertFault(FaultKind.OutsideGlobal, () => card.Run<SumRows<Full<Slot0>>, ReductionParameters>(new() { Rows = 1, Columns = 1, Blocks = 1 }, ("Output", card.Empty(1))));
    }

    [Fact]
    public void A_view_that_is_too_short_is_outside_with_its_first_thread()
    {
        using var card = new Card(texts);
        var fault = AssertFault(FaultKind.OutsideGlobal, () => Difference(card, card.Upload<float>(Numbers.Random(300, 1))));
        Assert.Equal((300 / 128, 300 % 128), (fault.Group, fault.Thread));
    }

    private static void CrossEntropy(Card card) => card.Run<BceWithLogits, BceParameters>(
        new() { Target = 1f, Count = 150 },
        ("Logits", card.Upload<float>(Numbers.Random(150, 1))), ("Loss", card.Empty(1)), ("Gradient", card.Empty(150)), ("Probability", card.Empty(1)));

    private static void Difference(Card card, MemoryBlock input) =>
        card.Run<Elementwise<Subtract<Full<Slot0>, Multiply<PerColumn<Slot1>, Number<Slot0>>>>, ElementwiseParameters>(
            new() { Rows = 37, Columns = 11, Operands = new() { K0 = 0.25f } }, ("Output", card.Empty(407)), ("Operands.X0", input), ("Operands.X1", card.Upload<float>(Numbers.Random(11, 2))));

    private static KernelFaultException AssertFault(FaultKind kind, Action run)
    {
        var fault = Assert.Throws<KernelFaultException>(run);
        Assert.True(kind == fault.Fault, fault.Message);
        Assert.True(fault.Line > 0 && fault.Instruction.Length > 0 && fault.Group >= 0, fault.Message);
        Assert.True(fault.Thread >= 0, fault.Message);
        Assert.Contains(fault.Kernel, fault.Message, StringComparison.Ordinal);
        return fault;
    }

    private (float[] Result, double[] Expected) Run(Func<string, string> plant, int k = 100)
    {
        using var card = new Card(texts) { Change = plant };
        var product = new MatrixProduct(card, 66, 70, k, isLeftAlongDepth: true, isRightAlongDepth: true);
        product.Run(typeof(TensorGemm<,,,,,,>), [typeof(Tile64x64), typeof(Tf32Factors), typeof(ByQuads), typeof(ByQuads)]);
        return (product.Result, product.Expected(factor => factor));
    }

    private void AssertProduct(FaultKind kind, Func<string, string> plant, int k = 100) => AssertFault(kind, () => Run(plant, k));

    private KernelFaultException AssertElementwise(FaultKind kind, Func<string, string> plant)
    {
        using var card = new Card(texts) { Change = plant };
        return AssertFault(kind, () => Difference(card, card.Upload<float>(Numbers.Random(407, 1))));
    }
}
