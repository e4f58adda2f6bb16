using System.Numerics;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Kernels.Expressions;

#pragma warning disable CS1591 // each struct is the function of its name; the formulas stand with UnaryFunction and BinaryFunction in the graph

public readonly partial struct Exp<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return LaneFunctions.Exp(x);
    }

    private static float Of(float x) => MathF.Exp(x);
}

public readonly partial struct Log<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return LaneFunctions.Log(x);
    }

    private static float Of(float x) => MathF.Log(x);
}

public readonly partial struct Sqrt<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return Vector.SquareRoot(x);
    }

    private static float Of(float x) => MathF.Sqrt(x);
}

public readonly partial struct ReciprocalSqrt<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return Vector<float>.One / Vector.SquareRoot(x);
    }

    private static float Of(float x) => 1f / MathF.Sqrt(x);
}

public readonly partial struct Tanh<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return OwnFunctions.Tanh(x);
    }

    private static float Of(float x) => OwnFunctions.Tanh(x);
}

public readonly partial struct Sigmoid<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return OwnFunctions.Sigmoid(x);
    }

    private static float Of(float x) => OwnFunctions.Sigmoid(x);
}

public readonly partial struct Softplus<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return OwnFunctions.Softplus(x);
    }

    private static float Of(float x) => OwnFunctions.Softplus(x);
}

public readonly partial struct Sin<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return LaneFunctions.Sin(x);
    }

    private static float Of(float x) => MathF.Sin(x);
}

public readonly partial struct Cos<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return LaneFunctions.Cos(x);
    }

    private static float Of(float x) => MathF.Cos(x);
}

public readonly partial struct Abs<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return Vector.Abs(x);
    }

    private static float Of(float x) => MathF.Abs(x);
}

public readonly partial struct Step<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<float>.Zero), Vector<float>.One, Vector<float>.Zero);
    }

    private static float Of(float x) => x > 0f ? 1f : 0f;
}

public readonly partial struct Floor<TX> : IExpression
    where TX : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Of(TX.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var x = TX.Four(operands, index, row, column, accumulator);
        return new() { X = Of(x.X), Y = Of(x.Y), Z = Of(x.Z), W = Of(x.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var x = TX.Lanes(operands, index, row, column, accumulator);
        return Vector.Floor(x);
    }

    private static float Of(float x) => MathF.Floor(x);
}

public readonly partial struct Add<TA, TB> : IExpression
    where TA : struct, IExpression
    where TB : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) =>
        Of(TA.At(operands, index, row, column, accumulator), TB.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var a = TA.Four(operands, index, row, column, accumulator);
        var b = TB.Four(operands, index, row, column, accumulator);
        return new() { X = Of(a.X, b.X), Y = Of(a.Y, b.Y), Z = Of(a.Z, b.Z), W = Of(a.W, b.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return a + b;
    }

    private static float Of(float a, float b) => a + b;
}

public readonly partial struct Subtract<TA, TB> : IExpression
    where TA : struct, IExpression
    where TB : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) =>
        Of(TA.At(operands, index, row, column, accumulator), TB.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var a = TA.Four(operands, index, row, column, accumulator);
        var b = TB.Four(operands, index, row, column, accumulator);
        return new() { X = Of(a.X, b.X), Y = Of(a.Y, b.Y), Z = Of(a.Z, b.Z), W = Of(a.W, b.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return a - b;
    }

    private static float Of(float a, float b) => a - b;
}

public readonly partial struct Multiply<TA, TB> : IExpression
    where TA : struct, IExpression
    where TB : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) =>
        Of(TA.At(operands, index, row, column, accumulator), TB.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var a = TA.Four(operands, index, row, column, accumulator);
        var b = TB.Four(operands, index, row, column, accumulator);
        return new() { X = Of(a.X, b.X), Y = Of(a.Y, b.Y), Z = Of(a.Z, b.Z), W = Of(a.W, b.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return a * b;
    }

    private static float Of(float a, float b) => a * b;
}

public readonly partial struct Divide<TA, TB> : IExpression
    where TA : struct, IExpression
    where TB : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) =>
        Of(TA.At(operands, index, row, column, accumulator), TB.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var a = TA.Four(operands, index, row, column, accumulator);
        var b = TB.Four(operands, index, row, column, accumulator);
        return new() { X = Of(a.X, b.X), Y = Of(a.Y, b.Y), Z = Of(a.Z, b.Z), W = Of(a.W, b.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return a / b;
    }

    private static float Of(float a, float b) => a / b;
}

public readonly partial struct Maximum<TA, TB> : IExpression
    where TA : struct, IExpression
    where TB : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) =>
        Of(TA.At(operands, index, row, column, accumulator), TB.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var a = TA.Four(operands, index, row, column, accumulator);
        var b = TB.Four(operands, index, row, column, accumulator);
        return new() { X = Of(a.X, b.X), Y = Of(a.Y, b.Y), Z = Of(a.Z, b.Z), W = Of(a.W, b.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return Vector.ConditionalSelect(Vector.GreaterThan(a, b), a, b);
    }

    private static float Of(float a, float b) => a > b ? a : b;
}

public readonly partial struct LeakyRelu<TA, TB> : IExpression
    where TA : struct, IExpression
    where TB : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) =>
        Of(TA.At(operands, index, row, column, accumulator), TB.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var a = TA.Four(operands, index, row, column, accumulator);
        var b = TB.Four(operands, index, row, column, accumulator);
        return new() { X = Of(a.X, b.X), Y = Of(a.Y, b.Y), Z = Of(a.Z, b.Z), W = Of(a.W, b.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return Vector.ConditionalSelect(Vector.GreaterThan(a, Vector<float>.Zero), a, a * b);
    }

    private static float Of(float a, float b) => a > 0f ? a : a * b;
}

public readonly partial struct LeakySlope<TA, TB> : IExpression
    where TA : struct, IExpression
    where TB : struct, IExpression
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) =>
        Of(TA.At(operands, index, row, column, accumulator), TB.At(operands, index, row, column, accumulator));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator)
    {
        var a = TA.Four(operands, index, row, column, accumulator);
        var b = TB.Four(operands, index, row, column, accumulator);
        return new() { X = Of(a.X, b.X), Y = Of(a.Y, b.Y), Z = Of(a.Z, b.Z), W = Of(a.W, b.W) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var a = TA.Lanes(operands, index, row, column, accumulator);
        var b = TB.Lanes(operands, index, row, column, accumulator);
        return Vector.ConditionalSelect(Vector.GreaterThan(a, Vector<float>.Zero), Vector<float>.One, b);
    }

    private static float Of(float a, float b) => a > 0f ? 1f : b;
}
