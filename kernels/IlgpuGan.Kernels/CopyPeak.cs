using System.Numerics;
using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="CopyPeak"/>.</summary>
public struct CopyPeakParameters
{
    /// <summary>[n]</summary>
    public ArrayView<float> Output;

    /// <summary>[n]</summary>
    public ArrayView<float> Source;
}

/// <summary>
/// Moves floats from one array to another as fast as the device can: the limit of every kernel that memory bounds. On a processor
/// it stores past the caches; an ordinary store first reads the line that it writes, and so moves twelve bytes for every eight.
/// </summary>
public readonly struct CopyPeak : IKernel<CopyPeakParameters>
{
    private const int Grain = 64 * 1024;

    /// <inheritdoc/>
    public static GridSize Grid(in CopyPeakParameters p) => GridSize.For((int)p.Output.Length);

    /// <inheritdoc/>
    public static void Thread(CopyPeakParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Output.Length)
        {
            p.Output[i] = p.Source[i];
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Share(in CopyPeakParameters p, in Crew crew)
    {
        while (crew.Take((int)p.Output.Length, Grain, out int first, out int last))
        {
            Copy(p, first, last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Copy(in CopyPeakParameters p, int i, int end)
    {
        float* output = p.Output.Pointer();
        float* source = p.Source.Pointer();
        int whole = Vector<float>.Count;
        // Stores past the caches take whole, aligned vectors only.
        for (; i < end && (nuint)(output + i) % (nuint)(whole * sizeof(float)) != 0; i++)
        {
            output[i] = source[i];
        }
        for (; i + whole <= end; i += whole)
        {
            Vector.StoreAlignedNonTemporal(Vector.Load(source + i), output + i);
        }
        for (; i < end; i++)
        {
            output[i] = source[i];
        }
    }
}
