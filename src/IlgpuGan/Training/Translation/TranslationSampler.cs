using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Sampling;

namespace IlgpuGan.Training;

/// <summary>Translates images of the size that is trained at by the averaged generator.</summary>
internal sealed class TranslationSampler : IDisposable
{
    // Moments that batch normalisation takes of the images at hand (Isola et al. 2017, section 3.4) are those of one image, so that none depends on its neighbours.
    private const int MostAtOnce = 8;

    // 4 MiB of planes.
    private const int MostFloats = 1 << 20;

    private readonly VariableStore variables;
    private readonly Network generator;
    private readonly PairSide input, target;
    private readonly Variable images;
    private readonly Variable? labels;
    private readonly Tensor output;
    private readonly int batch;

    /// <param name="variables">Holds the weights.</param>
    /// <param name="generator">The network.</param>
    /// <param name="input">What is translated.</param>
    /// <param name="target">What it is translated into.</param>
    /// <param name="isBatchNormalised">Whether images of a batch depend on one another.</param>
    /// <param name="labelWidth">Length of a row of labels; 0 for none.</param>
    public TranslationSampler(VariableStore variables, Network generator, PairSide input, PairSide target, bool isBatchNormalised, int labelWidth = 0)
    {
        (this.variables, this.generator, this.input, this.target) = (variables, generator, input, target);
        batch = isBatchNormalised ? 1 : Math.Clamp(MostFloats / generator.Input.Size, 1, MostAtOnce);
        images = new("translated.images", batch * generator.Input.Size);
        labels = labelWidth > 0 ? new("translated.labels", batch * labelWidth) : null;
        var graph = new Graph();
        output = generator.Apply(graph.Read(images, 0, Shape.Of([batch, .. generator.Input.ToArray()])), generator.Parameters.Average, MomentSource.Batch,
            labels is null ? null : graph.Read(labels, 0, Shape.Of(batch, labelWidth)));
        Plan = Plan.Compile(variables, graph, output);
    }

    /// <summary>What it runs.</summary>
    public Plan Plan { get; }

    /// <summary>Translates images.</summary>
    /// <param name="pixels">Bytes [count, H, W, input.Channels].</param>
    /// <param name="rows">One-hot rows of what is asked for, [count, labels]; empty without.</param>
    /// <returns>Bytes [count, H, W, target.Channels].</returns>
    public byte[] Translate(ReadOnlySpan<byte> pixels, ReadOnlySpan<float> rows = default)
    {
        int area = generator.Input[0] * generator.Input[1], from = area * input.Channels, to = area * target.Channels, count = pixels.Length / from, width = labels is null ? 0 : labels.Size / batch;
        var translated = new byte[count * to];
        var (planes, drawn) = (new float[images.Size], new float[output.Shape.Size]);
        for (int first = 0; first < count; first += batch)
        {
            int taken = Math.Min(batch, count - first);
            ImagePlanes.Fill(pixels.Slice(first * from, taken * from), input, planes);
            variables.Upload(images, planes);
            if (labels is not null)
            {
                var asked = new float[labels.Size];
                rows.Slice(first * width, taken * width).CopyTo(asked);
                variables.Upload(labels, asked);
            }
            Plan.Run();
            Plan.Fetch(output, drawn);
            ImagePlanes.Read(drawn.AsSpan(0, taken * generator.Output.Size), target, translated.AsSpan(first * to, taken * to));
        }
        return translated;
    }

    /// <inheritdoc/>
    public void Dispose() => Plan.Dispose();
}
