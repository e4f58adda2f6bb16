using IlgpuGan.Graphs;

namespace IlgpuGan.Objectives;

/// <summary>
/// What D and G minimise. Both read D's raw outputs (logits): real = D(x) and fake = D(G(z)), one number per image, in any shape of N elements.
/// </summary>
public abstract class Objective
{
    private static readonly Objective[] Table =
    [
        new NonSaturating(), new Minimax(), new LeastSquares(), new Hinge(), new Wasserstein(), new RelativisticPairing(), new RelativisticAverage(),
        .. FDivergence.Table,
    ];

    /// <summary>Names that <see cref="Named"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>The objective of a name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Objective Named(string name) => Array.Find(Table, row => row.Name == name)
        ?? throw new ArgumentException($"There is no objective '{name}'; choose one of {string.Join(", ", Names)}.");

    /// <summary>The name that options give it; a run that goes on knows its loss by it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether G's loss compares fakes with reals, so that its step needs a batch of reals of its own.</summary>
    public virtual bool ComparesInGenerator => false;

    /// <summary>Whether D has no best answer unless its slope is bounded, by a penalty or a constraint.</summary>
    public virtual bool NeedsLipschitz => false;

    /// <summary>The divergence of P_data and P_G that D's loss estimates from below; null where none is known.</summary>
    public virtual string? Divergence => null;

    /// <summary>f, where that divergence is an f-divergence; null where it is none.</summary>
    public virtual DivergenceFunction? Function => null;

    /// <summary>D's least loss where fakes are as reals and nothing tells them apart; also its loss where it is blind.</summary>
    public abstract double Equilibrium { get; }

    /// <summary>D's loss, shape [1].</summary>
    public abstract Tensor Discriminator(Tensor real, Tensor fake);

    /// <summary>G's loss, shape [1]; the reals take part only where <see cref="ComparesInGenerator"/>.</summary>
    public abstract Tensor Generator(Tensor real, Tensor fake);

    /// <summary>The logits whose sigmoid is what D believes of reals and of fakes: the probability of being real, or of being the realer one.</summary>
    public virtual (Tensor Real, Tensor Fake) Beliefs(Tensor real, Tensor fake) => (real, fake);

    /// <summary>The lower bound of <see cref="Divergence"/> that a loss of D stands for; its supremum over all D is the divergence.</summary>
    public virtual double Estimate(double discriminatorLoss) => double.NaN;
}
