using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>output[n, place] = input[n, the slot that takes that place], or 0 where none does: a thread looks for its slot, so that nothing is scattered.</summary>
public readonly struct GatherPlacesTranspose : IKernel<PlacesParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in PlacesParameters p) => GridSize.For(p.Images * p.Places * p.Channels);

    /// <inheritdoc/>
    public static void Thread(PlacesParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Images * p.Places * p.Channels)
        {
            int pixel = i / p.Channels;
            int image = pixel / p.Places;
            int slot = p.Slot(pixel - image * p.Places);
            p.Output[i] = slot < p.Taken ? p.Input[(image * p.Taken + slot) * p.Channels + i - pixel * p.Channels] : 0f;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in PlacesParameters p, in Crew crew)
    {
        float* output = p.Output.Pointer();
        float* input = p.Input.Pointer();
        nint size = (nint)p.Places * p.Channels;
        // An image is one worker's, who knows what is taken once it is cleared.
        while (crew.Take(p.Images, 1, out int first, out int last))
        {
            new Span<float>(output + first * size, (int)((last - first) * size)).Clear();
            for (int slot = 0; slot < p.Taken; slot++)
            {
                int place = p.Place(slot);
                for (nint image = first; image < last; image++)
                {
                    new ReadOnlySpan<float>(input + (image * p.Taken + slot) * p.Channels, p.Channels)
                        .CopyTo(new Span<float>(output + image * size + (nint)place * p.Channels, p.Channels));
                }
            }
        }
    }
}
