using IlgpuGan.Data.Pairs;
using IlgpuGan.Kernels;

namespace IlgpuGan.Sampling;

/// <summary>
/// Images of one side of pairs as their bytes lie in a set, and as networks see them: channels in [-1, 1], or of a map of classes a plane for each class, 1 where it is and 0
/// elsewhere (Wang et al. 2018, pix2pixHD).
/// </summary>
internal static class SidePlanes
{
    /// <summary>One row of pixels.</summary>
    /// <param name="side">The kind of images.</param>
    /// <param name="bytes">[pixels, side.Channels].</param>
    /// <param name="planes">Filled with [pixels, side.Planes].</param>
    public static void Fill(PairSide side, ReadOnlySpan<byte> bytes, Span<float> planes)
    {
        if (side.Classes is null)
        {
            ImageBytes.ToValues(bytes, planes);
            return;
        }
        planes.Clear();
        for (int i = 0; i < bytes.Length; i++)
        {
            planes[i * side.Planes + bytes[i]] = 1;
        }
    }

    /// <summary>What was drawn, as bytes: of a map the place of the class whose plane is highest.</summary>
    /// <param name="side">The kind of images.</param>
    /// <param name="planes">[pixels, side.Planes].</param>
    /// <param name="bytes">Filled with [pixels, side.Channels].</param>
    public static void ToBytes(PairSide side, ReadOnlySpan<float> planes, Span<byte> bytes)
    {
        if (side.Classes is not { } classes)
        {
            for (int i = 0; i < planes.Length; i++)
            {
                bytes[i] = Shade.ToByte(planes[i]);
            }
            return;
        }
        for (int i = 0; i < bytes.Length; i++)
        {
            var pixel = planes.Slice(i * classes.Count, classes.Count);
            int highest = 0;
            for (int place = 1; place < pixel.Length; place++)
            {
                highest = pixel[place] > pixel[highest] ? place : highest;
            }
            bytes[i] = (byte)highest;
        }
    }
}
