using IlgpuGan.Graphs;

namespace IlgpuGan.Augmentation;

/// <summary>
/// Random changes of all images before D sees them, reals and fakes alike, so that few images last longer. Gradients flow through them to G, and to
/// the unchanged images whose gradients are penalised.
/// </summary>
public interface IAugmentation
{
    /// <summary>The name that options give it; a run that goes on knows its augmentation by it.</summary>
    string Name { get; }

    /// <summary>What a resumed run needs, besides the counters; zeros at first.</summary>
    IReadOnlyList<Variable> State => [];

    /// <summary>The images [N, H, W, C] changed, each on its own; C is 1 grey, 2 grey and alpha, 3 RGB or 4 RGB and alpha, and colours do not touch alpha.</summary>
    /// <param name="images">Colours from -1 to 1; they may leave that range.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="stream">Below 2^30. Tells apart the uses in one run: reals, fakes for D and fakes for G have one each.</param>
    /// <param name="counter">Numbers the uses of one stream: every draw is a function of seed, stream and counter.</param>
    /// <exception cref="ArgumentException">These are no images.</exception>
    Tensor Apply(Tensor images, ulong seed, int stream, Counter counter);

    /// <summary>Learns from D's logits on reals; to be called once in D's update, after what is to be changed with the present strength.</summary>
    void Update(Tensor realLogits)
    {
    }

    /// <summary>The probability of each change at this place of a graph, shape [1]; null where there is none.</summary>
    Tensor? Probability(Graph graph) => null;
}
