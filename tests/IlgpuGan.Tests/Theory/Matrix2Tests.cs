using IlgpuGan.Theory;

namespace IlgpuGan.Tests.Theory;

public class Matrix2Tests
{
    [Fact]
    public void Eigenvalues_are_real_with_the_larger_first_or_a_pair()
    {
        var (first, second) = new Matrix2(2, 1, 1, 2).Eigenvalues();
        Assert.Equal((3, 1), (first.Real, second.Real));
        Assert.Equal((0, 0), (first.Imaginary, second.Imaginary));

        (first, second) = new Matrix2(1, -2, 2, 1).Eigenvalues();
        Assert.Equal((1, 2), (first.Real, first.Imaginary));
        Assert.Equal((1, -2), (second.Real, second.Imaginary));
    }

    [Fact]
    public void A_huge_entry_does_not_swallow_the_other_eigenvalue()
    {
        var (first, second) = new Matrix2(2e7, -0.5, 0.5, 0).Eigenvalues();

        Assert.Equal(2e7, first.Real, 1);
        // Their product is the determinant, 0.25.
        Assert.InRange(second.Real, 0, 1e-7);
    }

    [Fact]
    public void Products_take_rows_times_columns() =>
        Assert.Equal(new Matrix2(19, 22, 43, 50), new Matrix2(1, 2, 3, 4) * new Matrix2(5, 6, 7, 8));
}
