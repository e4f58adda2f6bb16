using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;

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
    /// <returns>The errors; null where nothing is held out whose truth is known, or targets are maps of classes, whose numbers are no measure (<see cref="RightClasses"/>).</returns>
    public static ImageErrors? Of(PairSet data, Func<byte[], byte[]> translate, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(translate);
        return data.HeldOut is null || data.Target.Classes is not null ? null
            : ImageErrors.Mean([.. Batches(data, cancellation).Select(batch => ImageErrors.Between(translate(batch.Inputs), batch.Targets, data.Height, data.Width, data.Target.Channels))]);
    }

    /// <summary>The share of pixels of what is held out that have the true class, from 0 to 1; null where nothing is held out, or targets are pictures.</summary>
    /// <inheritdoc cref="Of"/>
    public static double? RightClasses(PairSet data, Func<byte[], byte[]> translate, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(translate);
        if (data.HeldOut is not { } held || data.Target.Classes is null)
        {
            return null;
        }
        long right = Batches(data, cancellation).Sum(batch => translate(batch.Inputs).Zip(batch.Targets).LongCount(pixel => pixel.First == pixel.Second));
        return right / ((double)held.Count * data.Height * data.Width);
    }

    /// <summary>
    /// How far inputs themselves are from the truth, what doing nothing costs: where channels differ in number, as grey or on white. Null where <see cref="Of"/> is, or the inputs are maps of classes.
    /// </summary>
    public static ImageErrors? OfInputs(PairSet data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Input.Classes is not null ? null
            : Of(data, inputs => PlainImage.WithChannels(inputs, data.Input.Channels, data.Target.Channels), cancellation);
    }

    /// <summary>How far the mean of all targets that are trained on is from the truth: what knowing the targets and not looking at inputs costs. Null where <see cref="Of"/> is.</summary>
    public static ImageErrors? OfMeanTarget(PairSet data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        byte[]? mean = null;
        return Of(data, inputs =>
        {
            mean ??= MeanTarget(data, cancellation);
            int count = inputs.Length / (data.Height * data.Width * data.Input.Channels);
            return [.. Enumerable.Repeat(mean, count).SelectMany(pixels => pixels)];
        }, cancellation);
    }

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

    private static IEnumerable<(byte[] Inputs, byte[] Targets)> Batches(PairSet data, CancellationToken cancellation)
    {
        ImageSet held = data.HeldOut!;
        int pixels = data.Height * data.Width;
        for (int first = 0; first < held.Count; first += AtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(AtOnce, held.Count - first);
            byte[] inputs = new byte[count * pixels * data.Input.Channels], targets = new byte[count * pixels * data.Target.Channels];
            for (int i = 0; i < count; i++)
            {
                data.CopySide(held, first + i, data.Input, inputs.AsSpan(i * pixels * data.Input.Channels));
                data.CopySide(held, first + i, data.Target, targets.AsSpan(i * pixels * data.Target.Channels));
            }
            yield return (inputs, targets);
        }
    }

    private static byte[] MeanTarget(PairSet data, CancellationToken cancellation)
    {
        ImageSet images = (data.Training ?? data.Targets)!;
        int size = data.Height * data.Width * data.Target.Channels;
        long[] sums = new long[size];
        byte[] target = new byte[size];
        for (int i = 0; i < images.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (data.Training is not null)
            {
                data.CopySide(images, i, data.Target, target);
            }
            else
            {
                images.Image(i).CopyTo(target);
            }
            for (int place = 0; place < size; place++)
            {
                sums[place] += target[place];
            }
        }
        return [.. sums.Select(sum => (byte)((sum + images.Count / 2) / images.Count))];
    }
}
