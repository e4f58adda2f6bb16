using System.Numerics;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Kernels;

/// <summary>Numbers that are computed side by side: one for the thread of a GPU, a vector of them for a CPU worker. A formula over it is written once for both.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>a + b</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a - b</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a b</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>a / b</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>The same number in all lanes.</summary>
    static abstract TSelf All(float value);

    /// <summary>Square root.</summary>
    static abstract TSelf Sqrt(TSelf a);
}

/// <summary>One number.</summary>
public readonly struct Lane(float value) : ILanes<Lane>
{
    /// <summary>The number.</summary>
    public readonly float Value = value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane operator +(Lane a, Lane b) => new(a.Value + b.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane operator -(Lane a, Lane b) => new(a.Value - b.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane operator *(Lane a, Lane b) => new(a.Value * b.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane operator /(Lane a, Lane b) => new(a.Value / b.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane All(float value) => new(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane Sqrt(Lane a) => new(MathF.Sqrt(a.Value));
}

/// <summary>A vector of numbers.</summary>
public readonly struct Lanes(Vector<float> values) : ILanes<Lanes>
{
    /// <summary>The numbers.</summary>
    public readonly Vector<float> Values = values;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator +(Lanes a, Lanes b) => new(a.Values + b.Values);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator -(Lanes a, Lanes b) => new(a.Values - b.Values);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator *(Lanes a, Lanes b) => new(a.Values * b.Values);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator /(Lanes a, Lanes b) => new(a.Values / b.Values);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes All(float value) => new(new Vector<float>(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Sqrt(Lanes a) => new(Vector.SquareRoot(a.Values));
}
