using IlgpuGan.Data.Pairs;
using IlgpuGan.Graphs;

namespace IlgpuGan.Sampling;

/// <summary>What networks see of images: colours as they are, and of maps of classes a plane for each class, 1 where a pixel is of it and -1 elsewhere.</summary>
internal static class ImagePlanes
{
    // A byte as GatherImages gives it: from -1 to 1.
    private const float HalfRange = 127.5f;

    /// <summary>Planes [N, H, W, side.Planes] of what is gathered, [N, H, W, side.Channels] in [-1, 1].</summary>
    public static Tensor Of(Tensor gathered, PairSide side)
    {
        if (side.Classes is not { } classes)
        {
            return gathered;
        }
        var graph = gathered.Graph;
        int[] shape = [.. gathered.Shape.ToArray()[..^1], classes.Count];
        // Whole numbers up to 255, as columns beside all classes.
        var number = graph.Broadcast((gathered + 1) * HalfRange, Shape.Of(shape));
        var all = graph.Literal(Shape.Of(classes.Count), [.. Enumerable.Range(0, classes.Count).Select(place => (float)place)]);
        return 1 - ((number - all).Abs() - 0.5f).Step() * 2;
    }

    /// <summary>The same of bytes, [pixels, side.Channels] to [pixels, side.Planes].</summary>
    public static void Fill(ReadOnlySpan<byte> pixels, PairSide side, Span<float> planes)
    {
        if (side.Classes is not { } classes)
        {
            ImageBytes.ToValues(pixels, planes);
            return;
        }
        planes.Fill(-1);
        for (int i = 0; i < pixels.Length; i++)
        {
            planes[i * classes.Count + Math.Min(pixels[i], classes.Count - 1)] = 1;
        }
    }

    /// <summary>Bytes of what a network has drawn, [pixels, side.Planes] to [pixels, side.Channels]: of a map of classes the class whose plane is brightest.</summary>
    public static void Read(ReadOnlySpan<float> planes, PairSide side, Span<byte> pixels)
    {
        if (side.Classes is not { } classes)
        {
            ImageBytes.Of(planes).CopyTo(pixels);
            return;
        }
        for (int i = 0; i < pixels.Length; i++)
        {
            var pixel = planes.Slice(i * classes.Count, classes.Count);
            int brightest = 0;
            for (int place = 1; place < classes.Count; place++)
            {
                brightest = pixel[place] > pixel[brightest] ? place : brightest;
            }
            pixels[i] = (byte)brightest;
        }
    }
}
