using IlgpuGan.Data;
using IlgpuGan.Kernels;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>How patches are compared.</summary>
internal sealed record SlicedWassersteinOptions
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
internal sealed record SlicedWasserstein(double Mean, IReadOnlyList<(int Height, double Value)> Levels, int Images)
{
    /// <summary>Side of a patch.</summary>
    public const int Side = 7;

    /// <summary>More images of a set are not looked at: the paper's number, 2 million patches.</summary>
    public const int MostImages = 16_384;

    /// <summary>The distance of two sets of one shape, of as many images as both have; of the larger set they are picked at random.</summary>
    /// <param name="reals">Real images.</param>
    /// <param name="fakes">Generated images.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">The shapes differ, or a side is shorter than a patch.</exception>
    public static SlicedWasserstein Between(
        ImageSet reals, ImageSet fakes, SlicedWassersteinOptions options, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reals);
        ArgumentNullException.ThrowIfNull(options);
        return Between(reals, fakes, new RandomPatchPlaces(options, LaplacianPyramid.LevelsOf(reals.Height, reals.Width), reals.Channels), progress, cancellation);
    }

    /// <summary>The distance with patches and directions given.</summary>
    internal static SlicedWasserstein Between(ImageSet reals, ImageSet fakes, IPatchPlaces places, IProgress<Work>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(fakes);
        if ((reals.Height, reals.Width, reals.Channels) != (fakes.Height, fakes.Width, fakes.Channels) || Math.Min(reals.Height, reals.Width) < Side)
        {
            throw new ArgumentException($"Both sets must have images of one shape of at least {Side} x {Side} pixels.", nameof(fakes));
        }
        var levels = LaplacianPyramid.LevelsOf(reals.Height, reals.Width);
        int count = Math.Min(MostImages, Math.Min(reals.Count, fakes.Count));
        var values = new List<(int Height, double Value)>();
        for (int level = 0; level < levels.Count; level++)
        {
            var work = new Work(WorkKind.ComparingPatches, 2L * count * level, 2L * count * levels.Count);
            var comparison = new LevelComparison(new(levels, reals.Channels), levels[level], level, reals.Channels, places, cancellation);
            values.Add((levels[level].Height, 1000 * comparison.Measure(Some(reals, count), Some(fakes, count), progress, work)));
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
