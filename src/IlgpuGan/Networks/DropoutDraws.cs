using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>What a pass draws from where it drops: numbers are a function of seed, stream, counter and place, so that a step that is made again drops the same.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Stream">Tells apart the passes of one step that are to drop differently, below 2^16: layer n draws from this stream + n 2^16.</param>
/// <param name="Counter">Numbers the steps.</param>
public sealed record DropoutDraws(ulong Seed, int Stream, Counter Counter)
{
    private const int Streams = 1 << 16;

    /// <summary>Numbers uniform in [0, 1) for one of the layers that drop.</summary>
    /// <exception cref="InvalidOperationException">The stream is that of another layer.</exception>
    internal Tensor Uniform(Graph graph, Shape shape, int layer) => Stream is >= 0 and < Streams
        ? graph.RandomUniform(shape, Seed, Stream + layer * Streams, Counter)
        : throw new InvalidOperationException($"Dropout draws from streams from 0 to {Streams - 1}, not from {Stream}.");
}
