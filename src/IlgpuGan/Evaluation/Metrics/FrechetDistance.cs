using MathNet.Numerics.LinearAlgebra;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>
/// Squared Frechet distance of the Gaussians that have the moments of two feature sets (Heusel et al. 2017):
/// |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)), with covariances over N - 1.
/// </summary>
internal static class FrechetDistance
{
    /// <summary>The distance, at least 0; nothing is added to a covariance that is singular.</summary>
    /// <param name="one">Moments of one set.</param>
    /// <param name="other">Moments of the other.</param>
    /// <param name="progress">Hears how far it is: two minutes of eigenvalues in 2048 dimensions.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">The moments are of different dimensions.</exception>
    public static double Between(FeatureMoments one, FeatureMoments other, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if (one.Mean.Length != other.Mean.Length)
        {
            throw new ArgumentException($"Features of {one.Mean.Length} and of {other.Mean.Length} numbers have no distance.", nameof(other));
        }
        double means = one.Mean.Zip(other.Mean, (a, b) => (a - b) * (a - b)).Sum();
        var (s1, s2) = (Matrix<double>.Build.DenseOfArray(one.Covariance), Matrix<double>.Build.DenseOfArray(other.Covariance));
        return Math.Max(0, means + s1.Trace() + s2.Trace() - 2 * TraceOfRoot(s1, s2, progress, cancellation));
    }

    // tr (S1 S2)^(1/2) is the sum of the roots of the eigenvalues of R S2 R with R = S1^(1/2), which is symmetric.
    private static double TraceOfRoot(Matrix<double> s1, Matrix<double> s2, IProgress<Work>? progress, CancellationToken cancellation)
    {
        Reached(0);
        var parts = s1.Evd(Symmetricity.Symmetric);
        var vectors = parts.EigenVectors;
        var scaled = vectors.MapIndexed((_, column, value) => value * Math.Sqrt(Math.Max(0, parts.EigenValues[column].Real)));
        Reached(1);
        var root = scaled.TransposeAndMultiply(vectors);
        var product = root * s2 * root;
        // Rounding leaves it symmetric to a few digits only; the solver reads one triangle.
        product = (product + product.Transpose()) * 0.5;
        Reached(2);
        double trace = product.Evd(Symmetricity.Symmetric).EigenValues.Sum(value => Math.Sqrt(Math.Max(0, value.Real)));
        Reached(3);
        return trace;

        void Reached(int step)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new(WorkKind.ComparingMoments, step, 3));
        }
    }
}
