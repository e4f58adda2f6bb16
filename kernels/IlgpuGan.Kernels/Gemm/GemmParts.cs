namespace IlgpuGan.Kernels.Gemm;

/// <summary>The products that a launch makes. Arguments go by value: OpenCL knows no pointers to structs with views in them.</summary>
internal static class GemmParts
{
    /// <summary>Products of which one is made: the classes of every group.</summary>
    public static int Count<TLeft, TRight>(GemmParameters<TLeft, TRight> p)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
    {
        int groups = TLeft.HasGroups ? p.Groups : 1;
        return TLeft.HasClasses ? groups * p.Classes.Count : groups;
    }

    /// <summary>The column that an epilogue is told.</summary>
    public static int Column<TLeft, TRight>(GemmParameters<TLeft, TRight> p, int column)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand => TLeft.HasGroups ? p.FirstColumn + column : column;

    /// <summary>The arguments of one of the products.</summary>
    public static GemmParameters<TLeft, TRight> Enter<TLeft, TRight>(GemmParameters<TLeft, TRight> p, int part)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
    {
        int group = part;
        if (TLeft.HasClasses)
        {
            int count = p.Classes.Count;
            group = part / count;
            if (count > 1)
            {
                int number = part - group * count;
                var geometry = p.Classes.At(number);
                p.M = p.Classes.Rows(geometry);
                p.K = p.Classes.Depth(geometry);
                p.Rows = p.Classes.Output(number, geometry);
                p.Left.Enter(geometry);
                p.Right.Enter(geometry);
            }
        }
        if (TLeft.HasGroups)
        {
            p.FirstColumn = group * p.N;
            p.Rows.Origin += p.FirstColumn;
            p.Left.EnterGroup(group);
            p.Right.EnterGroup(group);
        }
        return p;
    }
}
