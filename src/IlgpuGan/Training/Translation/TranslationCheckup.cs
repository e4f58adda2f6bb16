using IlgpuGan.Data.Pairs;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>Looks at what becomes of the first images that are shown.</summary>
internal static class TranslationCheckup
{
    private const int Most = 32;

    // Where the true translations are as dark as their inputs are light, nothing can be said of the learnt ones.
    private const double LeastTrueBrightness = 0.1;

    /// <summary>How far translations are from their inputs and from one another.</summary>
    /// <param name="images">What is shown.</param>
    /// <param name="input">What inputs are.</param>
    /// <param name="target">What they are translated into.</param>
    /// <param name="translate">Translates so many of the first of them.</param>
    public static Checkup Of(ShownImages images, PairSide input, PairSide target, Func<int, byte[]> translate)
    {
        int count = Math.Min(images.Count, Most);
        var (inputs, truths) = (new byte[count * images.BytesPerInput], images.CopyTruth is null ? null : new byte[count * images.BytesPerTarget]);
        for (int i = 0; i < count; i++)
        {
            images.CopyInput(i, inputs.AsSpan(i * images.BytesPerInput, images.BytesPerInput));
            images.CopyTruth?.Invoke(i, truths.AsSpan(i * images.BytesPerTarget, images.BytesPerTarget));
        }
        var made = translate(count);
        bool areAlike = input.Classes is null && target.Classes is null && input.Channels == target.Channels;
        return new()
        {
            PixelSpread = count < 2 || target.Classes is not null || (truths is null && !areAlike) ? null : Share(Spread(made, images.BytesPerTarget), Spread(truths ?? inputs, images.BytesPerTarget)),
            Change = areAlike ? Share(Distance(made, inputs), truths is not null ? Distance(truths, inputs) : Distance(inputs, Turned(inputs, images.BytesPerInput))) : null,
            Brightness = areAlike && (truths is null || Correlation(inputs, truths, input.Channels) > LeastTrueBrightness) ? Finite(Correlation(inputs, made, input.Channels)) : null,
        };
    }

    private static double? Share(double value, double reference) => Finite(value / reference);

    private static double? Finite(double value) => double.IsFinite(value) ? Math.Round(value, 6) : null;

    private static double Distance(byte[] one, byte[] other)
    {
        long sum = 0;
        for (int i = 0; i < one.Length; i++)
        {
            sum += Math.Abs(one[i] - other[i]);
        }
        return (double)sum / one.Length;
    }

    /// <summary>Each image in the place of the one before.</summary>
    private static byte[] Turned(byte[] images, int length) => [.. images.AsSpan(length), .. images.AsSpan(0, length)];

    private static double Spread(byte[] images, int length)
    {
        var values = new float[images.Length];
        Sampling.ImageBytes.ToValues(images, values);
        return BatchStatistics.Spread(values, length);
    }

    /// <summary>Of the brightness of two sets of pixels: the mean of the colours, alpha left out.</summary>
    private static double Correlation(byte[] one, byte[] other, int channels)
    {
        int colours = channels is 2 or 4 ? channels - 1 : channels, pixels = one.Length / channels;
        double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            double a = 0, b = 0;
            for (int colour = 0; colour < colours; colour++)
            {
                a += one[pixel * channels + colour];
                b += other[pixel * channels + colour];
            }
            (x, y, xx, yy, xy) = (x + a, y + b, xx + a * a, yy + b * b, xy + a * b);
        }
        return (xy / pixels - x / pixels * (y / pixels)) / Math.Sqrt((xx / pixels - x / pixels * (x / pixels)) * (yy / pixels - y / pixels * (y / pixels)));
    }
}
