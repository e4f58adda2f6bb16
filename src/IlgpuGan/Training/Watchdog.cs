using System.Globalization;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>
/// Says what is wrong with a training and what to try, from its reports alone. A finding is said when several reports in a row show it, and
/// again only after it has gone away.
/// </summary>
/// <param name="options">What was asked for: advice leaves out what is there already.</param>
/// <param name="isPoints">Whether the data is points in the plane.</param>
internal sealed class Watchdog(TrainingOptions options, bool isPoints = false)
{
    /// <summary>Reports in a row that must show a thing: at the usual 50 steps, 250 steps.</summary>
    public const int Patience = 5;

    /// <summary>Reals of the drawn faces and of photographs are 1 apart by definition, blurred fakes 0.6 to 0.9, copies below 0.2.</summary>
    public const double CopiedNearness = 0.35;

    // Networks begin by drawing nothing in particular, and D wins at first: no run was healthy in all of its first steps.
    private const long WarmUpSteps = 400;

    // 5 % of the loss of a blind D; D(x) = 0.97 and D(G(z)) = 0.03 for cross entropy.
    private const double WinningLoss = 0.05;

    // Where the loss is 0 this is a hundredth of what logits of +-1/2 gain. A D under a strong penalty takes longer to see than others to win.
    private const int BlindReports = 10;
    private const double BlindShare = 0.01;

    // Alike within a quarter, and most reals with a fake near: then a loss at equilibrium is what one hopes for.
    private const double AlikeSpread = 0.75, AlikeCoverage = 0.75;

    // A dcgan on faces begins at 0.13 for 300 steps and has 0.4 and more from then on; those that never spread do not by step 1500 either.
    private const double CollapsedSpread = 0.25;
    private const long LatestSpread = 1500;

    // Mode dropping: two thirds of the fakes are good, and a third of the reals has none. The features of few images in many dimensions are far from
    // each other, so that far fewer of them have a fake near, and a G that still blurs lies between all of them with little spread.
    private const double FineFidelity = 0.67, DroppedPoints = 0.67, DroppedImages = 0.2, SpreadOfImages = 0.75;

    // A run that is still finding modes gains more than this within the patience.
    private const double CoverageGain = 0.03;

    private const double AugmentationLimit = 0.99;

    // Karras et al. 2020, section 2.2: up to about 0.8 G does not take up what happens to all images. Drawn faces at 0.95: one real of 64 has a fake near, or
    // none; without augmentation 13 of 64 from step 500 on, and never less than 4.
    private const double LeakingAugmentation = 0.8, LostCoverage = 0.02;

    // Two halves of a swing that grows; noise turns at two of three reports too, but does not double.
    private const int SwingReports = 16, LeastTurns = 8;
    private const double SwingGrowth = 2, LeastSwing = 0.25;

    private readonly double equilibrium = options.Objective.Equilibrium;
    private readonly HashSet<FindingKind> active = [];
    private bool hasSpread;

    /// <summary>Takes the reports of a run so far, as read from its log, and says nothing.</summary>
    public void Restart(IReadOnlyList<TrainingReport> reports)
    {
        active.Clear();
        hasSpread = false;
        for (var count = 1; count <= reports.Count; count++)
        {
            Look([.. reports.Take(count).TakeLast(SwingReports)]);
        }
    }

    /// <summary>Looks at a run that has made one more report.</summary>
    /// <param name="reports">All so far, or the last of them.</param>
    /// <returns>What is new; seldom more than one.</returns>
    public IReadOnlyList<Finding> Look(IReadOnlyList<TrainingReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var found = new List<Finding>();
        hasSpread |= reports.Count > 0 && reports[^1].PixelSpread >= CollapsedSpread && reports[^1].Step > WarmUpSteps;
        var window = reports.TakeLast(Patience).Where(report => report.Step > WarmUpSteps).ToArray();
        var swing = reports.TakeLast(SwingReports).Where(report => report.Step > WarmUpSteps).ToArray();
        Judge(FindingKind.DiscriminatorWins, window, Wins);
        if (options.Translation is { } translation)
        {
            var rules = new TranslationRules(translation);
            Judge(FindingKind.ModeCollapse, window, rules.Collapses);
            Judge(FindingKind.Unchanged, window, rules.ChangesNothing);
            Judge(FindingKind.Inverted, window, rules.Inverts);
            Judge(FindingKind.Oscillation, swing.Length == SwingReports ? swing : [], Oscillates);
            return found;
        }

        Judge(FindingKind.DiscriminatorBlind, swing.Length >= BlindReports ? swing[^BlindReports..] : [], IsBlind);
        Judge(FindingKind.ModeCollapse, window, Collapses);
        Judge(FindingKind.ModeDropping, window, Drops);
        Judge(FindingKind.Memorising, window, Memorises);
        Judge(FindingKind.AugmentationLimit, window, IsAtLimit);
        Judge(FindingKind.AugmentationLeak, window, Leaks);
        Judge(FindingKind.Oscillation, swing.Length == SwingReports ? swing : [], Oscillates);
        // Last, as it says no more than that something is wrong.
        Judge(FindingKind.UnlikeReals, window, IsUnlike);
        return found;

        void Judge(FindingKind kind, TrainingReport[] seen, Func<TrainingReport[], string?> rule)
        {
            if (seen.Length < Patience || rule(seen) is not { } sentence)
            {
                active.Remove(kind);
            }
            else if (active.Add(kind))
            {
                found.Add(new Finding(kind, seen[^1].Step, seen[0].Step, sentence));
            }
        }
    }

