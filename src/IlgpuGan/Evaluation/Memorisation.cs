using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Distances;
using IlgpuGan.Kernels;

namespace IlgpuGan.Evaluation;

/// <summary>
/// Whether generated images are copies: distances in pixels, of images averaged down to at most 32 pixels a side, to the nearest training image. Images that
/// were never trained on tell what is to be expected; where there are none, each training image is compared with the others.
/// </summary>
/// <param name="Ratio">Median distance of generated images over that of unseen ones: well below 1 speaks of copies.</param>
/// <param name="NearestFakes">Numbers of the generated images that are nearest to a training image, the nearest first.</param>
/// <param name="NearestTraining">Numbers of these training images.</param>
/// <param name="IsHeldOut">Whether there were unseen images.</param>
internal sealed record Memorisation(double Ratio, int[] NearestFakes, int[] NearestTraining, bool IsHeldOut)
{
    private const int MostImages = 2000, LongestSide = 32, Shown = 8, Slice = 4096;

    /// <summary>Looks for copies.</summary>
    /// <param name="device">Where distances are made.</param>
    /// <param name="training">Images that were trained on.</param>
    /// <param name="fakes">Generated images.</param>
    /// <param name="unseen">Images of the same kind that were not trained on; null for none.</param>
    /// <param name="seed">Chooses among many images.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    public static Memorisation Measure(
        ComputeDevice device, ImageSet training, ImageSet fakes, ImageSet? unseen, ulong seed, IProgress<Work>? progress, CancellationToken cancellation)
    {
        var compared = unseen ?? training;
        int[] fakeOrder = Pick(fakes.Count), comparedOrder = Pick(compared.Count);
        float[] fakeRows = Rows(fakes, fakeOrder), comparedRows = Rows(compared, comparedOrder);
        var fakeNearest = new NearestRows(fakeOrder.Length, 1);
        var comparedNearest = new NearestRows(comparedOrder.Length, 1, unseen is null ? comparedOrder : null);
        using var comparison = new RowComparison(
            device, fakeRows.Length / fakeOrder.Length, Math.Max(fakeOrder.Length, comparedOrder.Length), Math.Min(Slice, training.Count), kept: 2);
        for (int first = 0; first < training.Count; first += Slice)
        {
            var targets = Rows(training, [.. Enumerable.Range(first, Math.Min(Slice, training.Count - first))]);
            comparison.Search(fakeRows, targets, first, fakeNearest, cancellation);
            comparison.Search(comparedRows, targets, first, comparedNearest, cancellation);
            progress?.Report(new(WorkKind.FindingCopies, Math.Min(first + Slice, training.Count), training.Count));
        }
        int[] nearest = [.. Enumerable.Range(0, fakeOrder.Length).OrderBy(i => fakeNearest.Squared(i)).ThenBy(i => i).Take(Shown)];
        return new(
            Median(fakeNearest.Squares()) / Median(comparedNearest.Squares()),
            [.. nearest.Select(i => fakeOrder[i])], [.. nearest.Select(i => fakeNearest.Index(i))], unseen is not null);

        int[] Pick(int count) => [.. Enumerable.Range(0, Math.Min(MostImages, count)).Select(i => EpochShuffle.Pick(i, count, (uint)seed, (uint)(seed >> 32)))];
    }

    private static double Median(double[] squared) => Math.Sqrt(squared.Order().ElementAt(squared.Length / 2));

    /// <summary>Images averaged over squares of pixels, one row each.</summary>
    private static float[] Rows(ImageSet set, int[] order)
    {
        int block = (Math.Max(set.Height, set.Width) + LongestSide - 1) / LongestSide, channels = set.Channels;
        int height = (set.Height + block - 1) / block, width = (set.Width + block - 1) / block, size = height * width * channels;
        var rows = new float[order.Length * size];
        Parallel.For(0, order.Length, i =>
        {
            var image = set.Image(order[i]);
            var row = rows.AsSpan(i * size, size);
            for (int at = 0; at < image.Length; at++)
            {
                int y = at / channels / set.Width / block, x = at / channels % set.Width / block;
                int area = Math.Min(block, set.Height - y * block) * Math.Min(block, set.Width - x * block);
                row[(y * width + x) * channels + at % channels] += (image[at] - 127.5f) / (255f * area);
            }
        });
        return rows;
    }
}
