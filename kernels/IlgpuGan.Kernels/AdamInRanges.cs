using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>
/// <see cref="Adam"/> on a processor that is programmed through OpenCL: a work-item updates a range, for which it computes the corrections of
/// the bias once.
/// </summary>
public readonly struct AdamInRanges : IDeviceKernel<AdamParameters>
{
    private const int Range = 4096, Chunk = 64;

    /// <inheritdoc/>
    public static GridSize Grid(in AdamParameters p) => new((p.Count + Range - 1) / Range, 1);

    /// <inheritdoc/>
    public static void Thread(AdamParameters p)
    {
        // Results go to private memory first: five arrays that may overlap are more than compilers test for before they vectorise.
        var first = LocalMemory.Allocate<float>(Chunk);
        var second = LocalMemory.Allocate<float>(Chunk);
        var values = LocalMemory.Allocate<float>(Chunk);
        var average = LocalMemory.Allocate<float>(Chunk);
        float t = p.Counters[p.CounterIndex] + 1;
        float rate = p.LearningRate / Adam.Correction(t * p.LogBeta1);
        float scale = 1f / Adam.Correction(t * p.LogBeta2);
        int start = ILGPU.Grid.IdxX * Range;
        int end = start + Range < p.Count ? start + Range : p.Count;
        for (int at = start; at < end; at += Chunk)
        {
            int count = end - at < Chunk ? end - at : Chunk;
            for (int i = 0; i < count; i++)
            {
                float g = p.Gradients[at + i];
                float m = p.Beta1 * p.FirstMoment[at + i] + p.OneMinusBeta1 * g;
                float v = p.Beta2 * p.SecondMoment[at + i] + p.OneMinusBeta2 * g * g;
                float value = p.Values[at + i] - rate * m / (MathF.Sqrt(v * scale) + p.Epsilon);
                float e = p.Average[at + i];
                first[i] = m;
                second[i] = v;
                values[i] = value;
                average[i] = e + p.AverageRate * (value - e);
            }
            Store(p.FirstMoment, at, first, count);
            Store(p.SecondMoment, at, second, count);
            Store(p.Values, at, values, count);
            Store(p.Average, at, average, count);
        }
    }

    private static void Store(ArrayView<float> target, int at, ArrayView<float> chunk, int count)
    {
        for (int i = 0; i < count; i++)
            target[at + i] = chunk[i];
    }
}
