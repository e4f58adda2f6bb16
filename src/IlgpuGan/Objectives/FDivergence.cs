using IlgpuGan.Graphs;

namespace IlgpuGan.Objectives;

/// <summary>
/// D maximises E_x g(D(x)) - E_z f*(g(D(G(z)))), whose supremum is the f-divergence D_f(P_data, P_G) (Nowozin et al. 2016, equations 4 to 6); G
/// maximises E_z g(D(G(z))), their section 3.2, which has the same fixed point and does not fade.
/// </summary>
/// <param name="name">Name on the command line.</param>
/// <param name="divergence">Name of the divergence.</param>
/// <param name="term">f, as q f(p / q) of two densities.</param>
/// <param name="activation">g, which maps a raw output into the domain of f*.</param>
/// <param name="conjugate">f* of g, in a form that neither overflows nor cancels.</param>
public sealed class FDivergence(
    string name, string divergence, Func<Densities, double> term, Func<Tensor, Tensor> activation, Func<Tensor, Tensor> conjugate) : Objective
{
    // e^20 is 5e8: a batch of such terms still adds up in single precision.
    private const float Steepest = 20;

    private static readonly float Log2 = MathF.Log(2);

    /// <summary>
    /// The eight divergences; a row is all that there is to state of one. Where a formula grows exponentially the raw output is held within [-20, 20].
    /// </summary>
    public static IReadOnlyList<FDivergence> Table { get; } =
    [
        // f(u) = u log u
        new("f-kl", "Kullback-Leibler", at => at.Surprise, v => v, v => (Held(v) - 1).Exp()),
        // f(u) = -log u
        new("f-reverse-kl", "reverse Kullback-Leibler", at => at.Exchanged.Surprise, v => -(-Held(v)).Exp(), v => v - 1),
        // f(u) = (u - 1)^2
        new("f-pearson", "Pearson chi-square", ChiSquare, v => v, v => v.Square() * 0.25f + v),
        // f(u) = (1 - u)^2 / u
        new("f-neyman", "Neyman chi-square", at => ChiSquare(at.Exchanged), v => 1 - (-Held(v)).Exp(), v => 2 - (Held(v) * -0.5f).Exp() * 2),
        // f(u) = (sqrt(u) - 1)^2
        new("f-hellinger", "squared Hellinger", at => Math.Pow(Math.Sqrt(at.P) - Math.Sqrt(at.Q), 2), v => 1 - (-Held(v)).Exp(), v => Held(v).Exp() - 1),
        // f(u) = u log u - (u + 1) log((1 + u) / 2), which is twice the Jensen-Shannon divergence
        new("f-jensen-shannon", "Jensen-Shannon (doubled)", at => 2 * JensenShannon(at), v => Log2 - (-v).Softplus(), v => v.Softplus() - Log2),
        // f(u) = u log u - (u + 1) log(u + 1)
        new("f-gan", "Jensen-Shannon (doubled, less log 4)", at => 2 * JensenShannon(at) - (at.P + at.Q) * Math.Log(2), v => -(-v).Softplus(), v => v.Softplus()),
        // f(u) = |u - 1| / 2
        new("f-total-variation", "total variation", at => Math.Abs(at.P - at.Q) / 2, v => v.Tanh() * 0.5f, v => v.Tanh() * 0.5f),
    ];

    /// <inheritdoc/>
    public override string Name { get; } = name;

    /// <inheritdoc/>
    public override string Divergence { get; } = divergence;

    /// <inheritdoc/>
    public override DivergenceFunction Function { get; } = new(term);

    /// <summary>-f(1): the least loss is minus the divergence.</summary>
    public override double Equilibrium => -Function.OfEqual;

    /// <summary>g(v), elementwise.</summary>
    public Tensor Activation(Tensor raw) => activation(raw);

    /// <summary>f*(g(v)), elementwise.</summary>
    public Tensor Conjugate(Tensor raw) => conjugate(raw);

    /// <inheritdoc/>
    public override Tensor Discriminator(Tensor real, Tensor fake) => Conjugate(fake).Mean() - Activation(real).Mean();

    /// <inheritdoc/>
    public override Tensor Generator(Tensor real, Tensor fake) => -Activation(fake).Mean();

    /// <inheritdoc/>
    public override double Estimate(double discriminatorLoss) => -discriminatorLoss;

    /// <summary>(p log(p / m) + q log(q / m)) / 2 with m = (p + q) / 2.</summary>
    internal static double JensenShannon(Densities at)
    {
        double larger = Math.Max(at.LogP, at.LogQ);
        double logMean = larger + Math.Log((Math.Exp(at.LogP - larger) + Math.Exp(at.LogQ - larger)) / 2);
        return (new Densities(at.LogP, logMean).Surprise + new Densities(at.LogQ, logMean).Surprise) / 2;
    }

    private static double ChiSquare(Densities at) => Math.Exp(2 * at.LogP - at.LogQ) - 2 * at.P + at.Q;

    private static Tensor Held(Tensor v) => v.Clamp(-Steepest, Steepest);
}
