using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="GatherPlaces"/> and <see cref="GatherPlacesTranspose"/>.</summary>
public struct PlacesParameters
{
    /// <summary>What is made: [N, Taken, C], of the transpose [N, Places, C].</summary>
    public ArrayView<float> Output;

    /// <summary>What it is made of: [N, Places, C], of the transpose [N, Taken, C].</summary>
    public ArrayView<float> Input;

    /// <summary>Two numbers from 0 to below 1, multiples of 2^-24, of which the choice of places is a pure function.</summary>
    public ArrayView<float> Key;

    /// <summary>N.</summary>
    public int Images;

    /// <summary>Places of an image.</summary>
    public int Places;

    /// <summary>How many of them are taken, the same of every image and none twice.</summary>
    public int Taken;

    /// <summary>C.</summary>
    public int Channels;

    /// <summary>The place that a slot takes.</summary>
    internal readonly int Place(int slot) => EpochShuffle.Pick(slot, Places, Word(0), Word(1));

    /// <summary>The slot that takes a place; from <see cref="Taken"/> on where none does.</summary>
    internal readonly int Slot(int place) => EpochShuffle.PlaceOf(place, Places, Word(0), Word(1));

    // By way of an int: many devices lack what takes a float to an unsigned number.
    private readonly uint Word(int index) => (uint)(int)(Key[index] * 16777216f);
}

/// <summary>output[n, slot] = input[n, the place of that slot]: some places of images, drawn at random by a key.</summary>
public readonly struct GatherPlaces : IKernel<PlacesParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in PlacesParameters p) => GridSize.For(p.Images * p.Taken * p.Channels);

    /// <inheritdoc/>
    public static void Thread(PlacesParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Images * p.Taken * p.Channels)
        {
            int pixel = i / p.Channels;
            int image = pixel / p.Taken;
            p.Output[i] = p.Input[(image * p.Places + p.Place(pixel - image * p.Taken)) * p.Channels + i - pixel * p.Channels];
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in PlacesParameters p, in Crew crew)
    {
        float* output = p.Output.Pointer();
        float* input = p.Input.Pointer();
        while (crew.Take(p.Taken, 16, out int first, out int last))
        {
            for (int slot = first; slot < last; slot++)
            {
                int place = p.Place(slot);
                for (nint image = 0; image < p.Images; image++)
                {
                    new ReadOnlySpan<float>(input + (image * p.Places + place) * p.Channels, p.Channels)
                        .CopyTo(new Span<float>(output + (image * p.Taken + slot) * p.Channels, p.Channels));
                }
            }
        }
    }
}
