using IlgpuGan.Graphs;

namespace IlgpuGan.Objectives;

/// <summary>
/// Each real is compared with one fake: D minimises E softplus(-(D(x) - D(G(z)))), G the same with the two exchanged (Jolicoeur-Martineau 2019;
/// Huang et al. 2024, equation 2, who prove local convergence with R1 and R2). Where nothing tells them apart each loss is log 2.
/// </summary>
public sealed class RelativisticPairing : Objective
{
    /// <inheritdoc/>
    public override string Name => "rpgan";

    /// <inheritdoc/>
    public override bool ComparesInGenerator => true;

    /// <inheritdoc/>
    public override double Equilibrium => Math.Log(2);

    /// <inheritdoc/>
    public override Tensor Discriminator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        return (fake - real).Softplus().Mean();
    }

    /// <inheritdoc/>
    public override Tensor Generator(Tensor real, Tensor fake) => Discriminator(real: fake, fake: real);

    /// <inheritdoc/>
    public override (Tensor Real, Tensor Fake) Beliefs(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        return (real - fake, fake - real);
    }
}

/// <summary>
/// Each real is compared with the mean fake and each fake with the mean real (Jolicoeur-Martineau 2019, RaGAN): D minimises
/// E softplus(-(D(x) - E D(G(z)))) + E softplus(D(G(z)) - E D(x)), G the same with the two exchanged.
/// </summary>
public sealed class RelativisticAverage : Objective
{
    /// <inheritdoc/>
    public override string Name => "ragan";

    /// <inheritdoc/>
    public override bool ComparesInGenerator => true;

    /// <inheritdoc/>
    public override double Equilibrium => 2 * Math.Log(2);

    /// <inheritdoc/>
    public override Tensor Discriminator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        return (fake.Mean() - real).Softplus().Mean() + (fake - real.Mean()).Softplus().Mean();
    }

    /// <inheritdoc/>
    public override Tensor Generator(Tensor real, Tensor fake) => Discriminator(real: fake, fake: real);

    /// <inheritdoc/>
    public override (Tensor Real, Tensor Fake) Beliefs(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        return (real - fake.Mean(), fake - real.Mean());
    }
}
