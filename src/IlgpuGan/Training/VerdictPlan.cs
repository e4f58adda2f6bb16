using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;

namespace IlgpuGan.Training;

/// <summary>What D says of images or points, in a plan that writes to no variable of the training.</summary>
internal sealed class VerdictPlan : IDisposable
{
    // No more activations at a time than 32 images of 128 x 128 in colour have, or so many points.
    private const int MostFloats = 1 << 20, MostRows = 2048;

    private readonly VariableStore variables;
    private readonly Variable judged;
    private readonly Tensor logits;
    private readonly Plan plan;
    private readonly int batch, size;

    public VerdictPlan(VariableStore variables, Network discriminator)
    {
        this.variables = variables;
        size = discriminator.Input.Size;
        batch = Math.Min(Math.Clamp(MostFloats / size, 1, MostRows), discriminator.MostBatch);
        judged = new("judged", batch * size);
        var graph = new Graph();
        logits = discriminator.Apply(graph.Read(judged, 0, Shape.Of([batch, .. discriminator.Input.ToArray()])), discriminator.Look(graph));
        plan = Plan.Compile(variables, graph, logits);
    }

    /// <summary>Logits of rows as D takes them; one that normalises over a batch sees as many at a time as there is room for.</summary>
    public float[] Run(ReadOnlySpan<float> rows)
    {
        var found = new float[rows.Length / size];
        var (taken, told) = (new float[batch * size], new float[batch]);
        for (int first = 0; first < found.Length; first += batch)
        {
            int count = Math.Min(batch, found.Length - first);
            rows.Slice(first * size, count * size).CopyTo(taken);
            variables.Upload(judged, taken);
            plan.Run();
            plan.Fetch(logits, told);
            told.AsSpan(0, count).CopyTo(found.AsSpan(first));
        }
        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => plan.Dispose();
}
