using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Distances;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Training;

/// <summary>Makes a <see cref="Checkup"/>: G and D as they are trained, on fixed latents and reals, in a plan that writes to no variable of the training.</summary>
internal sealed class CheckupPlan : IDisposable
{
    // Spread and coverage need tens of images, and hundreds of points for as many modes as there are in the plane.
    private const int Images = 64, FewestImages = 16, Points = 512;

    // Larger images are fewer: 64 of 128 x 128 in colour.
    private const int MostFloats = 1 << 22;

    // Memory GANs come of few images; distances to more of these would take longer than the steps between two reports.
    private const int MostCompared = 2048, Compared = 8;

    // 4 MiB of images at a time, as a training may have taken all but a little of the memory.
    private const int ComparedFloats = 1 << 20;

    // Third neighbours, as the measures' papers have them, for images. Of 512 points the fifth is 0.6 standard deviations of a mode away on the ring
    // and 1.1 on the grid: eight times that holds the mode, also where the fakes lie beside its centre, and no other mode.
    private const int NearImage = 3, NearPoint = 5;
    private const double PointFactor = 8;

    private const ulong Seed = 0x636865636b7570;

    private readonly VariableStore variables;
    private readonly Network generator, discriminator;
    private readonly TrainingData data;
    private readonly Variable latents, reals;
    private readonly Variable? conditions;
    private readonly Tensor fakes, features;
    private readonly Plan plan;
    private readonly int batch, count, size;
    private readonly int[]? labelValues;
    private RowComparison? overlapping, nearest;
    private double? realNearness;

    public CheckupPlan(VariableStore variables, Network generator, Network discriminator, TrainingData data, int batch)
    {
        (this.variables, this.generator, this.discriminator, this.data) = (variables, generator, discriminator, data);
        size = discriminator.Input.Size;
        int wanted = data.Images is null ? Points : Math.Clamp(MostFloats / size, FewestImages, Images);
        // No more activations at a time than a step has.
        this.batch = Math.Min(data.Images is null ? wanted : Math.Min(wanted, batch), Math.Min(generator.MostBatch, discriminator.MostBatch / 2));
        count = wanted / this.batch * this.batch;
        latents = new("checkup.latents", this.batch * generator.Input.Size);
        reals = new("checkup.reals", this.batch * size);
        if (data.Labels is { } labels)
        {
            conditions = new("checkup.conditions", 2 * this.batch * labels.Width);
            labelValues = labels.ValuesOf(data.Images!);
        }
        var graph = new Graph();
        Tensor? Conditions(int rows) => conditions is null ? null : graph.Read(conditions, 0, Shape.Of(rows, data.Labels!.Width));
        var latent = graph.Read(latents, 0, Shape.Of([this.batch, .. generator.Input.ToArray()]));
        fakes = generator.Apply(latent, generator.Look(graph), Conditions(this.batch));
        // Both in one batch, so that batch normalisation does not make their spreads equal.
        var both = graph.Concatenate(graph.Read(reals, 0, Shape.Of(1, this.batch * size)), fakes.Reshape(1, this.batch * size))
            .Reshape([2 * this.batch, .. discriminator.Input.ToArray()]);
        features = discriminator.Features(both, discriminator.Look(graph), Conditions(2 * this.batch));
        plan = Plan.Compile(variables, graph, fakes, features);
    }

    /// <summary>What it runs.</summary>
    public Plan Plan => plan;

    /// <summary>Looks at the networks as they are.</summary>
    public Checkup Run()
    {
        int width = features.Shape.Size / (2 * batch);
        var real = new float[count * size];
        var fake = new float[count * size];
        var (realFeatures, fakeFeatures) = (new float[count * width], new float[count * width]);
        for (int first = 0; first < count; first += batch)
        {
            Upload(first, real.AsSpan(first * size, batch * size));
            plan.Run();
            plan.Fetch(fakes, fake.AsSpan(first * size, batch * size));
            var both = plan.Fetch(features).AsSpan();
            both[..(batch * width)].CopyTo(realFeatures.AsSpan(first * width));
            both[(batch * width)..].CopyTo(fakeFeatures.AsSpan(first * width));
        }
        (double? Coverage, double? Fidelity) overlap = data.Images is null
            ? BatchStatistics.Overlap(overlapping ??= Overlapping(variables.Device, count, size, NearPoint), real, fake, NearPoint, PointFactor)
            : OverlapOfImages(Distinct(realFeatures, width), fakeFeatures, width);
        return new()
        {
            DiscriminatorGradientNorms = GradientNorms(),
            PixelSpread = Ratio(BatchStatistics.Spread(fake, size), BatchStatistics.Spread(real, size)),
            FeatureSpread = Ratio(BatchStatistics.Spread(fakeFeatures, width), BatchStatistics.Spread(realFeatures, width)),
            Coverage = overlap.Coverage,
            Fidelity = overlap.Fidelity,
            Nearness = data.Images is { Count: <= MostCompared and > 1 } images ? Nearness(images, fake, real) : null,
        };
    }

