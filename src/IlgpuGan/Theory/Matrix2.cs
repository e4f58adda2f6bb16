using System.Numerics;

namespace IlgpuGan.Theory;

/// <summary>A 2 x 2 matrix.</summary>
/// <param name="A">Row 0, column 0.</param>
/// <param name="B">Row 0, column 1.</param>
/// <param name="C">Row 1, column 0.</param>
/// <param name="D">Row 1, column 1.</param>
internal readonly record struct Matrix2(double A, double B, double C, double D)
{
    /// <summary>The unit matrix.</summary>
    public static Matrix2 Identity { get; } = new(1, 0, 0, 1);

    /// <summary>The sum.</summary>
    public static Matrix2 operator +(Matrix2 left, Matrix2 right) =>
        new(left.A + right.A, left.B + right.B, left.C + right.C, left.D + right.D);

    /// <summary>The matrix times a number.</summary>
    public static Matrix2 operator *(double factor, Matrix2 matrix) =>
        new(factor * matrix.A, factor * matrix.B, factor * matrix.C, factor * matrix.D);

    /// <summary>The matrix product.</summary>
    public static Matrix2 operator *(Matrix2 left, Matrix2 right) => new(
        (left.A * right.A) + (left.B * right.C), (left.A * right.B) + (left.B * right.D),
        (left.C * right.A) + (left.D * right.C), (left.C * right.B) + (left.D * right.D));

    /// <summary>The roots of x^2 - trace x + determinant, the one with the larger real part first; a pair of complex ones with the positive imaginary part first.</summary>
    public (Complex First, Complex Second) Eigenvalues()
    {
        double middle = (A + D) / 2, difference = (A - D) / 2;
        // Not middle^2 - determinant, which cancels where one entry is huge.
        double discriminant = (difference * difference) + (B * C);
        double root = Math.Sqrt(Math.Abs(discriminant));
        return discriminant >= 0 ? (middle + root, middle - root) : (new Complex(middle, root), new Complex(middle, -root));
    }
}
