using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;

namespace IlgpuGan.Training;

/// <summary>
/// Draws from the averaged generator. The average has weights but no moments of its own for batch normalisation: they are measured
/// over a few batches of fixed latents before the first image after a change, so that each image depends on its latent alone.
/// </summary>
internal sealed class Sampler : IDisposable
{
    private const int Batch = 64, MeasuredBatches = 4;
    private const ulong MeasuringSeed = 0x6d6f6d656e7473;

    private readonly VariableStore variables;
    private readonly Network generator;
    private readonly LabelChoice? labels;
    private readonly Variable latents;
    private readonly Variable? conditions;
    private readonly Tensor images;
    private readonly Plan? measure;
    private readonly Plan sample;
    private bool isMeasured;

    public Sampler(VariableStore variables, Network generator, LabelChoice? labels = null)
    {
        (this.variables, this.generator, this.labels) = (variables, generator, labels);
        conditions = labels is null ? null : new("conditions", Batch * labels.Width);
        latents = new("latents", Batch * generator.Input.Size);
        if (generator.MomentsSize > 0)
        {
            var measuring = new Graph();
            Apply(measuring, MomentSource.Measure);
            measure = Plan.Compile(variables, measuring);
        }
        var sampling = new Graph();
        images = Apply(sampling, MomentSource.Measured);
        sample = Plan.Compile(variables, sampling, images);
    }

    /// <summary>Bytes of device memory for activations.</summary>
    public long Bytes => sample.ArenaBytes + (measure?.ArenaBytes ?? 0);

    /// <summary>What it runs.</summary>
    public IEnumerable<Plan> Plans => measure is null ? [sample] : [measure, sample];

    /// <summary>The weights have changed.</summary>
    public void Invalidate() => isMeasured = false;

    /// <summary>Outputs for latents <paramref name="first"/> ... of a seed, [count, ...], with the labels asked for, or with the data's frequencies.</summary>
    public float[] Draw(ulong seed, int first, int count, IReadOnlyList<int?>? asked)
    {
        Measure();
        int size = generator.Output.Size;
        var result = new float[count * size];
        for (int done = 0; done < count; done += Batch)
        {
            Upload(seed, first + done, asked);
            sample.Run();
            int taken = Math.Min(Batch, count - done);
            sample.Fetch(images).AsSpan(0, taken * size).CopyTo(result.AsSpan(done * size));
        }
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        measure?.Dispose();
        sample.Dispose();
    }

    private void Measure()
    {
        if (isMeasured)
            return;
        for (int i = 0; measure is not null && i < MeasuredBatches; i++)
        {
            variables.Upload(generator.Blend, [i / (i + 1f), 1 / (i + 1f)]);
            Upload(MeasuringSeed, i * Batch, null);
            measure.Run();
        }
        isMeasured = true;
    }

    private Tensor Apply(Graph graph, MomentSource source) =>
        generator.Apply(graph.Read(latents, 0, Shape.Of([Batch, .. generator.Input.ToArray()])), generator.Parameters.Average, source,
            conditions is null ? null : graph.Read(conditions, 0, Shape.Of(Batch, labels!.Width)));

    // Each latent is a stream of its own.
    private void Upload(ulong seed, int first, IReadOnlyList<int?>? asked)
    {
        int size = generator.Input.Size;
        var host = new float[latents.Size];
        for (int i = 0; i < Batch; i++)
            Initialization.Normal(host.AsSpan(i * size, size), seed, first + i);
        variables.Upload(latents, host);
        if (conditions is not null)
            variables.Upload(conditions, labels!.OneHotRows(asked ?? new int?[labels.Columns.Count], seed, first, Batch));
    }
}
