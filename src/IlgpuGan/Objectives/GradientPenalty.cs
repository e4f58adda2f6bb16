using IlgpuGan.Graphs;

namespace IlgpuGan.Objectives;

/// <summary>
/// A term of D's loss that bounds its slope. The gradient of D with respect to images is graph, so that the penalty is differentiated again,
/// exactly. All are means over the batch of a function of |gradient|^2 summed over one image.
/// </summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="DefaultWeight">Weight that its paper uses, or for R1 and R2 one for small images.</param>
public sealed record GradientPenalty(string Name, float DefaultWeight)
{
    // The root's slope at 0 is infinite; D is constant there, and the penalty should be too.
    private const float Tiny = 1e-12f;

    /// <summary>The penalties.</summary>
    public static IReadOnlyList<GradientPenalty> Table { get; } =
    [
        new("r1", 1) { OnReals = true },
        new("r2", 1) { OnFakes = true },
        new("r1+r2", 1) { OnReals = true, OnFakes = true },
        new("wgan-gp", 10),
        new("wgan-lp", 10),
        new("dragan", 10),
    ];

    /// <summary>Names of all, and of none.</summary>
    public static IReadOnlyList<string> Names { get; } = ["none", .. Table.Select(penalty => penalty.Name)];

    /// <summary>The squared gradient on reals, halved (R1: Mescheder et al. 2018, equation 9).</summary>
    public bool OnReals { get; private init; }

    /// <summary>The squared gradient on fakes, halved (R2: Mescheder et al. 2018, equation 10).</summary>
    public bool OnFakes { get; private init; }

    /// <summary>The penalty of a name; null for <c>none</c>.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static GradientPenalty? Named(string name) => name == "none" ? null
        : Table.FirstOrDefault(penalty => penalty.Name == name)
            ?? throw new ArgumentException($"There is no penalty '{name}'; choose one of {string.Join(", ", Names)}.");

    /// <summary>The penalty before its weight, shape [1].</summary>
    /// <param name="critic">D from images [N, ...] to N logits.</param>
    /// <param name="real">Real images [N, ...].</param>
    /// <param name="fake">Generated images of the same shape.</param>
    /// <param name="uniform">Makes numbers uniform in [0, 1) of a shape.</param>
    public Tensor Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake, Func<Shape, Tensor> uniform)
    {
        ArgumentNullException.ThrowIfNull(critic);
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(uniform);
        return Name switch
        {
            "r1" => HalfSquare(critic, real),
            "r2" => HalfSquare(critic, fake),
            "r1+r2" => HalfSquare(critic, real) + HalfSquare(critic, fake),
            "wgan-gp" => (Norms(critic, Between(real, fake, uniform)) - 1).Square().Mean(),
            "wgan-lp" => (Norms(critic, Between(real, fake, uniform)) - 1).LeakyRelu(0).Square().Mean(),
            "dragan" => (Norms(critic, Around(real, uniform)) - 1).Square().Mean(),
            _ => throw new InvalidOperationException($"The penalty {Name} has no formula."),
        };
    }

    private static Tensor HalfSquare(Func<Tensor, Tensor> critic, Tensor at) => Squares(critic, at).Mean() * 0.5f;

    private static Tensor Norms(Func<Tensor, Tensor> critic, Tensor at) => (Squares(critic, at) + Tiny).Sqrt();

    /// <summary>|gradient|^2 of each image, [N, 1]. Images do not know each other in D, so the gradient of the sum holds that of each.</summary>
    private static Tensor Squares(Func<Tensor, Tensor> critic, Tensor at) =>
        Flat(Differentiation.Gradients(critic(at).Sum(), [at])[0]).Square().SumColumns();

    /// <summary>A point between each real and its fake (Gulrajani et al. 2017, algorithm 1).</summary>
    private static Tensor Between(Tensor real, Tensor fake, Func<Shape, Tensor> uniform)
    {
        var share = uniform(Shape.Of(real.Shape[0], 1));
        var (x, y) = (Flat(real), Flat(fake));
        return (y + (x - y) * share).Reshape(real.Shape.ToArray());
    }

    /// <summary>A point near each real: half a standard deviation of the batch times a uniform number (Kodali et al. 2017).</summary>
    private static Tensor Around(Tensor real, Func<Shape, Tensor> uniform)
    {
        var deviation = (real - real.Mean()).Square().Mean().Sqrt();
        return real + uniform(real.Shape) * (deviation * 0.5f);
    }

    private static Tensor Flat(Tensor x) => x.Reshape(x.Shape[0], x.Shape.Size / x.Shape[0]);
}
