using System.Numerics.Tensors;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>Mean and deviation of each channel over all patches of a set, and how long a normalised patch can be.</summary>
/// <param name="Mean">Of each channel.</param>
/// <param name="Deviation">Of each channel; 1 where all values are equal.</param>
/// <param name="LongestPatch">No normalised patch is longer, as a vector.</param>
internal sealed record PatchStatistics(double[] Mean, double[] Deviation, double LongestPatch)
{
    /// <summary>Sums over images, which may be added up in any grouping.</summary>
    internal sealed class Sums(int channels, double[] origin)
    {
        private readonly double[] sum = new double[channels], squares = new double[channels];
        private readonly float[] largest = new float[channels];
        private long patches;

        /// <summary>Adds the patches of one image.</summary>
        /// <param name="image">One level of it, [height, width, C].</param>
        /// <param name="height">Rows of the level.</param>
        /// <param name="width">Columns of the level.</param>
        /// <param name="corners">Top left corners of its patches.</param>
        public void Add(ReadOnlySpan<float> image, int height, int width, int[] corners)
        {
            const int side = SlicedWasserstein.Side;
            int across = width - side + 1, down = height - side + 1;
            var values = new float[image.Length];
            for (int i = 0; i < values.Length; i += channels)
            {
                for (int c = 0; c < channels; c++)
                {
                    values[i + c] = image[i + c] - (float)origin[c];
                }
            }
            var once = Boxes(values, height, width);
            TensorPrimitives.Multiply(values, values, values);
            var twice = Boxes(values, height, width);
            for (int place = 0; place < across * down; place++)
            {
                for (int c = 0; c < channels; c++)
                {
                    largest[c] = MathF.Max(largest[c], twice[place * channels + c]);
                }
            }
            foreach (int corner in corners)
            {
                for (int c = 0; c < channels; c++)
                {
                    sum[c] += once[corner * channels + c];
                    squares[c] += twice[corner * channels + c];
                }
            }
            patches += corners.Length;
        }

        /// <summary>Adds other sums.</summary>
        public void Add(Sums other)
        {
            for (int c = 0; c < channels; c++)
            {
                sum[c] += other.sum[c];
                squares[c] += other.squares[c];
                largest[c] = MathF.Max(largest[c], other.largest[c]);
            }
            patches += other.patches;
        }

        /// <summary>What the sums say.</summary>
        public PatchStatistics Close()
        {
            const int area = SlicedWasserstein.Side * SlicedWasserstein.Side;
            var mean = new double[channels];
            var deviation = new double[channels];
            double longest = 0;
            for (int c = 0; c < channels; c++)
            {
                double shift = sum[c] / (patches * (double)area), variance = squares[c] / (patches * (double)area) - shift * shift;
                mean[c] = origin[c] + shift;
                // Grey values: what is below this is rounding, of a channel that never changes.
                deviation[c] = variance > 1e-6 ? Math.Sqrt(variance) : 1;
                double most = (Math.Sqrt(largest[c]) + SlicedWasserstein.Side * Math.Abs(shift)) / deviation[c];
                longest += most * most;
            }
            return new(mean, deviation, Math.Sqrt(longest));
        }

        // Sums over all windows: down the columns, then along the rows.
        private float[] Boxes(float[] values, int height, int width)
        {
            const int side = SlicedWasserstein.Side;
            int row = width * channels, narrow = (width - side + 1) * channels;
            var result = new float[(height - side + 1) * narrow];
            var column = new float[row];
            for (int y = 0; y <= height - side; y++)
            {
                Array.Clear(column);
                for (int i = 0; i < side; i++)
                {
                    TensorPrimitives.Add(column, values.AsSpan((y + i) * row, row), column);
                }
                var target = result.AsSpan(y * narrow, narrow);
                for (int i = 0; i < side; i++)
                {
                    TensorPrimitives.Add(target, column.AsSpan(i * channels, narrow), target);
                }
            }
            return result;
        }
    }
}