    private string? Wins(TrainingReport[] window)
    {
        var (first, last) = (window[0], window[^1]);
        // A G that catches up is none that has lost.
        if (equilibrium <= 0 || window.Any(report => report.DiscriminatorLoss >= WinningLoss * equilibrium) || last.GeneratorLoss < 0.95 * first.GeneratorLoss - 0.05)
        {
            return null;
        }

        var fades = last.GeneratorGradientNorm < 0.5 * first.GeneratorGradientNorm || options.Loss == "minimax";
        var sign = fades
            ? FormattableString.Invariant($"the generator's gradient fades (vanishing gradient, norm {last.GeneratorGradientNorm:G2})")
            : FormattableString.Invariant($"the generator's loss does not come down from {last.GeneratorLoss:G3}");
        return string.Create(CultureInfo.InvariantCulture,
            $"The discriminator wins: since step {first.Step} D(x) is {Mean(window, r => r.RealProbability):F2} and D(G(z)) {Mean(window, r => r.FakeProbability):F2}, and {sign}; try "
                + $"{Advice(
                    (options.Loss == "minimax", "--loss non-saturating"), (options.Penalty == "none", "--penalty r1"),
                    (options.InstanceNoise < 0.1f, "--instance-noise 0.1"), (true, "a lower --d-lr"))}.");
    }

    private string? IsBlind(TrainingReport[] window)
    {
        var tolerance = BlindShare * (equilibrium > 0 ? equilibrium : 1);
        if (window.Any(report => Math.Abs(report.DiscriminatorLoss - equilibrium) > tolerance))
        {
            return null;
        }

        // A D that sees changed images alone is right to let changed fakes pass.
        if (Leaks(window) is not null)
        {
            return null;
        }

        // The same loss is the end that one hopes for; what tells them apart is whether fakes are as reals.
        if (window.All(report => report.PixelSpread is null) || window.Any(IsAlike))
        {
            return null;
        }

        var last = window[^1];
        return string.Create(CultureInfo.InvariantCulture,
            $"The discriminator is blind: since step {window[0].Step} its loss is within 1 % of {equilibrium:F4}, as if it could not tell reals from fakes, yet fakes spread "
                + $"{last.PixelSpread:P0} as far as reals and {last.Coverage:P0} of the reals have a fake near; try "
                + $"{Advice(
                    (true, "a higher --d-lr"), (options.DiscriminatorSteps == 1, "--d-steps 2"), (options.Penalty != "none", "a lower --penalty-weight"),
                    (options.InstanceNoise > 0, "less --instance-noise"), (true, "a greater --width"))}.");

        static bool IsAlike(TrainingReport report) =>
            report.PixelSpread is > AlikeSpread and < 1 / AlikeSpread && report.Coverage is null or > AlikeCoverage;
    }

    private string? Collapses(TrainingReport[] window) => window.All(report => report.PixelSpread < CollapsedSpread) && (hasSpread || window[0].Step > LatestSpread)
        ? string.Create(CultureInfo.InvariantCulture,
            $"Mode collapse: since step {window[0].Step} the generator makes much the same of all latents, its fakes spread {window[^1].PixelSpread:P0} as far as reals; try {Variety}.")
        : null;

    private string? Drops(TrainingReport[] window)
    {
        var (first, last) = (window[0], window[^1]);
        var (coverage, spread) = isPoints ? (DroppedPoints, CollapsedSpread) : (DroppedImages, SpreadOfImages);
        return window.All(report => report.Fidelity >= FineFidelity && report.Coverage < coverage && report.PixelSpread >= spread && (isPoints || report.FeatureSpread >= spread))
            && last.Coverage <= first.Coverage + CoverageGain
            ? string.Create(CultureInfo.InvariantCulture,
                $"Mode dropping: since step {first.Step} {last.Fidelity:P0} of the fakes look like reals, but {1 - last.Coverage:P0} of the reals have no fake near, so the generator "
                    + $"leaves part of the data out; try {Variety}.")
            : null;
    }

    private string? Memorises(TrainingReport[] window) => window.All(report => report.Nearness < CopiedNearness)
        ? string.Create(CultureInfo.InvariantCulture,
            $"Memorising: since step {window[0].Step} the generator copies training images, fakes are {window[^1].Nearness:P0} as far from the nearest one as these are from each other; "
                + $"try {Advice((true, "more images"), (!options.Flip, "--flip"), (options.Augment == "none", "--augment ada"), (true, "fewer steps"))}, and do not trust its FID.")
        : null;

    // A p that is fixed says nothing of D.
    private string? IsAtLimit(TrainingReport[] window) => options.AdaProbability is null && window.All(report => report.AugmentationProbability >= AugmentationLimit)
        ? string.Create(CultureInfo.InvariantCulture,
            $"Augmentation is at its limit: since step {window[0].Step} its p is {window[^1].AugmentationProbability:F2} and the discriminator still overfits; try more images, a "
                + $"smaller --width or a greater --penalty-weight.")
        : null;

    private string? Leaks(TrainingReport[] window) => window.All(report => report.AugmentationProbability >= LeakingAugmentation && report.Coverage <= LostCoverage)
        ? string.Create(CultureInfo.InvariantCulture,
            $"The augmentation leaks: since step {window[0].Step} its p is {window[^1].AugmentationProbability:F2}, so that D hardly ever sees an image unchanged, and "
                + $"{window[^1].Coverage:P0} of the reals have a fake near: the generator draws images that are turned, moved or recoloured; try "
                + $"{Advice(
                    (options.AdaProbability is not null, "--ada-p 0.6 or less"), (options.AdaProbability is null, "a lower --ada-target"),
                    (true, "an --augment-policy without what must not be learnt, such as xflip,xint,brightness"), (true, "more images"))}.")
        : null;

    private string? IsUnlike(TrainingReport[] window) => active.All(kind => kind == FindingKind.UnlikeReals)
        && window.All(report => report.Coverage <= LostCoverage && report.Fidelity <= LostCoverage)
        ? string.Create(CultureInfo.InvariantCulture,
            $"Fakes are unlike reals: since step {window[0].Step} {window[^1].Coverage:P0} of the reals have a fake near and {window[^1].Fidelity:P0} of the fakes are near a real, "
                + $"whatever the losses say; look at the samples, give it more steps if they still improve, else try "
                + $"{Advice((options.Loss != "rpgan" || options.Penalty != "r1+r2", "--loss rpgan --penalty r1+r2"), (true, "a lower --lr"), (true, "a greater --width"))}.")
        : null;

    private string? Oscillates(TrainingReport[] window)
    {
        var losses = window.Select(report => report.DiscriminatorLoss).ToArray();
        var turns = Enumerable.Range(1, losses.Length - 2).Count(i => (losses[i] - losses[i - 1]) * (losses[i + 1] - losses[i]) < 0);
        var (before, now) = (Deviation(losses[..(losses.Length / 2)]), Deviation(losses[(losses.Length / 2)..]));
        var scale = Math.Max(Math.Abs(losses.Average()), equilibrium > 0 ? equilibrium / 2 : 1);
        return turns >= LeastTurns && now > SwingGrowth * before && now > LeastSwing * scale
            ? string.Create(CultureInfo.InvariantCulture,
                $"Oscillation: since step {window[0].Step} the losses swing ever wider (the discriminator's by {before:G2}, then by {now:G2}), D and G chase each other around the "
                    + $"equilibrium; try {Advice(
                        (options.Penalty == "none", "--penalty r1"), (options.Beta1 > 0 && options.Optimizer is UpdateRule.Adam or UpdateRule.AdamW, "--beta1 0"),
                        (true, "a lower --lr"))}.")
            : null;
    }

    private string Variety => Advice(
        (options.Loss != "rpgan" || options.Penalty != "r1+r2", "--loss rpgan --penalty r1+r2"),
        (!options.MinibatchDeviation && options.Network != "mlp", "--minibatch-stddev"),
        (options.DiscriminatorSteps == 1, "--d-steps 2"),
        (true, "a lower --g-lr"));

    private static string Advice(params (bool Applies, string Words)[] all)
    {
        var left = all.Where(item => item.Applies).Select(item => item.Words).ToArray();
        return left.Length == 1 ? left[0] : $"{string.Join(", ", left[..^1])} or {left[^1]}";
    }

    private static double Mean(TrainingReport[] window, Func<TrainingReport, double> value) => window.Average(value);

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
