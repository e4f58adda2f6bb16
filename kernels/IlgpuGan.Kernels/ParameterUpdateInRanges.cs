using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>
/// <see cref="ParameterUpdate{TRule}"/> on a processor that is programmed through OpenCL: a work-item updates a range, for which it
/// computes the factors once.
/// </summary>
public readonly struct ParameterUpdateInRanges<TRule> : IDeviceKernel<UpdateParameters>
    where TRule : struct, IUpdateRule
{
    private const int Range = 4096, Chunk = 64;

    /// <inheritdoc/>
    public static GridSize Grid(in UpdateParameters p) => new((p.Count + Range - 1) / Range, 1);

    /// <inheritdoc/>
    public static void Thread(UpdateParameters p)
    {
        // Results go to private memory first: arrays that may overlap are more than compilers test for before they vectorise.
        var first = LocalMemory.Allocate<float>(Chunk);
        var second = LocalMemory.Allocate<float>(Chunk);
        var values = LocalMemory.Allocate<float>(Chunk);
        var average = LocalMemory.Allocate<float>(Chunk);
        var f = UpdateFactors<Lane>.Of(p);
        int start = ILGPU.Grid.IdxX * Range;
        int end = start + Range < p.Count ? start + Range : p.Count;
        for (int at = start; at < end; at += Chunk)
        {
            int count = end - at < Chunk ? end - at : Chunk;
            for (int i = 0; i < count; i++)
            {
                var next = ParameterUpdate<TRule>.Next(p, f, at + i);
                first[i] = next.First.Value;
                second[i] = next.Second.Value;
                values[i] = next.Value.Value;
                average[i] = ParameterUpdate<TRule>.NextAverage(p, f, at + i, next);
            }
            if (TRule.HasFirst)
            {
                Store(p.FirstMoment, at, first, count);
            }
            if (TRule.HasSecond)
            {
                Store(p.SecondMoment, at, second, count);
            }
            Store(p.Values, at, values, count);
            Store(p.Average, at, average, count);
        }
    }

    private static void Store(ArrayView<float> target, int at, ArrayView<float> chunk, int count)
    {
        for (int i = 0; i < count; i++)
        {
            target[at + i] = chunk[i];
        }
    }
}
