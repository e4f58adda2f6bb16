namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>An instruction as it is written, without its operands.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Operands">
/// Its operands, the written one first: <c>p</c> a predicate, <c>i</c> 32 bits, <c>l</c> 64 bits, <c>n</c> at most 32 bits, <c>s</c> a shift of 32 bits; empty
/// for those that have operands of their own kind.
/// </param>
/// <param name="ElementBytes">Bytes of an element that it moves.</param>
/// <param name="Elements">Elements that it moves.</param>
/// <param name="IsUniform">Whether a branch promises that the threads of a warp do not part.</param>
internal sealed record Form(Operation Operation, string Operands = "", int ElementBytes = 0, int Elements = 1, bool IsUniform = false);

/// <summary>All forms that the executor knows: those that the kernels are compiled to, and their nearest kin. Whatever is not here is refused.</summary>
internal static class Forms
{
    public static IReadOnlyDictionary<string, Form> All { get; } = Build();

    private static Dictionary<string, Form> Build()
    {
        var forms = new Dictionary<string, Form>(StringComparer.Ordinal)
        {
            ["bra"] = new(Operation.Branch),
            ["bra.uni"] = new(Operation.Branch, IsUniform: true),
            ["ret"] = new(Operation.Return),
            ["bar.sync"] = new(Operation.Barrier),
            ["cp.async.ca.shared.global"] = new(Operation.CopyStart),
            ["cp.async.cg.shared.global"] = new(Operation.CopyStart, ElementBytes: 16),
            ["cp.async.commit_group"] = new(Operation.CopyCommit),
            ["cp.async.wait_group"] = new(Operation.CopyWait),
            ["cp.async.wait_all"] = new(Operation.CopyWaitAll),
            ["mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"] = new(Operation.MmaTf32),
            ["mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"] = new(Operation.MmaBf16),
            ["mul.lo.s32"] = new(Operation.MultiplyInt32, "iii"),
            ["mul.lo.u32"] = new(Operation.MultiplyInt32, "iii"),
            ["mul.lo.s64"] = new(Operation.MultiplyInt64, "lll"),
            ["mul.lo.u64"] = new(Operation.MultiplyInt64, "lll"),
            ["mul.hi.s32"] = new(Operation.MultiplyHighInt32, "iii"),
            ["mul.hi.u32"] = new(Operation.MultiplyHighUInt32, "iii"),
            ["mul.wide.s32"] = new(Operation.MultiplyWideInt32, "lii"),
            ["mul.wide.u32"] = new(Operation.MultiplyWideUInt32, "lii"),
            ["mad.lo.s32"] = new(Operation.MultiplyAddInt32, "iiii"),
            ["mad.lo.u32"] = new(Operation.MultiplyAddInt32, "iiii"),
            ["mad.wide.s32"] = new(Operation.MultiplyAddWideInt32, "liil"),
            ["mad.wide.u32"] = new(Operation.MultiplyAddWideUInt32, "liil"),
            ["mad.lo.s64"] = new(Operation.MultiplyAddInt64, "llll"),
            ["mad.lo.u64"] = new(Operation.MultiplyAddInt64, "llll"),
            ["div.s32"] = new(Operation.DivideInt32, "iii"),
            ["div.u32"] = new(Operation.DivideUInt32, "iii"),
            ["rem.s32"] = new(Operation.RemainderInt32, "iii"),
            ["rem.u32"] = new(Operation.RemainderUInt32, "iii"),
            ["div.s64"] = new(Operation.DivideInt64, "lll"),
            ["div.u64"] = new(Operation.DivideUInt64, "lll"),
            ["rem.s64"] = new(Operation.RemainderInt64, "lll"),
            ["rem.u64"] = new(Operation.RemainderUInt64, "lll"),
            ["neg.s32"] = new(Operation.NegateInt32, "ii"),
            ["min.s32"] = new(Operation.MinInt32, "iii"),
            ["min.u32"] = new(Operation.MinUInt32, "iii"),
            ["max.s32"] = new(Operation.MaxInt32, "iii"),
            ["max.u32"] = new(Operation.MaxUInt32, "iii"),
            ["and.b32"] = new(Operation.And32, "iii"),
            ["or.b32"] = new(Operation.Or32, "iii"),
            ["xor.b32"] = new(Operation.Xor32, "iii"),
            ["not.b32"] = new(Operation.Not32, "ii"),
            ["and.pred"] = new(Operation.And32, "ppp"),
            ["or.pred"] = new(Operation.Or32, "ppp"),
            ["xor.pred"] = new(Operation.Xor32, "ppp"),
            ["not.pred"] = new(Operation.Not32, "pp"),
            ["and.b64"] = new(Operation.And64, "lll"),
            ["or.b64"] = new(Operation.Or64, "lll"),
            ["xor.b64"] = new(Operation.Xor64, "lll"),
            ["not.b64"] = new(Operation.Not64, "ll"),
            ["shl.b32"] = new(Operation.ShiftLeft32, "iis"),
            ["shr.s32"] = new(Operation.ShiftRightInt32, "iis"),
            ["shr.u32"] = new(Operation.ShiftRightUInt32, "iis"),
            ["shr.b32"] = new(Operation.ShiftRightUInt32, "iis"),
            ["shl.b64"] = new(Operation.ShiftLeft64, "lls"),
            ["shr.s64"] = new(Operation.ShiftRightInt64, "lls"),
            ["shr.u64"] = new(Operation.ShiftRightUInt64, "lls"),
            ["shr.b64"] = new(Operation.ShiftRightUInt64, "lls"),
            ["add.f32"] = new(Operation.AddFloat, "iii"),
            ["add.rn.f32"] = new(Operation.AddFloat, "iii"),
            ["sub.f32"] = new(Operation.SubtractFloat, "iii"),
            ["sub.rn.f32"] = new(Operation.SubtractFloat, "iii"),
            ["mul.f32"] = new(Operation.MultiplyFloat, "iii"),
            ["mul.rn.f32"] = new(Operation.MultiplyFloat, "iii"),
            ["div.rn.f32"] = new(Operation.DivideFloat, "iii"),
            ["fma.rn.f32"] = new(Operation.MultiplyAddFloat, "iiii"),
            ["neg.f32"] = new(Operation.NegateFloat, "ii"),
            ["abs.f32"] = new(Operation.AbsoluteFloat, "ii"),
            ["min.f32"] = new(Operation.MinFloat, "iii"),
            ["max.f32"] = new(Operation.MaxFloat, "iii"),
            ["sqrt.rn.f32"] = new(Operation.SquareRootFloat, "ii"),
            ["rcp.rn.f32"] = new(Operation.ReciprocalFloat, "ii"),
            ["ex2.approx.f32"] = new(Operation.PowerOfTwo, "ii"),
            ["lg2.approx.f32"] = new(Operation.LogarithmToTwo, "ii"),
            ["sin.approx.f32"] = new(Operation.Sine, "ii"),
            ["cos.approx.f32"] = new(Operation.Cosine, "ii"),
            ["cvta.to.global.u64"] = new(Operation.Move64, "ll"),
            ["prmt.b32"] = new(Operation.PermuteBytes, "iiii"),
            ["cvt.rn.bf16x2.f32"] = new(Operation.PackBf16, "iii"),
            ["cvt.rn.f32.f64"] = new(Operation.FloatFromDouble, "il"),
            ["cvt.rn.f32.s32"] = new(Operation.FloatFromInt32, "ii"),
            ["cvt.rn.f32.u32"] = new(Operation.FloatFromUInt32, "ii"),
            ["cvt.rn.f64.u32"] = new(Operation.DoubleFromUInt32, "li"),
            ["cvt.rzi.s32.f32"] = new(Operation.Int32FromFloat, "ii"),
            ["cvt.s32.u8"] = new(Operation.WidenByte, "in"),
            ["cvt.u32.u8"] = new(Operation.WidenByte, "in"),
            ["cvt.s64.s32"] = new(Operation.WidenInt32, "li"),
            ["cvt.u64.u32"] = new(Operation.WidenUInt32, "li"),
            ["cvt.s64.u32"] = new(Operation.WidenUInt32, "li"),
            ["cvt.u32.u64"] = new(Operation.Narrow64, "il"),
            ["cvt.s32.s64"] = new(Operation.Narrow64, "il"),
        };
        foreach (string type in (string[])["s32", "u32"])
        {
            forms[$"add.{type}"] = new(Operation.AddInt32, "iii");
            forms[$"sub.{type}"] = new(Operation.SubtractInt32, "iii");
        }
        foreach (string type in (string[])["s64", "u64"])
        {
            forms[$"add.{type}"] = new(Operation.AddInt64, "lll");
            forms[$"sub.{type}"] = new(Operation.SubtractInt64, "lll");
        }
        foreach (string type in (string[])["b32", "u32", "s32", "f32"])
        {
            forms[$"mov.{type}"] = new(Operation.Move32, "ii");
            forms[$"selp.{type}"] = new(Operation.Select32, "iiip");
            forms[$"ld.param.{type}"] = new(Operation.LoadParameter, "i", 4);
        }
        foreach (string type in (string[])["b64", "u64", "s64", "f64"])
        {
            forms[$"mov.{type}"] = new(Operation.Move64, "ll");
            forms[$"selp.{type}"] = new(Operation.Select64, "lllp");
            forms[$"ld.param.{type}"] = new(Operation.LoadParameter, "l", 8);
        }
        forms["mov.pred"] = new(Operation.Move32, "pp");
        AddMemory(forms);
        AddComparisons(forms);
        return forms;
    }

