using IlgpuGan.Objectives;

namespace IlgpuGan.Theory;

/// <summary>Two known distributions at a distance: P plays the data, Q what a generator makes.</summary>
public sealed class DistributionPair
{
    private readonly Func<double, (Distribution P, Distribution Q)> create;

    private DistributionPair(string name, string title, string parameter, double[] distances, Func<double, (Distribution, Distribution)> create)
    {
        (Name, Title, Parameter, Distances) = (name, title, parameter, distances);
        this.create = create;
    }

    /// <summary>The pairs.</summary>
    public static IReadOnlyList<DistributionPair> Table { get; } =
    [
        new("segments", "Two parallel segments of the plane, disjoint unless they coincide", "distance of the segments",
            [0, 0.25, 0.5, 1, 1.5, 2], d => (new Segment(0), new Segment(d))),
        new("shift", "Gaussians on the line of deviation 1", "distance of the means",
            [0, 0.5, 1, 1.5, 2, 3, 4], d => (new GaussianMixture(1, [0]), new GaussianMixture(1, [d]))),
        new("scale", "Gaussians on the line of one mean", "deviation of Q, that of P being 1",
            [1, 1.25, 1.5, 2, 3, 4], d => (new GaussianMixture(1, [0]), new GaussianMixture(d, [0]))),
        new("plane", "Gaussians of the plane of deviation 1", "distance of the means",
            [0, 0.5, 1, 1.5, 2, 3, 4], d => (new GaussianMixture(1, [0, 0]), new GaussianMixture(1, [0.6 * d, 0.8 * d]))),
        new("mixture", "Mixtures of two Gaussians of deviation 0.5, one mode of which moves away", "distance of the modes that differ",
            [0, 0.25, 0.5, 1, 1.5, 2, 3], d => (new GaussianMixture(0.5, [-1], [1]), new GaussianMixture(0.5, [-1], [1 + d]))),
    ];

    /// <summary>Names on the command line.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(pair => pair.Name)];

    /// <summary>Name on the command line.</summary>
    public string Name { get; }

    /// <summary>What the two are, in words.</summary>
    public string Title { get; }

    /// <summary>What their distance is, in words.</summary>
    public string Parameter { get; }

    /// <summary>Distances worth looking at.</summary>
    public IReadOnlyList<double> Distances { get; }

    /// <summary>The least distance that has a meaning; here P and Q are equal.</summary>
    public double Least => Distances[0];

    /// <summary>The pair of a name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static DistributionPair Named(string name) => Table.FirstOrDefault(pair => pair.Name == name)
        ?? throw new ArgumentException($"There is no pair '{name}'; choose one of {string.Join(", ", Names)}.");

    /// <summary>What D's loss of a name estimates, exactly; infinite where it is.</summary>
    /// <param name="loss">A loss whose <see cref="Objective.Divergence"/> is known.</param>
    /// <param name="distance">Their distance.</param>
    /// <exception cref="ArgumentException">D's loss estimates no divergence that is known.</exception>
    public double Exact(string loss, double distance) => Exact(Objective.Named(loss), distance);

    /// <summary>What D's loss estimates, exactly; infinite where it is.</summary>
    /// <param name="objective">An objective whose <see cref="Objective.Divergence"/> is known.</param>
    /// <param name="distance">Their distance.</param>
    /// <exception cref="ArgumentException">D's loss estimates no divergence that is known.</exception>
    public double Exact(Objective objective, double distance)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return (objective, create(distance)) switch
        {
            (Wasserstein, (GaussianMixture p, GaussianMixture q)) => Quadrature.Wasserstein(p, q),
            (Wasserstein, (Segment p, Segment q)) => Math.Abs(p.X - q.X),
            ({ Function: { } f }, (GaussianMixture p, GaussianMixture q)) => Quadrature.Divergence(f, p, q),
            ({ Function: { } f }, (Segment p, Segment q)) => p == q ? f.OfEqual : f.OfDisjoint,
            _ => throw new ArgumentException($"{objective.GetType().Name} estimates no divergence that is known of {Name}."),
        };
    }

    internal (Distribution P, Distribution Q) At(double distance) => create(distance);
}
