namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>
/// What each form of an instruction gives, by the PTX ISA: <c>forms : operands = result, ...</c>. Numbers are decimal or hexadecimal; a trailing f or d is a
/// float or a double, T and F are predicates, <c>nan</c> is the one that cards make.
/// </summary>
internal static class InstructionTable
{
    public const string Text = """
        add.s32 add.u32 : 2 3 = 5, 0x7FFFFFFF 1 = 0x80000000, 0xFFFFFFFF 1 = 0
        sub.s32 sub.u32 : 5 3 = 2, 0 1 = 0xFFFFFFFF, 0x80000000 1 = 0x7FFFFFFF
        add.s64 add.u64 : 0xFFFFFFFF 1 = 0x100000000, 0xFFFFFFFFFFFFFFFF 1 = 0, -5 3 = -2
        sub.s64 sub.u64 : 0 1 = 0xFFFFFFFFFFFFFFFF, 0x100000000 1 = 0xFFFFFFFF
        mul.lo.s32 mul.lo.u32 : 7 6 = 42, 0x10001 0x10001 = 0x20001, -3 4 = -12
        mul.hi.s32 : -1 -1 = 0, 0x40000000 8 = 2, -1 1 = -1
        mul.hi.u32 : 0xFFFFFFFF 0xFFFFFFFF = 0xFFFFFFFE, 0x40000000 8 = 2
        mul.wide.s32 : -1 -1 = 1, -2 3 = -6, 0x7FFFFFFF 2 = 0xFFFFFFFE
        mul.wide.u32 : 0xFFFFFFFF 0xFFFFFFFF = 0xFFFFFFFE00000001, 3 4 = 12
        mul.lo.s64 mul.lo.u64 : 0x100000001 3 = 0x300000003, -3 5 = -15, 0x8000000000000000 2 = 0
        mad.lo.s32 mad.lo.u32 : 3 4 5 = 17, 0x10000 0x10000 1 = 1
        mad.lo.s64 mad.lo.u64 : 0x100000000 2 7 = 0x200000007, -1 5 3 = -2
        mad.wide.s32 : -1 4 100 = 96, 0x7FFFFFFF 2 2 = 0x100000000
        mad.wide.u32 : 0xFFFFFFFF 0xFFFFFFFF 1 = 0xFFFFFFFE00000002, 3 4 5 = 17
        div.s32 : 7 2 = 3, -7 2 = -3, 7 -2 = -3, 0x80000000 -1 = 0x80000000
        div.u32 : 7 2 = 3, 0xFFFFFFF9 2 = 0x7FFFFFFC
        rem.s32 : 7 3 = 1, -7 3 = -1, 7 -3 = 1, 0x80000000 -1 = 0
        rem.u32 : 7 3 = 1, 0xFFFFFFFF 10 = 5
        div.s64 : 0x100000000 2 = 0x80000000, -9 2 = -4, 0x8000000000000000 -1 = 0x8000000000000000
        div.u64 : 0xFFFFFFFFFFFFFFFF 2 = 0x7FFFFFFFFFFFFFFF
        rem.s64 : -9 4 = -1, 9 -4 = 1, 0x8000000000000000 -1 = 0
        rem.u64 : 0xFFFFFFFFFFFFFFFF 10 = 5
        neg.s32 : 5 = -5, 0x80000000 = 0x80000000
        min.s32 : -1 1 = -1, 0x80000000 0 = 0x80000000
        min.u32 : -1 1 = 1
        max.s32 : -1 1 = 1
        max.u32 : -1 1 = -1
        and.b32 : 0xFF00FF00 0x0FF00FF0 = 0x0F000F00
        or.b32 : 0xFF00FF00 0x0FF00FF0 = 0xFFF0FFF0
        xor.b32 : 0xFF00FF00 0x0FF00FF0 = 0xF0F0F0F0
        not.b32 : 0xFF00FF00 = 0x00FF00FF
        and.pred : T T = T, T F = F, F T = F, F F = F
        or.pred : T T = T, T F = T, F T = T, F F = F
        xor.pred : T T = F, T F = T, F T = T, F F = F
        and.b64 : 0xFF00FF00FF00FF00 0x0FF00FF00FF00FF0 = 0x0F000F000F000F00
        or.b64 : 0xFF00FF00FF00FF00 0x0FF00FF00FF00FF0 = 0xFFF0FFF0FFF0FFF0
        xor.b64 : 0xFF00FF00FF00FF00 0x0FF00FF00FF00FF0 = 0xF0F0F0F0F0F0F0F0
        not.b64 : 0xFF00FF00FF00FF00 = 0x00FF00FF00FF00FF
        shl.b32 : 1 31 = 0x80000000, 1 32 = 0, 3 1 = 6, 1 0xFFFFFFFF = 0
        shr.u32 shr.b32 : 0x80000000 31 = 1, 0x80000000 32 = 0
        shr.s32 : 0x80000000 31 = -1, 0x80000000 40 = -1, 8 2 = 2
        shl.b64 : 1 63 = 0x8000000000000000, 1 64 = 0
        shr.u64 shr.b64 : 0x8000000000000000 63 = 1, 1 64 = 0
        shr.s64 : 0x8000000000000000 63 = -1, 0x8000000000000000 70 = -1
        selp.b32 selp.u32 selp.s32 selp.f32 : 1 2 T = 1, 1 2 F = 2
        selp.b64 selp.u64 selp.s64 selp.f64 : 0x100000001 2 T = 0x100000001, 1 0x200000002 F = 0x200000002
        mov.b32 mov.u32 mov.s32 mov.f32 : 0x7F801234 = 0x7F801234
        mov.b64 mov.u64 mov.s64 mov.f64 cvta.to.global.u64 : 0x123456789ABCDEF0 = 0x123456789ABCDEF0
        setp.eq.s32 setp.eq.u32 setp.eq.b32 : 1 1 = T, 1 2 = F
        setp.ne.s32 setp.ne.u32 setp.ne.b32 : 1 1 = F, 1 2 = T
        setp.lt.s32 : -1 1 = T, 1 1 = F, 1 -1 = F
        setp.le.s32 : -1 1 = T, 1 1 = T, 1 -1 = F
        setp.gt.s32 : -1 1 = F, 1 1 = F, 1 -1 = T
        setp.ge.s32 : -1 1 = F, 1 1 = T, 1 -1 = T
        setp.lt.u32 setp.lo.u32 : -1 1 = F, 1 1 = F, 1 -1 = T
        setp.le.u32 setp.ls.u32 : -1 1 = F, 1 1 = T, 1 -1 = T
        setp.gt.u32 setp.hi.u32 : -1 1 = T, 1 1 = F, 1 -1 = F
        setp.ge.u32 setp.hs.u32 : -1 1 = T, 1 1 = T, 1 -1 = F
        setp.eq.s64 setp.eq.u64 setp.eq.b64 : 0x100000001 0x100000001 = T, 0x100000001 1 = F
        setp.ne.s64 setp.ne.u64 setp.ne.b64 : 0x100000001 0x100000001 = F, 0x100000001 1 = T
        setp.lt.s64 : -1 1 = T, 1 1 = F, 1 -1 = F
        setp.le.s64 : -1 1 = T, 1 1 = T, 1 -1 = F
        setp.gt.s64 : -1 1 = F, 1 1 = F, 1 -1 = T
        setp.ge.s64 : -1 1 = F, 1 1 = T, 1 -1 = T
        setp.lt.u64 setp.lo.u64 : -1 1 = F, 1 1 = F, 1 -1 = T
        setp.le.u64 setp.ls.u64 : -1 1 = F, 1 1 = T, 1 -1 = T
        setp.gt.u64 setp.hi.u64 : -1 1 = T, 1 1 = F, 1 -1 = F
        setp.ge.u64 setp.hs.u64 : -1 1 = T, 1 1 = T, 1 -1 = F
        setp.eq.f32 : 1f 1f = T, 1f 2f = F, 0f -0f = T, nan 1f = F, nan nan = F
        setp.ne.f32 : 1f 1f = F, 1f 2f = T, 2f 1f = T, nan 1f = F
        setp.lt.f32 : 1f 2f = T, 2f 2f = F, 3f 2f = F, nan 1f = F, 1f nan = F
        setp.le.f32 : 1f 2f = T, 2f 2f = T, 3f 2f = F, nan 1f = F, 1f nan = F
        setp.gt.f32 : 1f 2f = F, 2f 2f = F, 3f 2f = T, nan 1f = F, 1f nan = F
        setp.ge.f32 : 1f 2f = F, 2f 2f = T, 3f 2f = T, nan 1f = F, 1f nan = F
        setp.equ.f32 : 1f 1f = T, 1f 2f = F, 2f 1f = F, nan 1f = T
        setp.neu.f32 : 1f 1f = F, 1f 2f = T, nan 1f = T, nan nan = T
        setp.ltu.f32 : 1f 2f = T, 2f 2f = F, 3f 2f = F, nan 1f = T, 1f nan = T
        setp.leu.f32 : 1f 2f = T, 2f 2f = T, 3f 2f = F, nan 1f = T, 1f nan = T
        setp.gtu.f32 : 1f 2f = F, 2f 2f = F, 3f 2f = T, nan 1f = T, 1f nan = T
        setp.geu.f32 : 1f 2f = F, 2f 2f = T, 3f 2f = T, nan 1f = T, 1f nan = T
        setp.num.f32 : 1f 2f = T, nan 1f = F, 1f nan = F
        setp.nan.f32 : 1f 2f = F, nan 1f = T, 1f nan = T
        add.f32 add.rn.f32 : 1.5f 2.25f = 3.75f, 16777216f 1f = 16777216f, inff -inff = nan, 0xFFC00001 1f = nan, 3.4028235E38f 3.4028235E38f = inff
        sub.f32 sub.rn.f32 : 1.5f 2.25f = -0.75f, inff inff = nan, 1E-40f 1E-40f = 0f
        mul.f32 mul.rn.f32 : 1.5f -2f = -3f, 0f inff = nan, 1E-30f 1E-10f = 1E-40f
        div.rn.f32 : 1f 3f = 0x3EAAAAAB, 1f 0f = inff, 0f 0f = nan, -1f 0f = -inff
        fma.rn.f32 : 2f 3f 4f = 10f, 0x3F800001 0x3F800001 -1f = 0x34800000, inff 0f 1f = nan, 0x3F800001 0x3F800001 0xBF800002 = 0x28800000
        neg.f32 : 1f = -1f, 0f = -0f
        abs.f32 : -1f = 1f, -0f = 0f, -inff = inff
        min.f32 : 1f 2f = 1f, nan 2f = 2f, 2f nan = 2f, nan nan = nan, -0f 0f = -0f, 0f -0f = -0f
        max.f32 : 1f 2f = 2f, nan 2f = 2f, 2f nan = 2f, nan nan = nan, -0f 0f = 0f, 0f -0f = 0f
        sqrt.rn.f32 : 4f = 2f, 2f = 0x3FB504F3, -1f = nan, -0f = -0f, inff = inff
        rcp.rn.f32 : 3f = 0x3EAAAAAB, 0f = inff, -0f = -inff, inff = 0f
        ex2.approx.f32 : 0f = 1f, 3f = 8f, -1f = 0.5f, inff = inff, -inff = 0f, nan = nan, -149f = 0x00000001
        lg2.approx.f32 : 1f = 0f, 8f = 3f, 0f = -inff, -0f = -inff, -1f = nan, inff = inff
        sin.approx.f32 : 0f = 0f, -0f = -0f, 1f = 0x3F576AA4, inff = nan
        cos.approx.f32 : 0f = 1f, 1f = 0x3F0A5140, inff = nan
        prmt.b32 : 0x33221100 0x77665544 0x5410 = 0x55441100, 0x33221100 0x77665544 0x7632 = 0x77663322, 0x33221180 0x7766F544 0x80D3 = 0xFF80FF33
        cvt.rn.bf16x2.f32 : 1f 2f = 0x3F804000, 0x3F808000 0x3F818000 = 0x3F803F82, nan -nanf = 0x7FFF7FFF, inff 0x7F7FFFFF = 0x7F807F80
        cvt.rn.f32.f64 : 1.5d = 1.5f, 1E300d = inff, 0.1d = 0.1f
        cvt.rn.f32.s32 : -3 = -3f, 16777217 = 16777216f, 0x7FFFFFFF = 2147483648f
        cvt.rn.f32.u32 : 0xFFFFFFFF = 4294967296f, 16777219 = 16777220f
        cvt.rn.f64.u32 : 0xFFFFFFFF = 4294967295d
        cvt.rzi.s32.f32 : 1.9f = 1, -1.9f = -1, 3E9f = 0x7FFFFFFF, -3E9f = 0x80000000, nan = 0, -inff = 0x80000000
        cvt.s32.u8 cvt.u32.u8 : 0x1234 = 0x34, 0xFF = 0xFF
        cvt.s64.s32 : -1 = -1, 5 = 5
        cvt.u64.u32 cvt.s64.u32 : -1 = 0xFFFFFFFF
        cvt.u32.u64 cvt.s32.s64 : 0x1234567890ABCDEF = 0x90ABCDEF
        not.pred : T = F, F = T
        mov.pred : T = T, F = F
        """;
}
