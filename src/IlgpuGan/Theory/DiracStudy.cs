using System.Numerics;
using IlgpuGan.Devices;
using IlgpuGan.Objectives;
using IlgpuGan.Options;

namespace IlgpuGan.Theory;

/// <summary>What gradient descent does near an equilibrium.</summary>
public enum DiracVerdict
{
    /// <summary>It comes nearer at a geometric rate.</summary>
    Converges,

    /// <summary>To first order it keeps its distance; if it comes nearer at all, then slower than at any geometric rate.</summary>
    Circles,

    /// <summary>It is driven away.</summary>
    Diverges,
}

/// <summary>What is done to the Dirac-GAN.</summary>
public sealed record DiracOptions
{
    /// <summary>Losses to try.</summary>
    public IReadOnlyList<string> Losses { get; init; } = ["non-saturating", "wasserstein", "rpgan"];

    /// <summary>Penalties to try with each.</summary>
    public IReadOnlyList<string> Penalties { get; init; } = ["none", "wgan-gp", "r1", "r1+r2"];

    /// <summary>Weight of the penalties: gamma of R1 and R2, lambda of the others.</summary>
    public float PenaltyWeight { get; init; } = 1;

    /// <summary>Step size of gradient descent.</summary>
    public float Rate { get; init; } = 0.1f;

    /// <summary>Steps of the trajectory.</summary>
    public int Steps { get; init; } = 500;

    /// <summary>Whether D and G take turns, as in training, or step at once.</summary>
    public bool IsAlternating { get; init; } = true;

    /// <summary>Checks every value against what is allowed.</summary>
    /// <exception cref="OptionException">The first value that is not, by the name of its option.</exception>
    public void Validate()
    {
        foreach (string loss in Losses)
        {
            OptionCheck.OneOf("--loss", loss, Objective.Names);
        }
        foreach (string penalty in Penalties)
        {
            OptionCheck.OneOf("--penalty", penalty, GradientPenalty.Names);
        }
        OptionCheck.Between("--penalty-weight", PenaltyWeight, 0, 1000);
        OptionCheck.Above0("--lr", Rate, 1);
        OptionCheck.Between("--steps", Steps, 1, 100_000);
    }
}

/// <summary>A loss and a penalty on the Dirac-GAN.</summary>
/// <param name="Loss">Name of the loss.</param>
/// <param name="Penalty">Name of the penalty.</param>
/// <param name="Eigenvalues">Of the Jacobian of the gradient field at the equilibrium: it attracts when both real parts are negative.</param>
/// <param name="Radius">Largest modulus of the eigenvalues of one step of gradient descent, linearised there: below 1 it converges.</param>
/// <param name="Path">The trajectory.</param>
/// <param name="Field">Directions of descent at the points of <see cref="DiracStudy.Lattice"/>.</param>
public sealed record DiracTrial(
    string Loss, string Penalty, (Complex First, Complex Second) Eigenvalues, double Radius, IReadOnlyList<DiracPoint> Path, IReadOnlyList<DiracPoint> Field)
{
    // Entries of the Jacobian are single precision: what lies nearer to the border than their rounding is on it.
    private const double Rounding = 1e-6;

    /// <summary>Whether training in infinitely small steps converges to the equilibrium from nearby.</summary>
    public DiracVerdict Continuous => Judge(Math.Max(Eigenvalues.First.Real, Eigenvalues.Second.Real));

    /// <summary>The same for steps of the chosen size.</summary>
    public DiracVerdict Discrete => Judge(Radius - 1);

    /// <summary>
    /// What the literature says of infinitely small steps. Without a penalty, and with those that want a slope of 1, no loss converges to the
    /// equilibrium; with R1 or R2 every loss does (Mescheder et al. 2018, lemmas 2.2 to 2.5, section 4.1, appendix D; Huang et al. 2024 for RpGAN).
    /// </summary>
    public bool ConvergesByTheory => GradientPenalty.Named(Penalty) is { ComesToRest: true };

    private static DiracVerdict Judge(double excess) =>
        excess < -Rounding ? DiracVerdict.Converges : excess <= Rounding ? DiracVerdict.Circles : DiracVerdict.Diverges;
}

/// <summary>Tries losses and penalties on the Dirac-GAN.</summary>
public static class DiracStudy
{
    private const int LatticeSide = 13;

    /// <summary>The trajectory's first state.</summary>
    public static DiracPoint Start { get; } = new(1, 1);

    /// <summary>Half the side of the square that is looked at.</summary>
    public static double Extent => 2.4;

    /// <summary>Points of that square, row by row.</summary>
    public static IReadOnlyList<DiracPoint> Lattice { get; } =
    [
        .. from y in Enumerable.Range(0, LatticeSide)
           from x in Enumerable.Range(0, LatticeSide)
           select new DiracPoint(((2.0 * x / (LatticeSide - 1)) - 1) * Extent, ((2.0 * y / (LatticeSide - 1)) - 1) * Extent),
    ];

    /// <summary>Tries every loss with every penalty; losses are the outer loop.</summary>
    /// <param name="options">What is tried.</param>
    /// <param name="device">Where.</param>
    /// <param name="progress">Hears how many are tried.</param>
    /// <param name="cancellation">Ends the study between two trials.</param>
    /// <returns>The trials, each as it ends.</returns>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    public static IEnumerable<DiracTrial> Run(
        DiracOptions options, ComputeDevice device, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(device);
        options.Validate();
        return Trials();

        IEnumerable<DiracTrial> Trials()
        {
            var all = (from loss in options.Losses from penalty in options.Penalties select (loss, penalty)).ToList();
            int tried = 0;
            foreach (var (loss, penalty) in all)
            {
                cancellation.ThrowIfCancellationRequested();
                var trial = Try(loss, penalty, options, device);
                progress?.Report(new(WorkKind.TryingPenalties, ++tried, all.Count, $"{loss}, {penalty}"));
                yield return trial;
            }
        }
    }

    private static DiracTrial Try(string loss, string penaltyName, DiracOptions options, ComputeDevice device)
    {
        using var game = new DiracGan(
            device, Objective.Named(loss), GradientPenalty.Named(penaltyName), options.PenaltyWeight, options.IsAlternating);
        var jacobian = game.Jacobian(new(0, 0));
        var step = StepMatrix(jacobian, options.Rate, options.IsAlternating).Eigenvalues();
        return new(
            loss, penaltyName, jacobian.Eigenvalues(), Math.Max(step.First.Magnitude, step.Second.Magnitude),
            game.Descend(Start, options.Rate, options.Steps), [.. Lattice.Select(game.Direction)]);
    }

    /// <summary>One step of descent in a linear field: I + h J at once; in turns D moves first and G sees it.</summary>
    private static Matrix2 StepMatrix(Matrix2 jacobian, double rate, bool isAlternating)
    {
        var ofD = Matrix2.Identity + rate * new Matrix2(jacobian.A, jacobian.B, 0, 0);
        var ofG = Matrix2.Identity + rate * new Matrix2(0, 0, jacobian.C, jacobian.D);
        return isAlternating ? ofG * ofD : Matrix2.Identity + rate * jacobian;
    }
}