    private static void AddMemory(Dictionary<string, Form> forms)
    {
        foreach (string type in (string[])["b32", "u32", "s32", "f32"])
        {
            foreach (int elements in (int[])[1, 2, 4])
            {
                string width = elements == 1 ? "" : $"v{elements}.";
                forms[$"ld.global.{width}{type}"] = new(Operation.LoadGlobal, "i", 4, elements);
                forms[$"st.global.{width}{type}"] = new(Operation.StoreGlobal, "i", 4, elements);
                forms[$"ld.shared.{width}{type}"] = new(Operation.LoadShared, "i", 4, elements);
                forms[$"st.shared.{width}{type}"] = new(Operation.StoreShared, "i", 4, elements);
            }
        }
        foreach (string type in (string[])["b8", "u8"])
        {
            forms[$"ld.global.{type}"] = new(Operation.LoadGlobal, "n", 1);
            forms[$"st.global.{type}"] = new(Operation.StoreGlobal, "n", 1);
        }
        foreach (string type in (string[])["b16", "u16"])
        {
            forms[$"ld.global.{type}"] = new(Operation.LoadGlobal, "n", 2);
            forms[$"st.global.{type}"] = new(Operation.StoreGlobal, "n", 2);
        }
        foreach (string type in (string[])["b64", "u64", "s64", "f64"])
        {
            forms[$"ld.global.{type}"] = new(Operation.LoadGlobal, "l", 8);
            forms[$"st.global.{type}"] = new(Operation.StoreGlobal, "l", 8);
        }
    }

    private static void AddComparisons(Dictionary<string, Form> forms)
    {
        void Add(string types, string names, Operation first, string operands)
        {
            foreach (string type in types.Split(' '))
            {
                int next = 0;
                foreach (string name in names.Split(' '))
                {
                    forms[$"setp.{name}.{type}"] = new((Operation)((int)first + next++), operands);
                }
            }
        }

        Add("s32 u32 b32", "eq ne", Operation.EqualInt32, "pii");
        Add("s32", "lt le gt ge", Operation.LessInt32, "pii");
        Add("u32", "lt le gt ge", Operation.LessUInt32, "pii");
        Add("u32", "lo ls hi hs", Operation.LessUInt32, "pii");
        Add("s64 u64 b64", "eq ne", Operation.EqualInt64, "pll");
        Add("s64", "lt le gt ge", Operation.LessInt64, "pll");
        Add("u64", "lt le gt ge", Operation.LessUInt64, "pll");
        Add("u64", "lo ls hi hs", Operation.LessUInt64, "pll");
        Add("f32", "eq ne lt le gt ge equ neu ltu leu gtu geu num nan", Operation.EqualFloat, "pii");
    }
}
