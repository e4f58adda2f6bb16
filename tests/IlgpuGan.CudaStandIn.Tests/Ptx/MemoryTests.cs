using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.CudaStandIn.Tests.Harness;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>The card's memory and what is known of it.</summary>
public sealed unsafe class MemoryTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    [Fact]
    public void Fresh_memory_holds_no_number_and_is_known_to_be_unwritten()
    {
        using var memory = new MemoryMap();
        var block = memory.Allocate(1000);
        Assert.Equal(0ul, block.Address % 256);
        Assert.All(new ReadOnlySpan<float>((void*)block.Address, 250).ToArray(), value => Assert.True(float.IsNaN(value)));
        Assert.Equal(block.Address, block.FirstUnwritten(block.Address, 1000));
        block.MarkWritten(block.Address, 999);
        Assert.Equal(block.Address + 999, block.FirstUnwritten(block.Address, 1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.MarkWritten(block.Address + 1, 1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.MarkWritten(block.Address - 1, 1));
    }

    [Fact]
    public void Blocks_are_found_by_any_address_in_them_and_by_none_between_them()
    {
        using var memory = new MemoryMap();
        var random = new Random(3);
        var blocks = Enumerable.Range(0, 50).Select(_ => memory.Allocate(random.Next(1, 5000))).ToList();
        foreach (var gone in blocks.Where((_, i) => i % 3 == 0).ToArray())
        {
            memory.Free(gone.Address);
            blocks.Remove(gone);
            Assert.Null(memory.Find(gone.Address));
            Assert.True(memory.WasFreed(gone.Address + (ulong)gone.Bytes - 1));
            Assert.Throws<ArgumentException>(() => memory.Free(gone.Address));
        }
        foreach (var block in blocks)
        {
            Assert.Same(block, memory.Find(block.Address));
            Assert.Same(block, memory.Find(block.Address + (ulong)block.Bytes - 1));
            Assert.Null(memory.Find(block.Address - 1));
            Assert.Null(memory.Find(block.Address + (ulong)block.Bytes));
            Assert.False(memory.WasFreed(block.Address));
        }
        Assert.Equal(blocks.OrderBy(block => block.Address), memory.Blocks);
    }

    [Fact]
    public void Memory_without_shadow_is_zero_and_takes_what_is_written()
    {
        using var memory = new MemoryMap(isShadowed: false);
        // Only touched pages are held.
        var block = memory.Allocate(1L << 32);
        Assert.Equal(0f, *(float*)(block.Address + (1ul << 31)));
        Assert.Null(block.FirstUnwritten(block.Address, block.Bytes));
        Assert.False(block.IsShadowed);
    }

    [Fact]
    public void What_one_launch_stored_the_next_may_store_again_however_many_there_were()
    {
        using var card = new Card(texts);
        var block = card.Empty(4);
        var other = card.Empty(4);
        string text = Assembly.Kernel("st.global.v4.f32 [%rd4], {0f3F800000, 0f3F800000, 0f3F800000, 0f3F800000};");
        for (int launch = 0; launch < 600; launch++)
        {
            Assembly.Run(card, text, block, launch % 255 == 7 ? other : block, 1);
        }
        Assert.Equal(1f, Card.Download<float>(block)[3]);
    }

    [Fact]
    public void Bytes_next_to_each_other_may_be_stored_by_different_threads_once()
    {
        using var card = new Card(texts);
        var block = card.Memory.Allocate(64);
        const string Bytes = "cvt.u64.u32 %rd5, %r1;\nadd.u64 %rd5, %rd5, %rd2;\nst.global.u8 [%rd5], %r1;";
        Assembly.Run(card, Assembly.Kernel(Bytes), block, block, 64);
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (byte)i), Card.Download<byte>(block));
        var fault = Assert.Throws<KernelFaultException>(() => Assembly.Run(card, Assembly.Kernel(Bytes + "\nst.global.u8 [%rd2], 1;"), block, block, 1));
        Assert.Equal((FaultKind.StoredTwice, block.Address), (fault.Fault, fault.Address));
        Assembly.Run(card, Assembly.Kernel("st.global.u16 [%rd2+2], 1;\nst.global.u8 [%rd2+1], 1;"), block, block, 1);
        string[] twos =
        [
            "st.global.u16 [%rd2], 1;\nst.global.u8 [%rd2+1], 1;", "st.global.u8 [%rd2+1], 1;\nst.global.u16 [%rd2], 1;", "st.global.u8 [%rd2+3], 1;\nst.global.u32 [%rd2], 1;",
        ];
        foreach (string twice in twos)
        {
            Assert.Equal(FaultKind.StoredTwice, Assert.Throws<KernelFaultException>(() => Assembly.Run(card, Assembly.Kernel(twice), block, block, 1)).Fault);
        }
        // The group of a launch before is none of this one's.
        Assembly.Run(card, Assembly.Kernel("st.global.u8 [%rd2], 1;\nst.global.u8 [%rd2+1], 1;"), block, block, 1);
    }

    [Theory]
    [InlineData("st.global.u32 [%rd7], 1;", "ld.global.u32 %r5, [%rd6];")]
    [InlineData("st.global.v4.u32 [%rd7], {1, 2, 3, 4};", "ld.global.v2.u32 {%r5, %r6}, [%rd6+8];")]
    [InlineData("st.global.u16 [%rd7+2], 1;", "ld.global.u16 %r5, [%rd6+2];")]
    [InlineData("st.global.u32 [%rd7], 1;", "mov.u64 %rd8, words;\ncp.async.ca.shared.global [%rd8], [%rd6], 4;\ncp.async.wait_all;")]
    public void What_another_group_of_the_launch_stored_may_not_be_read(string store, string load)
    {
        // Each group stores in its own row and reads the row before, or its own.
        string Body(int before) => Assembly.Kernel(
            $"""
            mov.u32 %r2, %ctaid.x;
            mul.wide.u32 %rd5, %r2, 16;
            add.u64 %rd7, %rd5, %rd2;
            max.s32 %r3, %r2, {before};
            sub.s32 %r3, %r3, {before};
            mul.wide.u32 %rd6, %r3, 16;
            add.u64 %rd6, %rd6, %rd2;
            {store}
            {load}
            """,
            ".shared .align 16 .b8 words[64];");
        void Run(int before)
        {
            using var card = new Card(texts);
            var block = card.Upload<uint>([.. Enumerable.Range(0, 40).Select(i => (uint)i)]);
            Assembly.Run(card, Body(before), block, block, 1, new() { Cores = 1 }, groups: 10);
        }

        Run(0);
        var fault = Assert.Throws<KernelFaultException>(() => Run(1));
        Assert.Equal((FaultKind.ForeignRead, 1L), (fault.Fault, fault.Group));
    }

    [Theory]
    [InlineData("ld.global.u8 %r2, [%rd3+1];", 0x56u)]
    [InlineData("ld.global.b16 %r2, [%rd3+2];", 0x1234u)]
    [InlineData("ld.global.b32 %r2, [%rd3];", 0x12345678u)]
    [InlineData("ld.global.b64 %rd7, [%rd3];\nshr.u64 %rd7, %rd7, 32;\ncvt.u32.u64 %r2, %rd7;", 0x9ABCDEF0u)]
    [InlineData("ld.global.v2.u32 {%r3, %r2}, [%rd3];", 0x9ABCDEF0u)]
    [InlineData("ld.global.v4.u32 {%r3, %r4, %r5, %r2}, [%rd3];", 0x44444444u)]
    [InlineData("ld.global.v4.u32 {%r3, %r4, %r5, %r6}, [%rd3];\nmov.u64 %rd7, words;\nst.shared.v4.u32 [%rd7], {%r6, %r5, %r4, %r3};\nld.shared.v2.u32 {%r2, %r8}, [%rd7+8];", 0x9ABCDEF0u)]
    [InlineData("ld.global.u32 %r3, [%rd3+8];\nmov.u64 %rd7, words;\nst.shared.v2.u32 [%rd7+16], {1, %r3};\nld.shared.u32 %r2, [%rd7+20];", 0x33333333u)]
    [InlineData("mov.u64 %rd7, words;\ncp.async.ca.shared.global [%rd7], [%rd3], 8, 4;\ncp.async.wait_all;\nld.shared.v2.u32 {%r3, %r4}, [%rd7];\nadd.u32 %r2, %r3, %r4;", 0x12345678u)]
    [InlineData("mov.u64 %rd7, words;\ncp.async.ca.shared.global [%rd7+4], [%rd3+4], 4;\ncp.async.commit_group;\ncp.async.wait_group 0;\nld.shared.u32 %r2, [%rd7+4];", 0x9ABCDEF0u)]
    [InlineData("mov.u64 %rd7, words;\ncp.async.cg.shared.global [%rd7], [0], 16, 0;\ncp.async.wait_all;\nld.shared.u32 %r2, [%rd7+12];", 0u)]
    public void Every_width_is_loaded_and_stored(string body, uint expected)
    {
        using var card = new Card(texts);
        var output = card.Memory.Allocate(16);
        Assembly.Run(
            card, Assembly.Kernel(body + "\nst.global.v2.u32 [%rd4], {%r2, %r2};\nst.global.b64 [%rd4+8], %rd2;", ".shared .align 16 .b8 words[64];"),
            card.Upload(0x12345678u, 0x9ABCDEF0u, 0x33333333u, 0x44444444u), output, 1);
        Assert.Equal([expected, expected], Card.Download<uint>(output)[..2]);
        Assert.Equal(output.Address, Card.Download<ulong>(output)[1]);
    }
}
