using System.Runtime.CompilerServices;

namespace IlgpuGan.Kernels;

/// <summary>A parameter's value and what its optimiser remembers of its gradients.</summary>
public struct ParameterState<TLanes>
    where TLanes : struct
{
    /// <summary>The weight p.</summary>
    public TLanes Value;

    /// <summary>First moment m: a mean of gradients, or the momentum. Rules without one leave it as it is.</summary>
    public TLanes First;

    /// <summary>Second moment v: a mean of their squares. Rules without one leave it as it is.</summary>
    public TLanes Second;
}

/// <summary>How a parameter follows its gradient; written once for threads and for vectors.</summary>
public interface IUpdateRule
{
    /// <summary>Whether <see cref="Next"/> changes the first moment.</summary>
    static abstract bool HasFirst { get; }

    /// <summary>Whether <see cref="Next"/> changes the second moment.</summary>
    static abstract bool HasSecond { get; }

    /// <summary>The state after one gradient.</summary>
    /// <typeparam name="TLanes">One number or a vector.</typeparam>
    static abstract ParameterState<TLanes> Next<TLanes>(in UpdateFactors<TLanes> f, TLanes gradient, ParameterState<TLanes> s)
        where TLanes : struct, ILanes<TLanes>;
}

/// <summary>
/// Adam with bias correction (Kingma and Ba 2015, algorithm 1): m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2;
/// p = (1 - a d) p - a (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps), where d is the decoupled decay of AdamW (Loshchilov and Hutter
/// 2019), else 0.
/// </summary>
public readonly struct AdamRule : IUpdateRule
{
    /// <inheritdoc/>
    public static bool HasFirst => true;

    /// <inheritdoc/>
    public static bool HasSecond => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ParameterState<TLanes> Next<TLanes>(in UpdateFactors<TLanes> f, TLanes gradient, ParameterState<TLanes> s)
        where TLanes : struct, ILanes<TLanes>
    {
        s.First = f.Beta1 * s.First + f.OneMinusBeta1 * gradient;
        s.Second = f.Beta2 * s.Second + f.OneMinusBeta2 * gradient * gradient;
        s.Value = f.Keep * s.Value - f.CorrectedRate * s.First / (TLanes.Sqrt(s.Second * f.SecondScale) + f.Epsilon);
        return s;
    }
}

/// <summary>RMSprop (Tieleman and Hinton 2012): v = b2 v + (1 - b2) g^2; p -= a g / (sqrt(v) + eps).</summary>
public readonly struct RmsPropRule : IUpdateRule
{
    /// <inheritdoc/>
    public static bool HasFirst => false;

    /// <inheritdoc/>
    public static bool HasSecond => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ParameterState<TLanes> Next<TLanes>(in UpdateFactors<TLanes> f, TLanes gradient, ParameterState<TLanes> s)
        where TLanes : struct, ILanes<TLanes>
    {
        s.Second = f.Beta2 * s.Second + f.OneMinusBeta2 * gradient * gradient;
        s.Value -= f.Rate * gradient / (TLanes.Sqrt(s.Second) + f.Epsilon);
        return s;
    }
}

/// <summary>Gradient descent with momentum (Polyak 1964, in the form that keeps a changing rate out of m): m = b1 m + g; p -= a m.</summary>
public readonly struct SgdRule : IUpdateRule
{
    /// <inheritdoc/>
    public static bool HasFirst => true;

    /// <inheritdoc/>
    public static bool HasSecond => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ParameterState<TLanes> Next<TLanes>(in UpdateFactors<TLanes> f, TLanes gradient, ParameterState<TLanes> s)
        where TLanes : struct, ILanes<TLanes>
    {
        s.First = f.Beta1 * s.First + gradient;
        s.Value -= f.Rate * s.First;
        return s;
    }
}
