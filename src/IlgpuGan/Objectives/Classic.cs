using IlgpuGan.Graphs;

namespace IlgpuGan.Objectives;

/// <summary>D tells reals (1) from fakes (0) by binary cross entropy (Goodfellow et al. 2014, section 3): -E log D(x) - E log(1 - D(G(z))).</summary>
public abstract class BinaryCrossEntropy : Objective
{
    /// <inheritdoc/>
    public override string Divergence => "Jensen-Shannon";

    /// <inheritdoc/>
    public override DivergenceFunction Function { get; } = new(FDivergence.JensenShannon);

    /// <inheritdoc/>
    public override double Equilibrium => 2 * Math.Log(2);

    /// <inheritdoc/>
    public override Tensor Discriminator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        return real.Graph.BceLoss(real, target: 1) + real.Graph.BceLoss(fake, target: 0);
    }

    /// <summary>(V + log 4) / 2 with V = -loss, as max V = 2 JSD - log 4.</summary>
    public override double Estimate(double discriminatorLoss) => (Math.Log(4) - discriminatorLoss) / 2;
}

/// <summary>G minimises E log(1 - D(G(z))): the game as the theory has it. Its gradient fades when D wins.</summary>
public sealed class Minimax : BinaryCrossEntropy
{
    /// <inheritdoc/>
    public override string Name => "minimax";

    /// <inheritdoc/>
    public override Tensor Generator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(fake);
        return -fake.Graph.BceLoss(fake, target: 0);
    }
}

/// <summary>G minimises -E log D(G(z)): the same fixed point, and a strong gradient where G is bad.</summary>
public sealed class NonSaturating : BinaryCrossEntropy
{
    /// <inheritdoc/>
    public override string Name => "non-saturating";

    /// <inheritdoc/>
    public override Tensor Generator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(fake);
        return fake.Graph.BceLoss(fake, target: 1);
    }
}

/// <summary>Squared distance of logits to 1 (reals) and 0 (fakes), G's to 1, each halved (Mao et al. 2017, equation 9 with a = 0, b = c = 1).</summary>
public sealed class LeastSquares : Objective
{
    /// <inheritdoc/>
    public override string Name => "lsgan";

    /// <inheritdoc/>
    public override double Equilibrium => 0.25; // D is 1/2 everywhere

    /// <inheritdoc/>
    public override Tensor Discriminator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        return ((real - 1).Square().Mean() + fake.Square().Mean()) * 0.5f;
    }

    /// <inheritdoc/>
    public override Tensor Generator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(fake);
        return (fake - 1).Square().Mean() * 0.5f;
    }
}

/// <summary>D: E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))); G: -E D(G(z)) (Lim and Ye 2017; Miyato et al. 2018).</summary>
public sealed class Hinge : Objective
{
    /// <inheritdoc/>
    public override string Name => "hinge";

    /// <inheritdoc/>
    public override double Equilibrium => 2;

    /// <inheritdoc/>
    public override Tensor Discriminator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        return (1 - real).LeakyRelu(0).Mean() + (fake + 1).LeakyRelu(0).Mean();
    }

    /// <inheritdoc/>
    public override Tensor Generator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(fake);
        return -fake.Mean();
    }
}

/// <summary>
/// D (a critic) maximises E D(x) - E D(G(z)), the earth mover's distance if its slope is at most 1 everywhere (Arjovsky et al. 2017, equation 2).
/// </summary>
public sealed class Wasserstein : Objective
{
    /// <inheritdoc/>
    public override string Name => "wasserstein";

    /// <inheritdoc/>
    public override bool NeedsLipschitz => true;

    /// <inheritdoc/>
    public override string Divergence => "Wasserstein";

    /// <inheritdoc/>
    public override double Equilibrium => 0;

    /// <inheritdoc/>
    public override Tensor Discriminator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        return fake.Mean() - real.Mean();
    }

    /// <inheritdoc/>
    public override Tensor Generator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(fake);
        return -fake.Mean();
    }

    /// <inheritdoc/>
    public override double Estimate(double discriminatorLoss) => -discriminatorLoss;
}
