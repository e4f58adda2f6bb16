using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>Registers that hold something at the fullest place of a text.</summary>
public sealed class LiveRegisterTests
{
    [Theory]
    // The address is a parameter; %r3 takes the place of %r1.
    [InlineData("mov.u32 %r1, %tid.x; mov.u32 %r2, 0; add.s32 %r3, %r1, %r2; add.s32 %r2, %r2, %r3; st.global.u32 [%rd1], %r2;", 2)]
    // In the next round %r1 is read again.
    [InlineData("mov.u32 %r1, %tid.x; mov.u32 %r2, 0; AGAIN: add.s32 %r3, %r1, %r2; add.s32 %r2, %r2, %r3; setp.lt.s32 %p1, %r2, 100; @%p1 bra AGAIN; st.global.u32 [%rd1], %r2;", 3)]
    // Of two ways the fuller one counts.
    [InlineData("mov.u32 %r1, %tid.x; setp.lt.s32 %p1, %r1, 9; @%p1 bra OTHER; add.s32 %r2, %r1, 1; add.s32 %r3, %r1, 2; mul.lo.s32 %r1, %r2, %r3; OTHER: st.global.u32 [%rd1], %r1;", 2)]
    // What is not written by every thread is still what it was for others.
    [InlineData("mov.u32 %r1, %tid.x; setp.lt.s32 %p1, %r1, 9; mov.u32 %r2, 0; mov.u32 %r3, 1; mov.u32 %r4, 2; add.s32 %r3, %r3, %r4; "
        + "@%p1 mov.u32 %r2, 2; add.s32 %r3, %r3, %r2; st.global.u32 [%rd1], %r3;", 3)]
    [InlineData("mov.u32 %r2, 0; mov.u32 %r3, 1; mov.u32 %r4, 2; add.s32 %r3, %r3, %r4; mov.u32 %r2, 2; add.s32 %r3, %r3, %r2; st.global.u32 [%rd1], %r3;", 2)]
    // A number that nobody reads has its register, too; one that is read twice has one.
    [InlineData("mov.u32 %r1, 0; mov.u32 %r2, 1; mov.u32 %r3, 2; st.global.u32 [%rd1], %r1;", 2)]
    [InlineData("ld.global.v4.b32 {%r1, %r2, %r3, %r4}, [%rd1]; st.global.v4.b32 [%rd1+16], {%r1, %r1, %r3, %r4};", 4)]
    // An address that is computed takes two.
    [InlineData("add.u64 %rd2, %rd1, 4; mov.u32 %r1, 0; st.global.u32 [%rd2], %r1;", 3)]
    [InlineData("", 0)]
    public void As_many_are_counted_as_hold_at_once_what_is_read_later(string body, int expected)
    {
        string text = $$"""
            .version 7.0
            .target sm_80
            .address_size 64
            .visible .entry kernel(.param .u64 to)
            {
            .reg .b32 %r<5>;
            .reg .b64 %rd<3>;
            .reg .pred %p<2>;
            ld.param.u64 %rd1, [to];
            {{body}}
            ret;
            }
            """;
        Assert.Equal(expected, Assert.Single(PtxModule.Parse(text).Kernels).LiveRegisters);
    }
}
