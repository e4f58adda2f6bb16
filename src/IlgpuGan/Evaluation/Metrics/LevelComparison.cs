using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>
/// One level of the sliced Wasserstein distance. The mean distance between sorted projections is the area between their distribution functions; it is
/// summed over 65,536 even steps, which is its Riemann sum: without any bias, and far nearer to it than sampling is.
/// </summary>
internal sealed class LevelComparison(
    LaplacianPyramid pyramid, (int Height, int Width) size, int level, int channels, IPatchPlaces places, CancellationToken cancellation)
{
    // Room for the projections of a chunk of images; counting one direction of a chunk then stays in a core's cache.
    private const long ChunkBytes = 128 << 20;

    private readonly ParallelOptions parallel = new() { CancellationToken = cancellation };
    private readonly int patchSize = SlicedWasserstein.Side * SlicedWasserstein.Side * channels;

    /// <summary>Mean over directions of the distance between as many images of one set as of the other.</summary>
    /// <param name="reals">One set.</param>
    /// <param name="fakes">The other.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="before">What is done of the work on all levels before this one.</param>
    public double Measure(ImageSample reals, ImageSample fakes, IProgress<Work>? progress, Work before)
    {
        var (real, fake) = (Statistics(reals), Statistics(fakes));
        var projection = new PatchProjection(places.Directions(level), patchSize, Math.Max(Math.Max(real.LongestPatch, fake.LongestPatch), 1e-3));
        // How many more reals than fakes fall into each bin, for each direction.
        var surplus = new int[projection.Directions][];
        Parallel.For(0, surplus.Length, d => surplus[d] = new int[PatchProjection.Bins]);
        long patches = Count(reals, real, projection, +1, surplus, progress, before);
        Count(fakes, fake, projection, -1, surplus, progress, before.After(reals.Count));
        return surplus.AsParallel().AsOrdered().Select(Area).Sum() * projection.BinWidth / patches / projection.Directions;
    }

    private static double Area(int[] surplus)
    {
        long area = 0, height = 0;
        foreach (int more in surplus)
        {
            area += Math.Abs(height += more);
        }
        return area;
    }

    private PatchStatistics Statistics(ImageSample set)
    {
        // Sums around a typical value lose fewer digits.
        var origin = new double[channels];
        var first = pyramid.Level(set.Image(0), level);
        for (int i = 0; i < first.Length; i++)
        {
            origin[i % channels] += first[i] / (double)(first.Length / channels);
        }
        // Even slices in a fixed order: the sums are the same on any number of cores.
        const int slice = 256;
        var sums = new PatchStatistics.Sums[(set.Count + slice - 1) / slice];
        Parallel.For(0, sums.Length, parallel, part =>
        {
            sums[part] = new(channels, origin);
            for (int image = part * slice; image < Math.Min(set.Count, (part + 1) * slice); image++)
            {
                sums[part].Add(pyramid.Level(set.Image(image), level), size.Height, size.Width, places.CornersOf(level, image));
            }
        });
        var all = new PatchStatistics.Sums(channels, origin);
        foreach (var part in sums)
        {
            all.Add(part);
        }
        return all.Close();
    }

    private long Count(ImageSample set, PatchStatistics statistics, PatchProjection projection, int sign, int[][] surplus, IProgress<Work>? progress, Work before)
    {
        int perImage = places.CornersOf(level, 0).Length;
        int chunk = (int)Math.Clamp(ChunkBytes / (2L * projection.Directions * perImage), 1, set.Count);
        // Taken once: fresh memory for each chunk costs more than counting does.
        var bins = GC.AllocateUninitializedArray<ushort>(checked(projection.Directions * chunk * perImage));
        long patches = 0;
        for (int first = 0; first < set.Count; first += chunk)
        {
            progress?.Report(before.After(first));
            int taken = Math.Min(chunk, set.Count - first), start = first;
            var levels = new short[taken][];
            var patchesOf = new List<Patch>[taken];
            Parallel.For(0, taken, parallel, i =>
            {
                levels[i] = Normalised(pyramid.Level(set.Image(start + i), level), statistics, projection.Scale);
                patchesOf[i] = Different(i, places.CornersOf(level, start + i));
            });
            // Those that count alike lie together, so that counting reads no weights.
            var alike = patchesOf.SelectMany(all => all).GroupBy(patch => patch.Times).Select(group => (Times: group.Key, Patches: group.ToArray())).ToArray();
            patches += alike.Sum(group => (long)group.Times * group.Patches.Length);
            Patch[] drawn = [.. alike.SelectMany(group => group.Patches)];
            Project(levels, drawn, projection, bins);
            Parallel.For(0, projection.Directions, parallel, d =>
            {
                int next = d * drawn.Length;
                foreach (var (times, group) in alike)
                {
                    Add(sign * times, bins.AsSpan(next, group.Length), surplus[d]);
                    next += group.Length;
                }
            });
        }
        progress?.Report(before.After(set.Count));
        return patches;
    }

    private static void Add(int times, ReadOnlySpan<ushort> bins, int[] surplus)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(surplus.Length, PatchProjection.Bins);
        ref int first = ref MemoryMarshal.GetArrayDataReference(surplus);
        foreach (ushort bin in bins)
        {
            Unsafe.Add(ref first, bin) += times;
        }
    }

    // A patch that was drawn twice is projected once and counts double.
    private static List<Patch> Different(int image, int[] corners)
    {
        var different = new List<Patch>(corners.Length);
        foreach (int corner in corners.Order())
        {
            if (different is [.., var last] && last.Corner == corner)
            {
                different[^1] = last with { Times = last.Times + 1 };
            }
            else
            {
                different.Add(new(image, corner, 1));
            }
        }
        return different;
    }

    private short[] Normalised(float[] image, PatchStatistics statistics, double scale)
    {
        var result = new short[image.Length];
        for (int c = 0; c < channels; c++)
        {
            float mean = (float)statistics.Mean[c], factor = (float)(scale / statistics.Deviation[c]);
            // Pixels in no patch may be beyond any range.
            for (int i = c; i < image.Length; i += channels)
            {
                result[i] = (short)MathF.Round(Math.Clamp((image[i] - mean) * factor, short.MinValue, short.MaxValue));
            }
        }
        return result;
    }

    /// <summary>Fills in the bin of each patch along each direction, [directions, patches].</summary>
    private void Project(short[][] levels, Patch[] drawn, PatchProjection projection, ushort[] bins)
    {
        int panelWidth = PairProduct.Width, across = size.Width - SlicedWasserstein.Side + 1, line = SlicedWasserstein.Side * channels;
        Parallel.For(0, (drawn.Length + panelWidth - 1) / panelWidth, parallel, projection.NewPanel, (panel, _, room) =>
        {
            int left = panel * panelWidth, lanes = Math.Min(panelWidth, drawn.Length - left);
            for (int lane = 0; lane < lanes; lane++)
            {
                var patch = drawn[left + lane];
                int from = (patch.Corner / across * size.Width + patch.Corner % across) * channels;
                for (int y = 0; y < SlicedWasserstein.Side; y++)
                {
                    levels[patch.Image].AsSpan(from + y * size.Width * channels, line).CopyTo(room.Patch.AsSpan(y * line));
                }
                room.SetPatch(lane);
            }
            projection.Project(room, lanes, bins.AsSpan(left), drawn.Length);
            return room;
        }, _ => { });
    }

    private readonly record struct Patch(int Image, int Corner, int Times);
}