    /// <summary>Coverage and fidelity of points in the plane, [N, 2] each.</summary>
    internal static (double Coverage, double Fidelity) Overlap(ComputeDevice device, float[] real, float[] fake)
    {
        using var comparison = Overlapping(device, Math.Max(real.Length, fake.Length) / 2, 2, NearPoint);
        return BatchStatistics.Overlap(comparison, real, fake, NearPoint, PointFactor);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        overlapping?.Dispose();
        nearest?.Dispose();
        plan.Dispose();
    }

    private static RowComparison Overlapping(ComputeDevice device, int count, int width, int neighbour) => new(device, width, count, count, neighbour + 1);

    /// <summary>Of images; null where there are too few for a neighbour to be told from a stranger.</summary>
    private (double? Coverage, double? Fidelity) OverlapOfImages(float[] real, float[] fake, int width) => real.Length / width > NearImage
        ? BatchStatistics.Overlap(overlapping ??= Overlapping(variables.Device, count, width, NearImage), real, fake, NearImage, factor: 1)
        : (null, null);

    /// <summary>Each image once: a set of fewer than are looked at comes round again, and an image is no neighbour of itself.</summary>
    private float[] Distinct(float[] features, int width) =>
        [.. Enumerable.Range(0, count).DistinctBy(Place).SelectMany(i => features[(i * width)..((i + 1) * width)])];

    private static double? Ratio(double value, double reference) => double.IsFinite(value / reference) ? Math.Round(value / reference, 6) : null;

    private Dictionary<string, double> GradientNorms()
    {
        var parameters = discriminator.Parameters;
        var gradients = variables.Download(parameters.Gradients);
        var norms = new Dictionary<string, double>();
        // Shifts and scales have gradients of another size; the layers are told by their weights.
        foreach (var parameter in parameters.Parameters.Where(parameter => parameter.Shape.Rank > 1))
        {
            double sum = 0;
            foreach (float value in gradients.AsSpan(parameter.Offset, parameter.Shape.Size))
            {
                sum += (double)value * value;
            }
            if (double.IsFinite(sum))
            {
                norms[parameter.Name.Replace(".weight", "", StringComparison.Ordinal)] = Math.Sqrt(sum);
            }
        }
        return norms;
    }

    private void Upload(int first, Span<float> real)
    {
        var latent = new float[latents.Size];
        int length = generator.Input.Size;
        for (int i = 0; i < batch; i++)
        {
            Initialization.Normal(latent.AsSpan(i * length, length), Seed, first + i);
            Read(Place(first + i), real.Slice(i * size, size));
        }
        variables.Upload(latents, latent);
        variables.Upload(reals, real);
        if (conditions is null)
        {
            return;
        }
        int columns = data.Labels!.Columns.Count;
        float[] rows = data.Labels.OneHotRows([.. Enumerable.Range(first, batch).SelectMany(i => labelValues.AsSpan(Place(i) * columns, columns).ToArray())]);
        // Fakes are asked for with the labels that the reals have, as in training.
        variables.Upload(conditions, [.. rows, .. rows]);
    }

    // Evenly from the whole set, as many sets are sorted.
    private int Place(int i) => (int)((long)i * (data.Images?.Count ?? data.Points!.Count) / count);

    private void Read(int place, Span<float> real)
    {
        if (data.Images is not { } images)
        {
            data.Points!.Points.AsSpan(place * size, size).CopyTo(real);
            return;
        }
        ImageBytes.ToValues(images.Image(place), real);
    }

    /// <summary>Median distance of the first few fakes to the nearest image of the data, of the reals' own, which do not count themselves.</summary>
    private double? Nearness(ImageSet images, float[] fake, float[] real)
    {
        int queries = Math.Min(Compared, count), block = Math.Clamp(ComparedFloats / size, 1, images.Count);
        var comparison = nearest ??= new(variables.Device, size, 2 * queries, block, kept: 2);
        // The reals stay what they are: they are looked for once, on the fakes' first way through the data.
        float[] rows = realNearness is null ? [.. fake.AsSpan(0, queries * size), .. real.AsSpan(0, queries * size)] : fake[..(queries * size)];
        var found = new NearestRows(rows.Length / size, 1, realNearness is null ? [.. Enumerable.Repeat(-1, queries), .. Enumerable.Range(0, queries).Select(Place)] : null);
        float[] targets = [];
        for (int first = 0; first < images.Count; first += block)
        {
            int taken = Math.Min(block, images.Count - first);
            if (targets.Length != taken * size)
            {
                targets = new float[taken * size];
            }
            for (int i = 0; i < taken; i++)
            {
                Read(first + i, targets.AsSpan(i * size, size));
            }
            comparison.Search(rows, targets, first, found);
        }
        var squares = found.Squares();
        return Ratio(Median(squares[..queries]), realNearness ??= Median(squares[queries..]));

        static double Median(double[] squares) => Math.Sqrt(squares.Order().ElementAt(squares.Length / 2));
    }
}
