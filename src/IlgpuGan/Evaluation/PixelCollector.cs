using System.Security.Cryptography;
using IlgpuGan.Data;
using IlgpuGan.Runs;

namespace IlgpuGan.Evaluation;

/// <summary>Makes an image set of bytes that come one after the other.</summary>
/// <param name="name">Name for people.</param>
/// <param name="shape">Shape of an image.</param>
/// <param name="pixels">Takes the bytes, and goes over to the set.</param>
/// <param name="hash">Takes their hash.</param>
internal sealed class PixelCollector(string name, RunData shape, ChunkedPixels pixels, IncrementalHash hash)
{
    private int count;

    public void Add(ReadOnlySpan<byte> images)
    {
        pixels.Append(images);
        hash.AppendData(images);
        count += images.Length / shape.BytesPerImage;
    }

    public ImageSet Close(IReadOnlyList<LabelColumn>? labels = null) => new(new()
    {
        Labels = labels ?? [],
        Name = name, Count = count, Height = shape.Height, Width = shape.Width, Channels = shape.Channels,
        PixelHash = Convert.ToHexString(hash.GetHashAndReset()),
    }, pixels);
}
