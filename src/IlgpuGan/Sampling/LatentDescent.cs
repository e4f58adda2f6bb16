using IlgpuGan.Distances;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Runs;

namespace IlgpuGan.Sampling;

/// <summary>
/// Inversion of a generator by descent (Zhu et al. 2016, section 3.1; Lipton and Tripathi 2017), all starts in one batch, one plan replayed:
/// L(z) = mean over levels l of mean over pixels of (P_l G(z) - P_l x)^2 + (sigma^2 / D) |z|^2.
/// </summary>
/// <remarks>
/// P_l averages squares of 2^l x 2^l pixels: far from the image the coarse levels still say where to go when no detail lies over its counterpart.
/// The last term makes L, but for a constant factor, the negative logarithm of the posterior of z ~ N(0, 1) given an image of D numbers with noise
/// of deviation sigma: it keeps z where the generator has learnt to draw, and is too weak to blur an image that it can draw exactly.
/// Steps are Adam's, from a rate of 0.1 down half a cosine wave to nought.
/// </remarks>
internal sealed class LatentDescent : ILatentDescent, IDisposable
{
    // About twelve shades of 256.
    private const float Noise = 0.1f;
    private const float Rate = 0.1f, Beta1 = 0.9f, Beta2 = 0.999f;
    private const int LeastSide = 4;

    private readonly VariableStore variables;
    private readonly LabelChoice? labels;
    private readonly ParameterSet places = new("descent");
    private readonly Variable target, progress = new("descent.step", 1);
    private readonly Variable? conditions;
    private readonly Counter steps = new("descent.steps");
    private readonly Tensor losses;
    private readonly Plan plan;

    /// <summary>Compiles the plan.</summary>
    /// <param name="variables">Memory, with the weights and moments of the generator.</param>
    /// <param name="generator">What is inverted.</param>
    /// <param name="labels">The labels that it is conditioned on; null for none.</param>
    /// <param name="starts">Number of starts.</param>
    public LatentDescent(VariableStore variables, Network generator, LabelChoice? labels, int starts)
    {
        (this.variables, this.labels, Starts) = (variables, labels, starts);
        int size = generator.Output.Size;
        target = new("descent.target", size);
        conditions = labels is null ? null : new("descent.conditions", starts * labels.Width);
        var place = places.Add("latents", Shape.Of([starts, .. generator.Input.ToArray()]), 0, 1);
        var graph = new Graph();
        var latents = graph.Read(place);
        var image = generator.Apply(latents, generator.Parameters.Average, MomentSource.Measured,
            conditions is null ? null : graph.Read(conditions, 0, Shape.Of(starts, labels!.Width)));
        var difference = (image.Reshape(starts, size) - graph.Read(target, 0, Shape.Of(size))).Reshape(image.Shape.ToArray());
        var length = latents.Reshape(starts, latents.Shape.Size / starts).Square().SumColumns();
        losses = Pyramid(difference) + length * (Noise * Noise / size);
        var gradients = Differentiation.Gradients(losses.Sum(), places);
        graph.EndSegment();
        var share = graph.Value(steps) * graph.Read(progress, 0, Shape.Scalar);
        graph.Update(places, gradients, new Optimizer(UpdateRule.Adam) { LearningRate = Schedule.Cosine(Rate, 0, 1).At(graph, share), Beta1 = Beta1, Beta2 = Beta2 }, steps);
        graph.Advance(steps);
        plan = Plan.Compile(variables, graph, losses);
    }

    /// <inheritdoc/>
    public int Starts { get; }

    /// <inheritdoc/>
    public int[] Nearest(float[] target, float[] images)
    {
        using var comparison = new RowComparison(variables.Device, target.Length, 1, images.Length / target.Length, Starts);
        var found = new NearestRows(1, Starts);
        comparison.Search(target, images, 0, found);
        return [.. Enumerable.Range(0, Starts).Select(rank => found.Index(0, rank))];
    }

    /// <inheritdoc/>
    public void Begin(ReadOnlySpan<float> target, ReadOnlySpan<float> latents, ReadOnlySpan<int> labels, int steps)
    {
        variables.Upload(this.target, target);
        variables.Upload(places.Values, latents);
        variables.Upload(places.FirstMoment, new float[places.FirstMoment.Size]);
        variables.Upload(places.SecondMoment, new float[places.SecondMoment.Size]);
        variables.Upload(progress, [1f / steps]);
        variables.Upload(this.steps, 0);
        if (conditions is not null)
        {
            variables.Upload(conditions, this.labels!.OneHotRows(labels));
        }
    }

    /// <inheritdoc/>
    public void RunStep() => plan.Run();

    /// <inheritdoc/>
    public float[] Losses()
    {
        plan.Run(segment: 0);
        return plan.Fetch(losses);
    }

    /// <inheritdoc/>
    public float[] Latents() => variables.Download(places.Values)[..places.Parameters[0].Shape.Size];

    /// <inheritdoc/>
    public void Dispose() => plan.Dispose();

    /// <summary>The mean over levels of the mean square of each image: [N, H, W, C] to [N, 1].</summary>
    private static Tensor Pyramid(Tensor difference)
    {
        var levels = new List<Tensor> { MeanSquare(difference) };
        while (difference.Shape[1] % 2 == 0 && difference.Shape[2] % 2 == 0 && Math.Min(difference.Shape[1], difference.Shape[2]) >= 2 * LeastSide)
        {
            difference = Halve(difference);
            levels.Add(MeanSquare(difference));
        }
        return levels.Aggregate((sum, level) => sum + level) * (1f / levels.Count);
    }

    private static Tensor MeanSquare(Tensor x) => x.Reshape(x.Shape[0], x.Shape.Size / x.Shape[0]).Square().SumColumns() * ((float)x.Shape[0] / x.Shape.Size);

    private static Tensor Halve(Tensor x)
    {
        int channels = x.Shape.Columns;
        var geometry = new ConvolutionGeometry(x.Shape[1], x.Shape[2], channels, channels, 2, 2, 2, 0, channels);
        return x.Graph.Convolution(geometry, x, x.Graph.Literal(geometry.Weights, [.. Enumerable.Repeat(0.25f, geometry.Weights.Size)]));
    }
}
