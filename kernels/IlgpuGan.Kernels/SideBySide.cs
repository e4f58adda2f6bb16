using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of two operations that run side by side.</summary>
public struct Beside<TOne, TOther>
    where TOne : struct
    where TOther : struct
{
    /// <summary>Those of the first groups.</summary>
    public TOne One;

    /// <summary>Those of the groups behind them.</summary>
    public TOther Other;

    /// <summary>How many groups are the first operation's.</summary>
    public int Groups;
}

/// <summary>
/// Two operations that do not depend on one another as one launch: the first groups are one's, the others the other's. A launch costs a card more than many small
/// operations, and one that leaves most of it idle costs as much as one that fills it.
/// </summary>
public readonly struct SideBySide<TOne, TOneParameters, TOther, TOtherParameters> : IGroupKernel<Beside<TOneParameters, TOtherParameters>>
    where TOne : struct, IGroupKernel<TOneParameters>
    where TOneParameters : struct
    where TOther : struct, IGroupKernel<TOtherParameters>
    where TOtherParameters : struct
{
    /// <inheritdoc/>
    public static int SharedBytes => TOne.SharedBytes + TOther.SharedBytes;

    /// <inheritdoc/>
    public static GridSize Grid(in Beside<TOneParameters, TOtherParameters> p) => new(TOne.Grid(p.One).Groups + TOther.Grid(p.Other).Groups, GridSize.GroupThreads);

    /// <inheritdoc/>
    public static void Thread(Beside<TOneParameters, TOtherParameters> p) => Thread(p, ILGPU.Grid.IdxX);

    /// <inheritdoc/>
    public static void Thread(Beside<TOneParameters, TOtherParameters> p, int group)
    {
        if (group < p.Groups)
        {
            TOne.Thread(p.One, group);
        }
        else
        {
            TOther.Thread(p.Other, group - p.Groups);
        }
    }
}
