using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels.Expressions;

/// <summary>The tensors and constants of a formula, for a kernel.</summary>
public struct Operands
{
    /// <summary>Tensors that a formula can take.</summary>
    public const int Count = 8;

#pragma warning disable CS1591 // numbered fields
    public ArrayView<float> X0;
    public ArrayView<float> X1;
    public ArrayView<float> X2;
    public ArrayView<float> X3;
    public ArrayView<float> X4;
    public ArrayView<float> X5;
    public ArrayView<float> X6;
    public ArrayView<float> X7;
    public float K0;
    public float K1;
    public float K2;
    public float K3;
    public float K4;
    public float K5;
    public float K6;
    public float K7;
#pragma warning restore CS1591

    /// <summary>Rows of an image, where the formula reads what is the same for all of them; else 0.</summary>
    public int Pixels;

    /// <summary>Columns of the space, where the formula reads such.</summary>
    public int Columns;
}

/// <summary>The same for the CPU, as pointers.</summary>
public unsafe struct HostOperands
{
#pragma warning disable CS1591 // numbered fields
    public float* X0;
    public float* X1;
    public float* X2;
    public float* X3;
    public float* X4;
    public float* X5;
    public float* X6;
    public float* X7;
    public float K0;
    public float K1;
    public float K2;
    public float K3;
    public float K4;
    public float K5;
    public float K6;
    public float K7;
#pragma warning restore CS1591

    /// <summary>1 / <see cref="Operands.Pixels"/>.</summary>
    public double Share;

    /// <summary>See <see cref="Operands.Columns"/>.</summary>
    public nint Columns;

    internal static HostOperands Of(in Operands operands) => new()
    {
        X0 = operands.X0.Pointer(),
        X1 = operands.X1.Pointer(),
        X2 = operands.X2.Pointer(),
        X3 = operands.X3.Pointer(),
        X4 = operands.X4.Pointer(),
        X5 = operands.X5.Pointer(),
        X6 = operands.X6.Pointer(),
        X7 = operands.X7.Pointer(),
        K0 = operands.K0,
        K1 = operands.K1,
        K2 = operands.K2,
        K3 = operands.K3,
        K4 = operands.K4,
        K5 = operands.K5,
        K6 = operands.K6,
        K7 = operands.K7,
        Share = 1.0 / operands.Pixels,
        Columns = operands.Columns,
    };

    /// <summary>The tensor of a slot.</summary>
    internal readonly float* Pointer(int slot) => slot switch { 0 => X0, 1 => X1, 2 => X2, 3 => X3, 4 => X4, 5 => X5, 6 => X6, _ => X7 };

    /// <summary>The image that a row belongs to. A product where a division would take longer than the rest of most formulas: half a row keeps what is rounded from the next image.</summary>
    internal readonly nint Image(nint row) => (nint)((row + 0.5) * Share);
}

/// <summary>Names one tensor and one constant of the operands.</summary>
public interface ISlot
{
    /// <summary>The tensor.</summary>
    static abstract ArrayView<float> View(Operands operands);

    /// <summary>The tensor on the CPU.</summary>
    static abstract unsafe float* Pointer(in HostOperands operands);

    /// <summary>The constant.</summary>
    static abstract float Constant(Operands operands);

    /// <summary>The constant on the CPU.</summary>
    static abstract float HostConstant(in HostOperands operands);
}

#pragma warning disable CS1591 // eight alike
public readonly struct Slot0 : ISlot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static ArrayView<float> View(Operands operands) => operands.X0;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static unsafe float* Pointer(in HostOperands operands) => operands.X0;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float Constant(Operands operands) => operands.K0;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float HostConstant(in HostOperands operands) => operands.K0;
}

public readonly struct Slot1 : ISlot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static ArrayView<float> View(Operands operands) => operands.X1;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static unsafe float* Pointer(in HostOperands operands) => operands.X1;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float Constant(Operands operands) => operands.K1;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float HostConstant(in HostOperands operands) => operands.K1;
}

public readonly struct Slot2 : ISlot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static ArrayView<float> View(Operands operands) => operands.X2;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static unsafe float* Pointer(in HostOperands operands) => operands.X2;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float Constant(Operands operands) => operands.K2;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float HostConstant(in HostOperands operands) => operands.K2;
}

public readonly struct Slot3 : ISlot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static ArrayView<float> View(Operands operands) => operands.X3;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static unsafe float* Pointer(in HostOperands operands) => operands.X3;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float Constant(Operands operands) => operands.K3;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float HostConstant(in HostOperands operands) => operands.K3;
}

public readonly struct Slot4 : ISlot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static ArrayView<float> View(Operands operands) => operands.X4;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static unsafe float* Pointer(in HostOperands operands) => operands.X4;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float Constant(Operands operands) => operands.K4;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float HostConstant(in HostOperands operands) => operands.K4;
}

public readonly struct Slot5 : ISlot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static ArrayView<float> View(Operands operands) => operands.X5;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static unsafe float* Pointer(in HostOperands operands) => operands.X5;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float Constant(Operands operands) => operands.K5;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float HostConstant(in HostOperands operands) => operands.K5;
}

public readonly struct Slot6 : ISlot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static ArrayView<float> View(Operands operands) => operands.X6;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static unsafe float* Pointer(in HostOperands operands) => operands.X6;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float Constant(Operands operands) => operands.K6;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float HostConstant(in HostOperands operands) => operands.K6;
}

public readonly struct Slot7 : ISlot
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static ArrayView<float> View(Operands operands) => operands.X7;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static unsafe float* Pointer(in HostOperands operands) => operands.X7;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float Constant(Operands operands) => operands.K7;
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public static float HostConstant(in HostOperands operands) => operands.K7;
}

#pragma warning restore CS1591
