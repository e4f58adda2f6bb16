using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Theory;

/// <summary>A way to keep a Wasserstein critic from growing steep, with the optimiser that its paper uses.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">What a figure calls it.</param>
/// <param name="Bound">Settings with it.</param>
internal sealed record SlopeBound(string Name, Func<TrainingOptions, string> Title, Func<TrainingOptions, float, float, TrainingOptions> Bound)
{
    /// <summary>Names of the ways that have a number of their own.</summary>
    public const string Clip = "clip", Penalty = "penalty";

    /// <summary>Name of the way that has none.</summary>
    public const string Spectral = "spectral";

    /// <summary>The ways: Arjovsky et al. 2017, Gulrajani et al. 2017, Miyato et al. 2018.</summary>
    public static IReadOnlyList<SlopeBound> Table { get; } =
    [
        new(Clip, options => FormattableString.Invariant($"weights clipped to {options.Clip}"), (options, clip, _) => options.With(UpdateRule.RmsProp) with { Clip = clip, LearningRate = 5e-5f }),
        new(Penalty, options => FormattableString.Invariant($"gradient penalty, weight {options.EffectivePenaltyWeight}"),
            (options, _, weight) => Adam(options) with { Penalty = "wgan-gp", PenaltyWeight = weight }),
        new(Spectral, _ => "spectral normalisation", (options, _, _) => Adam(options) with { SpectralNorm = true }),
    ];

    private static TrainingOptions Adam(TrainingOptions options) => options with { Clip = 0, Optimizer = UpdateRule.Adam, LearningRate = 1e-4f, Beta1 = 0, Beta2 = 0.9f };
}

/// <summary>What the critic's gradients were under one bound.</summary>
/// <param name="Bound">Its name.</param>
/// <param name="Title">What a figure calls it.</param>
/// <param name="Norms">Euclidean norm of the gradient of each layer's weights, from the image on: the mean of logarithms over the second half of the training, where there was any gradient; 0 of a
/// layer that had none, infinite where it was too large for a number.</param>
internal sealed record GradientTrial(string Bound, string Title, IReadOnlyList<(string Layer, double Norm)> Norms)
{
    /// <summary>The largest norm over the smallest: how much of the gradient is lost, or gained, on its way through D.</summary>
    public double Ratio => Norms.Select(norm => norm.Norm).DefaultIfEmpty(double.NaN).Max() / Norms.Select(norm => norm.Norm).DefaultIfEmpty(double.NaN).Min();

    /// <summary>The norm in a layer; infinite of one that never had any that is finite.</summary>
    public double NormOf(string layer) => Norms.Where(norm => norm.Layer == layer).Select(norm => norm.Norm).DefaultIfEmpty(double.PositiveInfinity).First();
}

/// <summary>
/// Norm of the gradient in each layer of a Wasserstein critic, under clipped weights and under a gradient penalty (Gulrajani et al. 2017, figure 1b): clipping makes it vanish, or explode,
/// from layer to layer, the penalty does not.
/// </summary>
internal static class GradientStudy
{
    /// <summary>Size that weights are clipped to, as in Arjovsky et al. 2017.</summary>
    public const float DefaultClip = 0.01f;

    /// <summary>Options that change what is trained beside the bounds.</summary>
    public static IReadOnlyList<string> Options { get; } =
        ["network", "width", "depth", "latent", "batch", "steps", "d-steps", "seed", "size", "channels", "fit", "faces", "no-cache", "device", "tune"];

    /// <summary>What is trained where nothing is given: five updates of D for one of G, as the papers have it, and no normalisation in D, which would hide what its gradients do.</summary>
    /// <param name="source">The data.</param>
    public static RunSettings Usual(string source)
    {
        var settings = Trial.Usual(source);
        return settings with
        {
            Data = source != "faces" ? settings.Data : settings.Data with { Size = new(32, 32) },
            Training = settings.Training with
            {
                Loss = "wasserstein", Penalty = "none", PenaltyWeight = null, Clip = DefaultClip, DiscriminatorNorm = DiscriminatorNormalization.None, DiscriminatorSteps = 5, Steps = 600,
            },
        };
    }

    /// <summary>Trains with each bound.</summary>
    /// <param name="settings">What is trained, from <see cref="Usual"/>.</param>
    /// <param name="bounds">Names of bounds, at least one.</param>
    /// <param name="clip">Size that weights are clipped to.</param>
    /// <param name="weight">Weight of the gradient penalty.</param>
    /// <param name="engine">Opens the device.</param>
    /// <param name="observer">Hears of data and of each step.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <returns>The trials, each as it ends.</returns>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    /// <exception cref="Data.DataException">The images cannot be loaded.</exception>
    public static IEnumerable<GradientTrial> Run(
        RunSettings settings, IReadOnlyList<string> bounds, float clip, float weight, ITrainingEngine engine, IRunObserver observer, CancellationToken cancellation)
    {
        OptionCheck.Above0("--clip", clip, 100);
        OptionCheck.Above0("--penalty-weight", weight, 1e6f);
        settings = settings with { Schedule = settings.Schedule with { ReportEvery = Trial.ReportEvery(settings.Training.Steps) } };
        var chosen = bounds.Select(name => SlopeBound.Table.Single(bound => bound.Name == name)).ToList();
        var trials = chosen.Select(bound => (bound, Training: bound.Bound(settings.Training, clip, weight)))
            .Select(entry => new Trial(entry.bound.Title(entry.Training), settings with { Training = entry.Training })).ToList();
        return Trial.Run(trials, engine, observer, (trial, _, _, course) => new GradientTrial(chosen[trials.IndexOf(trial)].Name, trial.Title, Norms(course)), cancellation);
    }

    /// <summary>The norms of each layer over a training.</summary>
    internal static List<(string Layer, double Norm)> Norms(Course course)
    {
        // A layer whose gradient is not finite is left out of a report.
        var all = course.Reports.Select(report => report.DiscriminatorGradientNorms!).ToList();
        var seen = all[(all.Count / 2)..];
        return [.. all.MaxBy(norms => norms.Count)!.Keys.Select(layer => (layer, seen.All(norms => norms.ContainsKey(layer))
            ? Mean([.. seen.Select(norms => norms[layer]).Where(norm => norm > 0)])
            : double.PositiveInfinity))];
    }

    // A logarithm needs something.
    private static double Mean(double[] positive) => positive.Length == 0 ? 0 : Math.Exp(positive.Average(Math.Log));
}
