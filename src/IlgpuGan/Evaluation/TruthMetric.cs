using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Evaluation;

/// <summary>How far translations of what is held out are from the truth, measured while a run trains.</summary>
internal sealed class TruthMetric : IRunMetric
{
    private static readonly (string Name, bool IsSmallerBetter, Func<ImageErrors, double> Of)[] numbers =
        [(TranslationMetric.L1, true, errors => errors.L1), (TranslationMetric.Psnr, false, errors => errors.Psnr), (TranslationMetric.Ssim, false, errors => errors.Ssim!.Value)];

    private readonly TranslationPairs pairs;
    private readonly Func<ImageErrors, double> of;

    private TruthMetric(TranslationPairs pairs, bool isSmallerBetter, Func<ImageErrors, double> of) => (this.pairs, IsSmallerBetter, this.of) = (pairs, isSmallerBetter, of);

    /// <summary>What is measured.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. numbers.Select(number => number.Name)];

    /// <inheritdoc/>
    public bool IsSmallerBetter { get; }

    /// <summary>The metric of a name.</summary>
    /// <exception cref="OptionException">No truth is held out, or it is no picture.</exception>
    public static TruthMetric Of(string name, RunSettings settings, TrainingData data)
    {
        var (_, isSmallerBetter, of) = numbers.First(number => number.Name == name);
        if (name == TranslationMetric.Ssim && Math.Min(data.Describe().Height, data.Describe().Width) < StructuralSimilarity.Window)
        {
            throw new OptionException($"--metric ssim needs images of at least {StructuralSimilarity.Window} x {StructuralSimilarity.Window} pixels; give another --metric or --size.");
        }
        return data.Pairs is not { Set: { HeldOut: not null, Target.Classes: null } } pairs
            ? throw new OptionException($"--metric {name} compares translations with the truth, and {(data.Pairs is not { Set: var set } ? "nothing is translated into what is known beforehand"
                : set.Target.Classes is not null ? $"{set.Target.Name} of {settings.Data.Source} are maps of classes" : $"of {settings.Data.Source} none is held out")}; leave it out.")
            : new(pairs, isSmallerBetter, of);
    }

    /// <inheritdoc/>
    public double Measure(Func<ulong, int, int, byte[]> sample, CancellationToken cancellation)
    {
        int first = 0;
        return of(TranslationErrors.Of(pairs, inputs =>
        {
            int count = inputs.Length / (pairs.Window.Height * pairs.Window.Width * pairs.Set.Input.Channels);
            // The images that are shown are those held out, in their order.
            byte[] made = sample(0, first, count);
            first += count;
            return made;
        }, cancellation)!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
