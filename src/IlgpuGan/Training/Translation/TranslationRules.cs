using System.Globalization;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>What can be wrong with a translation, by reports in a row.</summary>
internal sealed class TranslationRules(TranslationOptions options)
{
    // One output for all has no spread; what is blurred has half of the true one.
    private const double CollapsedSpread = 0.1;

    // A twentieth of what should change, or of what inputs differ by among themselves.
    private const double LeastChange = 0.05;

    // Negatives have -1; what only takes long to learn has about 0.
    private const double InvertedBrightness = -0.3;

    /// <summary>One output for all inputs.</summary>
    public string? Collapses(TrainingReport[] window) => window.All(report => report.PixelSpread < CollapsedSpread)
        ? string.Create(CultureInfo.InvariantCulture,
            $"One output for all inputs: since step {window[0].Step} translations spread {window[^1].PixelSpread:P0} as far as they should; try {Nearer}, a lower --lr or another --seed.")
        : null;

    /// <summary>The output is the input.</summary>
    public string? ChangesNothing(TrainingReport[] window) => window.All(report => report.Change < LeastChange)
        ? string.Create(CultureInfo.InvariantCulture,
            $"The output is the input: since step {window[0].Step} translations change {window[^1].Change:P0} of what they should; try {Freer}, or more --patch-layers, by which D sees more at once.")
        : null;

    /// <summary>Light becomes dark.</summary>
    public string? Inverts(TrainingReport[] window) => window.All(report => report.Brightness < InvertedBrightness)
        ? string.Create(CultureInfo.InvariantCulture,
            $"Colours are inverted: since step {window[0].Step} what is light in inputs is dark in translations (correlation {window[^1].Brightness:F2}), which D and the way back undo alike; try "
                + $"{(options.Method == TranslationMethod.CycleGan ? "a greater --identity" : Nearer)} or another --seed.")
        : null;

    private string Nearer => options.Method switch
    {
        TranslationMethod.Pix2Pix => "a greater --l1",
        _ => "a greater --cycle",
    };

    private string Freer => options.Method switch
    {
        TranslationMethod.Pix2Pix => "a lower --l1",
        TranslationMethod.CycleGan => "a lower --identity or --cycle",
        _ => "a greater --class-weight",
    };
}
