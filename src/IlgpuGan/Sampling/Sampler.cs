using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Runs;

namespace IlgpuGan.Sampling;

/// <summary>
/// Draws from the averaged generator. The average has weights but no moments of its own for batch normalisation: they are measured
/// over a few batches of fixed latents before the first image after a change, so that each image depends on its latent alone.
/// </summary>
/// <param name="variables">Holds the weights.</param>
/// <param name="generator">The network.</param>
/// <param name="labels">What it is conditioned on; null for nothing.</param>
/// <param name="batches">Sizes of the batches that images are drawn in, descending; the smallest that holds what is asked for is taken.</param>
internal sealed class Sampler(VariableStore variables, Network generator, LabelChoice? labels, params int[] batches) : IDisposable
{
    private const int MeasuredBatch = 64, MeasuredBatches = 4;
    // Segments of what draws: what follows from the weights alone, and an image.
    private const int Preparing = 0, Drawing = 1;
    private const ulong MeasuringSeed = 0x6d6f6d656e7473;

    // Of images so large that fewer can be counted.
    private readonly int[] batches = [.. batches.Select(batch => Math.Min(batch, generator.MostBatch)).Distinct()];
    private readonly int measured = Math.Min(MeasuredBatch, generator.MostBatch);

    private readonly Variable latents = new("latents", Math.Max(MeasuredBatch, batches[0]) * generator.Input.Size);
    private readonly Variable? conditions = labels is null ? null : new("conditions", Math.Max(MeasuredBatch, batches[0]) * labels.Width);
    private readonly Dictionary<int, (Plan Plan, Tensor Output)> samples = [];
    // Those whose first segment has been run for the weights and moments at hand.
    private readonly HashSet<Plan> prepared = [];
    private Plan? measure;
    private bool isMeasured = generator.MomentsSize == 0;

    /// <summary>Bytes of device memory for activations.</summary>
    public long Bytes => Plans.Sum(plan => plan.ArenaBytes);

    /// <summary>What it runs.</summary>
    public IEnumerable<Plan> Plans => [.. generator.MomentsSize == 0 ? [] : (Plan[])[Measuring], .. batches.Select(batch => PlanOf(batch).Plan)];

    private Plan Measuring => measure ??= Compile(measured, MomentSource.Measure).Plan;

    /// <summary>The moments of batch normalisation, as <see cref="Network.Moments"/> holds them; empty for a network without.</summary>
    public float[] Moments()
    {
        Measure();
        return generator.MomentsSize == 0 ? [] : variables.Download(generator.Moments);
    }

    /// <summary>Takes moments that were measured before.</summary>
    public void TakeMoments(ReadOnlySpan<float> moments)
    {
        variables.Upload(generator.Moments, moments);
        isMeasured = true;
        prepared.Clear();
    }

    /// <summary>The weights have changed.</summary>
    public void Invalidate()
    {
        isMeasured = generator.MomentsSize == 0;
        prepared.Clear();
    }

    /// <summary>Images <c>first ... first + count - 1</c> of a seed, [count, H, W, C], or points [count, 2].</summary>
    public float[] Draw(ulong seed, int first, int count, IReadOnlyList<int?>? asked)
    {
        var images = new float[count * generator.Output.Size];
        Draw(seed, first, asked, double.PositiveInfinity, images);
        return images;
    }

    /// <inheritdoc cref="ISampler.Draw"/>
    public void Draw(ulong seed, int first, IReadOnlyList<int?>? asked, double truncation, Span<float> images)
    {
        int count = images.Length / generator.Output.Size;
        Decode(LatentSpace.Draw(seed, first, count, generator.Input.Size, truncation),
            labels is null ? [] : [.. Enumerable.Range(first, count).SelectMany(image => labels.Draw(asked ?? new int?[labels.Columns.Count], seed, image))],
            images);
    }

    /// <inheritdoc cref="ISampler.Decode"/>
    public void Decode(ReadOnlySpan<float> given, ReadOnlySpan<int> values, Span<float> images)
    {
        Measure();
        int size = generator.Output.Size, length = generator.Input.Size, columns = labels?.Columns.Count ?? 0, count = given.Length / length;
        for (int done = 0; done < count;)
        {
            int left = count - done, batch = BatchFor(left), taken = Math.Min(batch, left);
            Upload(given.Slice(done * length, taken * length), values.Slice(done * columns, taken * columns));
            var (plan, output) = PlanOf(batch);
            if (prepared.Add(plan))
            {
                plan.Run(Preparing);
            }
            plan.Run(Drawing);
            plan.Fetch(output, images.Slice(done * size, taken * size));
            done += taken;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        measure?.Dispose();
        foreach (var (plan, _) in samples.Values)
        {
            plan.Dispose();
        }
    }

    private int BatchFor(int images)
    {
        int smallest = batches[0];
        foreach (int batch in batches)
        {
            smallest = batch >= images ? batch : smallest;
        }
        return smallest;
    }

    private void Measure()
    {
        for (int i = 0; !isMeasured && i < MeasuredBatches; i++)
        {
            variables.Upload(generator.Blend, [i / (i + 1f), 1 / (i + 1f)]);
            Upload(LatentSpace.Draw(MeasuringSeed, i * MeasuredBatch, MeasuredBatch, generator.Input.Size),
                labels is null ? [] : [.. Enumerable.Range(i * MeasuredBatch, MeasuredBatch).SelectMany(image => labels.Draw(new int?[labels.Columns.Count], MeasuringSeed, image))]);
            Measuring.Run();
            prepared.Clear();
        }
        isMeasured = true;
    }

    private (Plan Plan, Tensor Output) PlanOf(int batch)
    {
        if (!samples.TryGetValue(batch, out var sample))
        {
            samples[batch] = sample = Compile(batch, MomentSource.Measured);
        }
        return sample;
    }

    private (Plan Plan, Tensor Output) Compile(int batch, MomentSource source)
    {
        var graph = new Graph();
        if (source == MomentSource.Measured)
        {
            graph.CloseSegment();
        }
        var output = generator.Apply(graph.Read(latents, 0, Shape.Of([batch, .. generator.Input.ToArray()])), generator.Parameters.Average, source,
            conditions is null ? null : graph.Read(conditions, 0, Shape.Of(batch, labels!.Width)));
        if (source == MomentSource.Measure)
        {
            return (Plan.Compile(variables, graph), output);
        }
        graph.CloseSegment(isRepeated: true, conditions is null ? [latents] : [latents, conditions]);
        return (Plan.Compile(variables, graph, output), output);
    }

    private void Upload(ReadOnlySpan<float> given, ReadOnlySpan<int> values)
    {
        variables.Upload(latents, given);
        if (conditions is not null)
        {
            variables.Upload(conditions, labels!.OneHotRows(values));
        }
    }
}
