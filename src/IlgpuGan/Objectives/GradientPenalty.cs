using IlgpuGan.Graphs;

namespace IlgpuGan.Objectives;

/// <summary>The formula of a penalty before its weight, shape [1].</summary>
/// <param name="critic">D from images [N, ...] to N logits.</param>
/// <param name="real">Real images [N, ...].</param>
/// <param name="fake">Generated images of the same shape.</param>
/// <param name="uniform">Makes numbers uniform in [0, 1) of a shape.</param>
public delegate Tensor PenaltyFormula(Func<Tensor, Tensor> critic, Tensor real, Tensor fake, Func<Shape, Tensor> uniform);

/// <summary>
/// A term of D's loss that bounds its slope. The gradient of D with respect to images is graph, so that the penalty is differentiated again,
/// exactly. Those of the table are means over the batch of a function of |gradient|^2 summed over one image.
/// </summary>
/// <param name="Name">The name that options give it; a run that goes on knows its penalty by it.</param>
/// <param name="DefaultWeight">Weight that its paper uses, or for R1 and R2 one for small images.</param>
/// <param name="Of">The term before its weight.</param>
public sealed record GradientPenalty(string Name, float DefaultWeight, PenaltyFormula Of)
{
    // The root's slope at 0 is infinite; D is constant there, and the penalty should be too.
    private const float Tiny = 1e-12f;

    /// <summary>The penalties.</summary>
    public static IReadOnlyList<GradientPenalty> Table { get; } =
    [
        new("r1", 1, (critic, real, _, _) => HalfSquare(critic, real)) { ComesToRest = true },
        new("r2", 1, (critic, _, fake, _) => HalfSquare(critic, fake)) { ComesToRest = true },
        new("r1+r2", 1, (critic, real, fake, _) => HalfSquare(critic, real) + HalfSquare(critic, fake)) { ComesToRest = true },
        new("wgan-gp", 10, (critic, real, fake, uniform) => (Norms(critic, Between(real, fake, uniform)) - 1).Square().Mean()) { WantsUnitSlope = true },
        new("wgan-lp", 10, (critic, real, fake, uniform) => (Norms(critic, Between(real, fake, uniform)) - 1).LeakyRelu(0).Square().Mean()) { WantsUnitSlope = true },
        new("dragan", 10, (critic, real, _, uniform) => (Norms(critic, Around(real, uniform)) - 1).Square().Mean()) { WantsUnitSlope = true },
    ];

    /// <summary>Names of all, and of none.</summary>
    public static IReadOnlyList<string> Names { get; } = ["none", .. Table.Select(penalty => penalty.Name)];

    /// <summary>
    /// Whether every loss comes to rest at the equilibrium beside it, as with the squared gradient on reals (R1: Mescheder et al. 2018, equation 9) or on fakes
    /// (R2: equation 10).
    /// </summary>
    public bool ComesToRest { get; init; }

    /// <summary>Whether it draws slopes to 1, which no bound on D's weights may forbid.</summary>
    public bool WantsUnitSlope { get; init; }

    /// <summary>The penalty of a name; null for <c>none</c>.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static GradientPenalty? Named(string name) => name == "none" ? null
        : Table.FirstOrDefault(penalty => penalty.Name == name)
            ?? throw new ArgumentException($"There is no penalty '{name}'; choose one of {string.Join(", ", Names)}.");

    /// <summary>Half the mean of <see cref="Squares"/>, shape [1].</summary>
    public static Tensor HalfSquare(Func<Tensor, Tensor> critic, Tensor at) => Squares(critic, at).Mean() * 0.5f;

    /// <summary>|gradient| of D at each image, [N, 1].</summary>
    public static Tensor Norms(Func<Tensor, Tensor> critic, Tensor at) => (Squares(critic, at) + Tiny).Sqrt();

    /// <summary>|gradient|^2 of D at each image, [N, 1]. Images do not know each other in D, so the gradient of the sum holds that of each.</summary>
    public static Tensor Squares(Func<Tensor, Tensor> critic, Tensor at)
    {
        ArgumentNullException.ThrowIfNull(critic);
        return Flat(Differentiation.Gradients(critic(at).Sum(), [at])[0]).Square().SumColumns();
    }

    /// <summary>A point between each real and its fake (Gulrajani et al. 2017, algorithm 1).</summary>
    public static Tensor Between(Tensor real, Tensor fake, Func<Shape, Tensor> uniform)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        ArgumentNullException.ThrowIfNull(uniform);
        var share = uniform(Shape.Of(real.Shape[0], 1));
        var (x, y) = (Flat(real), Flat(fake));
        return (y + (x - y) * share).Reshape(real.Shape.ToArray());
    }

    /// <summary>A point near each real: half a standard deviation of the batch times a uniform number (Kodali et al. 2017).</summary>
    public static Tensor Around(Tensor real, Func<Shape, Tensor> uniform)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(uniform);
        var deviation = (real - real.Mean()).Square().Mean().Sqrt();
        return real + uniform(real.Shape) * (deviation * 0.5f);
    }

    private static Tensor Flat(Tensor x) => x.Reshape(x.Shape[0], x.Shape.Size / x.Shape[0]);
}
