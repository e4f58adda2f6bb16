using System.Numerics;
using IlgpuGan.Data;
using IlgpuGan.Kernels;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>How patches are compared.</summary>
public sealed record SlicedWassersteinOptions
{
    /// <summary>Patches of each image on each level.</summary>
    public int PatchesPerImage { get; init; } = 128;

    /// <summary>Times that directions are drawn.</summary>
    public int Repeats { get; init; } = 4;

    /// <summary>Directions of each time.</summary>
    public int Directions { get; init; } = 128;

    /// <summary>Chooses patches and directions.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>
/// Sliced Wasserstein distance between patches of two sets of images, 7 x 7 pixels on each level of a Laplacian pyramid, times 1000 (Karras et al. 2018,
/// section 5): each set's channels are brought to mean 0 and deviation 1, patches are projected on random directions, and the mean distance
/// between the sorted projections is taken. Needs no network.
/// </summary>
/// <param name="Mean">Mean over the levels.</param>
/// <param name="Levels">Height and value of each level, the finest first.</param>
/// <param name="Images">Images of each set.</param>
public sealed record SlicedWasserstein(double Mean, IReadOnlyList<(int Height, double Value)> Levels, int Images)
{
    /// <summary>Side of a patch.</summary>
    public const int Side = 7;

    /// <summary>More images of a set are not looked at: the paper's number, 2 million patches.</summary>
    public const int MostImages = 16_384;

    /// <summary>The distance of two sets of one shape, of as many images as both have; of the larger set they are picked at random.</summary>
    /// <param name="reals">Real images.</param>
    /// <param name="fakes">Generated images.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Hears of the share that is done.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">The shapes differ, or a side is shorter than a patch.</exception>
    public static SlicedWasserstein Between(
        ImageSet reals, ImageSet fakes, SlicedWassersteinOptions options, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reals);
        ArgumentNullException.ThrowIfNull(options);
        return Between(reals, fakes, new RandomPatchPlaces(options, LaplacianPyramid.LevelsOf(reals.Height, reals.Width), reals.Channels), progress, cancellation);
    }

    /// <summary>The distance with patches and directions given.</summary>
    internal static SlicedWasserstein Between(ImageSet reals, ImageSet fakes, IPatchPlaces places, Action<double>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(fakes);
        if ((reals.Height, reals.Width, reals.Channels) != (fakes.Height, fakes.Width, fakes.Channels) || Math.Min(reals.Height, reals.Width) < Side)
            throw new ArgumentException($"Both sets must have images of one shape of at least {Side} x {Side} pixels.", nameof(fakes));
        var levels = LaplacianPyramid.LevelsOf(reals.Height, reals.Width);
        int count = Math.Min(MostImages, Math.Min(reals.Count, fakes.Count));
        var values = new List<(int Height, double Value)>();
        for (int level = 0; level < levels.Count; level++)
        {
            int done = level;
            var comparison = new LevelComparison(new(levels, reals.Channels), levels[level], level, reals.Channels, places, cancellation);
            values.Add((levels[level].Height, 1000 * comparison.Measure(Some(reals, count), Some(fakes, count), share => progress?.Invoke((done + share) / levels.Count))));
        }
        return new(values.Average(level => level.Value), values, count);
    }

    // Sets are often sorted by class: the first images would be of some classes only.
    private static ImageSample Some(ImageSet set, int count) =>
        new(set, [.. Enumerable.Range(0, count).Select(i => count == set.Count ? i : EpochShuffle.Pick(i, set.Count, 0, 0))]);
}

/// <summary>Some images of a set, in an order.</summary>
internal sealed record ImageSample(ImageSet Set, int[] Order)
{
    public int Count => Order.Length;

    public ReadOnlySpan<byte> Image(int place) => Set.Image(Order[place]);
}

