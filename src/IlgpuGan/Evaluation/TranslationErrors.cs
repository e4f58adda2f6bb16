using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Training;

namespace IlgpuGan.Evaluation;

/// <summary>What a translation of images is measured by: the pairs that were held out, or the true answers that a built-in set of unpaired images knows.</summary>
public static class TranslationErrors
{
    // Enough for a device to be busy, few enough that memory stays small.
    private const int AtOnce = 64;

    /// <summary>How far translations of what is held out are from the truth.</summary>
    /// <param name="data">The pairs.</param>
    /// <param name="translate">Translates [count, Height, Width, Input.Channels] into [count, Height, Width, Target.Channels]; of maps of classes, bytes are places among the classes.</param>
    /// <param name="cancellation">Gives up after the images at hand.</param>
    /// <returns>The errors; null where nothing is held out whose truth is known, or targets are maps of classes, whose numbers are no measure (<see cref="RightClasses(PairSet, Func{byte[], byte[]}, CancellationToken)"/>).</returns>
    public static ImageErrors? Of(PairSet data, Func<byte[], byte[]> translate, CancellationToken cancellation = default) => Of(TranslationPairs.Of(data), translate, cancellation);

    /// <summary>The share of pixels of what is held out that have the true class, from 0 to 1; null where nothing is held out, or targets are pictures.</summary>
    /// <inheritdoc cref="Of(PairSet, Func{byte[], byte[]}, CancellationToken)"/>
    public static double? RightClasses(PairSet data, Func<byte[], byte[]> translate, CancellationToken cancellation = default) =>
        RightClasses(TranslationPairs.Of(data), translate, cancellation);

    /// <summary>
    /// How far inputs themselves are from the truth, what doing nothing costs: where channels differ in number, as grey or on white. Null where the errors of translations would be, or the inputs are
    /// maps of classes.
    /// </summary>
    public static ImageErrors? OfInputs(PairSet data, CancellationToken cancellation = default) => OfInputs(TranslationPairs.Of(data), cancellation);

    /// <summary>How far the mean of all targets that are trained on is from the truth: what knowing the targets and not looking at inputs costs. Null where the errors of translations would be.</summary>
    public static ImageErrors? OfMeanTarget(PairSet data, CancellationToken cancellation = default) => OfMeanTarget(TranslationPairs.Of(data), cancellation);

    /// <summary>
    /// The cycle error: how far images are from what a translation there and back makes of them (Zhu et al. 2017, section 3.2), in bytes of images as they would be shown in between.
    /// </summary>
    /// <param name="images">Images of one side.</param>
    /// <param name="there">Translates [count, Height, Width, Channels] to the other side.</param>
    /// <param name="back">Translates back.</param>
    /// <param name="cancellation">Gives up after the images at hand.</param>
    public static ImageErrors OfCycle(ImageSet images, Func<byte[], byte[]> there, Func<byte[], byte[]> back, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(there);
        ArgumentNullException.ThrowIfNull(back);
        var parts = new List<ImageErrors>();
        for (int first = 0; first < images.Count; first += AtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            byte[] batch = [.. Enumerable.Range(first, Math.Min(AtOnce, images.Count - first)).SelectMany(index => images.Image(index).ToArray())];
            parts.Add(ImageErrors.Between(back(there(batch)), batch, images.Height, images.Width, images.Channels));
        }
        return ImageErrors.Mean(parts);
    }

    /// <summary>The same of the window that is trained at.</summary>
    /// <inheritdoc cref="Of(PairSet, Func{byte[], byte[]}, CancellationToken)"/>
    internal static ImageErrors? Of(TranslationPairs data, Func<byte[], byte[]> translate, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(translate);
        PairSide target = data.Set.Target;
        return data.Set.HeldOut is null || target.Classes is not null ? null : ImageErrors.Mean(
            [.. Batches(data, cancellation).Select(batch => ImageErrors.Between(translate(batch.Inputs), batch.Targets, data.Window.Height, data.Window.Width, target.Channels))]);
    }

    /// <inheritdoc cref="RightClasses(PairSet, Func{byte[], byte[]}, CancellationToken)"/>
    internal static double? RightClasses(TranslationPairs data, Func<byte[], byte[]> translate, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(translate);
        if (data.Set.HeldOut is not { } held || data.Set.Target.Classes is null)
        {
            return null;
        }
        long right = Batches(data, cancellation).Sum(batch => translate(batch.Inputs).Zip(batch.Targets).LongCount(pixel => pixel.First == pixel.Second));
        return right / ((double)held.Count * data.Window.Pixels);
    }

    /// <inheritdoc cref="OfInputs(PairSet, CancellationToken)"/>
    internal static ImageErrors? OfInputs(TranslationPairs data, CancellationToken cancellation) => data.Set.Input.Classes is not null ? null
        : Of(data, inputs => PlainImage.WithChannels(inputs, data.Set.Input.Channels, data.Set.Target.Channels), cancellation);

    /// <inheritdoc cref="OfMeanTarget(PairSet, CancellationToken)"/>
    internal static ImageErrors? OfMeanTarget(TranslationPairs data, CancellationToken cancellation)
    {
        byte[]? mean = null;
        return Of(data, inputs =>
        {
            mean ??= MeanTarget(data, cancellation);
            long count = inputs.Length / (data.Window.Pixels * data.Set.Input.Channels);
            return [.. Enumerable.Repeat(mean, (int)count).SelectMany(pixels => pixels)];
        }, cancellation);
    }

    private static IEnumerable<(byte[] Inputs, byte[] Targets)> Batches(TranslationPairs data, CancellationToken cancellation)
    {
        int held = data.Set.HeldOut!.Count, input = (int)data.Window.Pixels * data.Set.Input.Channels, target = (int)data.Window.Pixels * data.Set.Target.Channels;
        for (int first = 0; first < held; first += AtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(AtOnce, held - first);
            byte[] inputs = new byte[count * input], targets = new byte[count * target];
            for (int i = 0; i < count; i++)
            {
                data.CopyInput(first + i, inputs.AsSpan(i * input, input));
                data.CopyTruth(first + i, targets.AsSpan(i * target, target));
            }
            yield return (inputs, targets);
        }
    }

    private static byte[] MeanTarget(TranslationPairs data, CancellationToken cancellation)
    {
        ImageSet images = (data.Set.Training ?? data.Set.Targets)!;
        int channels = data.Set.Target.Channels, skipped = images.Channels - channels;
        int top = (images.Height - data.Window.Height) / 2, left = (images.Width - data.Window.Width) / 2, line = data.Window.Width * channels;
        long[] sums = new long[data.Window.Height * line];
        for (int i = 0; i < images.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> image = images.Image(i);
            for (int place = 0; place < sums.Length; place++)
            {
                int row = top + (place / line), column = left + (place % line / channels);
                sums[place] += image[(((row * images.Width) + column) * images.Channels) + skipped + (place % channels)];
            }
        }
        return [.. sums.Select(sum => (byte)((sum + images.Count / 2) / images.Count))];
    }
}
