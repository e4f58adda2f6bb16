using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Images that a file holds as bare bytes, grey or RGB, all of one size.</summary>
internal abstract class RawImageSource : ImageSource
{
    /// <summary>Bytes [Count, Height, Width, Channels].</summary>
    protected abstract PixelStore Pixels { get; }

    /// <summary>Shape of an image in the file; 1 or 3 channels.</summary>
    protected abstract ImageShape Stored { get; }

    public override int DefaultChannels => Stored.Channels;

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation) =>
        [new ImageSize(Stored.Height, Stored.Width)];

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        ReadOnlySpan<byte> stored = Pixels.Slice((long)index * Stored.Bytes, Stored.Bytes);
        if (shape == Stored)
        {
            stored.CopyTo(destination);
            return;
        }

        PlainImage.Scale(stored, Stored, shape, fit, destination);
    }

    public override void Dispose()
    {
        Pixels.Dispose();
        base.Dispose();
    }
}