/// <summary>
/// One level of the distance. The mean distance between sorted projections is the area between their distribution functions; it is summed over
/// 65,536 even steps, which is its Riemann sum: without any bias, and far nearer to it than sampling is.
/// </summary>
internal sealed class LevelComparison(
    LaplacianPyramid pyramid, (int Height, int Width) size, int level, int channels, IPatchPlaces places, CancellationToken cancellation)
{
    private const int Bins = 1 << 16;

    // Room for the projections of a chunk of images; counting one direction of a chunk then stays in a core's cache.
    private const long ChunkBytes = 128 << 20;

    private readonly ParallelOptions parallel = new() { CancellationToken = cancellation };
    private readonly int patchSize = SlicedWasserstein.Side * SlicedWasserstein.Side * channels;
    private readonly float[] directions = places.Directions(level);

    private int Directions => directions.Length / patchSize;

    /// <summary>Mean over directions of the distance between as many images of one set as of the other.</summary>
    public double Measure(ImageSample reals, ImageSample fakes, Action<double> progress)
    {
        var (real, fake) = (Statistics(reals), Statistics(fakes));
        double range = Math.Max(Math.Max(real.LongestPatch, fake.LongestPatch), 1e-3);
        // How many more reals than fakes fall into each bin, for each direction.
        var surplus = new int[Directions][];
        Parallel.For(0, surplus.Length, d => surplus[d] = new int[Bins]);
        long patches = Count(reals, real, range, +1, surplus, share => progress(share / 2));
        Count(fakes, fake, range, -1, surplus, share => progress(0.5 + share / 2));
        double width = 2 * range / Bins;
        return surplus.AsParallel().AsOrdered().Select(Area).Sum() * width / patches / Directions;
    }

    private static double Area(int[] surplus)
    {
        long area = 0, height = 0;
        foreach (int more in surplus)
            area += Math.Abs(height += more);
        return area;
    }

    private PatchStatistics Statistics(ImageSample set)
    {
        // Sums around a typical value lose fewer digits.
        var origin = new double[channels];
        var first = pyramid.Level(set.Image(0), level);
        for (int i = 0; i < first.Length; i++)
            origin[i % channels] += first[i] / (double)(first.Length / channels);
        // Even slices in a fixed order: the sums are the same on any number of cores.
        const int slice = 256;
        var sums = new PatchStatistics.Sums[(set.Count + slice - 1) / slice];
        Parallel.For(0, sums.Length, parallel, part =>
        {
            sums[part] = new(channels, origin);
            for (int image = part * slice; image < Math.Min(set.Count, (part + 1) * slice); image++)
                sums[part].Add(pyramid.Level(set.Image(image), level), size.Height, size.Width, places.CornersOf(level, image));
        });
        var all = new PatchStatistics.Sums(channels, origin);
        foreach (var part in sums)
            all.Add(part);
        return all.Close();
    }

    private long Count(ImageSample set, PatchStatistics statistics, double range, int sign, int[][] surplus, Action<double> progress)
    {
        var quads = new QuadRows(i => directions.AsMemory(i * patchSize, patchSize), Directions, patchSize);
        int perImage = places.CornersOf(level, 0).Length;
        int chunk = (int)Math.Clamp(ChunkBytes / (2L * Directions * perImage), 1, set.Count);
        // Taken once: fresh memory for each chunk costs more than counting does.
        var bins = GC.AllocateUninitializedArray<ushort>(checked(Directions * chunk * perImage));
        long patches = 0;
        for (int first = 0; first < set.Count; first += chunk)
        {
            progress(first / (double)set.Count);
            int taken = Math.Min(chunk, set.Count - first), start = first;
            var levels = new float[taken][];
            var patchesOf = new List<Patch>[taken];
            Parallel.For(0, taken, parallel, i =>
            {
                levels[i] = pyramid.Level(set.Image(start + i), level);
                Normalise(levels[i], statistics);
                patchesOf[i] = Different(i, places.CornersOf(level, start + i));
            });
            Patch[] drawn = [.. patchesOf.SelectMany(all => all)];
            patches += drawn.Sum(patch => (long)patch.Times);
            Project(levels, drawn, quads, (float)range, bins);
            int[] weights = [.. drawn.Select(patch => sign * patch.Times)];
            Parallel.For(0, Directions, parallel, d => Add(bins.AsSpan(d * weights.Length, weights.Length), weights, surplus[d]));
        }
        return patches;
    }

    private static void Add(ReadOnlySpan<ushort> bins, int[] weights, int[] surplus)
    {
        for (int i = 0; i < bins.Length; i++)
            surplus[bins[i]] += weights[i];
    }

    // A patch that was drawn twice is projected once and counts double.
    private static List<Patch> Different(int image, int[] corners)
    {
        var different = new List<Patch>(corners.Length);
        foreach (int corner in corners.Order())
            if (different is [.., var last] && last.Corner == corner)
                different[^1] = last with { Times = last.Times + 1 };
            else
                different.Add(new(image, corner, 1));
        return different;
    }

    private void Normalise(float[] image, PatchStatistics statistics)
    {
        for (int c = 0; c < channels; c++)
        {
            float mean = (float)statistics.Mean[c], scale = (float)(1 / statistics.Deviation[c]);
            for (int i = c; i < image.Length; i += channels)
                image[i] = (image[i] - mean) * scale;
        }
    }

    /// <summary>Fills in the bin of each patch along each direction, [directions, patches].</summary>
    private void Project(float[][] levels, Patch[] drawn, QuadRows quads, float range, ushort[] bins)
    {
        int panelWidth = PanelProduct.Width, across = size.Width - SlicedWasserstein.Side + 1, line = SlicedWasserstein.Side * channels;
        Parallel.For(0, (drawn.Length + panelWidth - 1) / panelWidth, parallel, () => new Room(patchSize), (panel, _, room) =>
        {
            int left = panel * panelWidth, lanes = Math.Min(panelWidth, drawn.Length - left);
            for (int lane = 0; lane < lanes; lane++)
            {
                var patch = drawn[left + lane];
                int from = (patch.Corner / across * size.Width + patch.Corner % across) * channels, to = lane;
                for (int y = 0; y < SlicedWasserstein.Side; y++)
                    foreach (float value in levels[patch.Image].AsSpan(from + y * size.Width * channels, line))
                    {
                        room.Panel[to] = value;
                        to += panelWidth;
                    }
            }
            for (int quad = 0; quad < quads.Quads; quad++)
            {
                PanelProduct.Multiply(room.Panel, quads[quad], room.Products);
                ToBins(room.Products, room.Bins, range);
                for (int j = 0; j < Math.Min(PanelProduct.Quad, Directions - quad * PanelProduct.Quad); j++)
                    room.Bins.AsSpan(j * panelWidth, lanes).CopyTo(bins.AsSpan((quad * PanelProduct.Quad + j) * drawn.Length + left));
            }
            return room;
        }, _ => { });
    }

    private static void ToBins(float[] values, ushort[] bins, float range)
    {
        int lanes = Vector<float>.Count;
        var scale = new Vector<float>(Bins / (2 * range));
        var half = new Vector<float>(Bins / 2f);
        // Two vectors of floats make one of bins; of three, the third is stored with itself beside it, which the next store covers.
        for (int i = 0; i < values.Length; i += PanelProduct.Width)
        {
            var third = Bin(i + 2 * lanes);
            Vector.Narrow(Bin(i), Bin(i + lanes)).CopyTo(bins, i);
            Vector.Narrow(third, third).CopyTo(bins, i + 2 * lanes);
        }

        Vector<uint> Bin(int at)
        {
            var place = Vector.ConvertToInt32(Vector.FusedMultiplyAdd(new Vector<float>(values, at), scale, half));
            return Vector.AsVectorUInt32(Vector.Max(Vector<int>.Zero, Vector.Min(new Vector<int>(Bins - 1), place)));
        }
    }

    /// <summary>What one thread computes in.</summary>
    private sealed class Room(int patchSize)
    {
        public float[] Panel { get; } = new float[patchSize * PanelProduct.Width];

        public float[] Products { get; } = new float[PanelProduct.Quad * PanelProduct.Width];

        public ushort[] Bins { get; } = new ushort[PanelProduct.Quad * PanelProduct.Width + Vector<ushort>.Count];
    }

    private readonly record struct Patch(int Image, int Corner, int Times);
}
