using System.Collections.Concurrent;
using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Pairs;

/// <summary>Files that show A on their left half and B on their right; a thread that reads both halves of one after the other decodes it once.</summary>
internal sealed class HalvedFiles(FileTree tree, IReadOnlyList<TreeFile> files) : IDisposable
{
    // Of larger ones no thread keeps any: 16 MB of RGBA are decoded again in less time than others would wait for the memory.
    private const long KeptPixels = 4_000_000;

    private readonly Lock oneLargeImage = new();
    private readonly ThreadLocal<(int Index, byte[] Pixels, ImageShape Shape, bool IsTransparent)> last = new(() => (-1, [], default, false));

    public FileTree Tree => tree;

    public int Count => files.Count;

    public ImageRemarks Remarks { get; } = new();

    public string Name(int index) => files[index].Path;

    /// <summary>The size of a half.</summary>
    /// <exception cref="ImageDecodeException">The file is bad, or its width is odd.</exception>
    public ImageSize SizeOf(int index)
    {
        ImageHeader header = ImageDecoder.ReadHeader(tree.Read(files[index]));
        return HalfOf(header.Height, header.Width);
    }

    /// <summary>Whether the file's header allows of colours.</summary>
    public bool MayHaveColour(int index) => ImageDecoder.ReadHeader(tree.Read(files[index])).Channels > 2;

    /// <summary>Half of a picture with straight alpha.</summary>
    /// <param name="index">Which file.</param>
    /// <param name="isRight">Which half.</param>
    /// <param name="size">Its size.</param>
    /// <param name="isTransparent">Whether a pixel of the file is transparent.</param>
    /// <returns>[size.Height, size.Width, 4].</returns>
    public byte[] Read(int index, bool isRight, out ImageSize size, out bool isTransparent)
    {
        var (decoded, pixels, shape, anyTransparent) = last.Value;
        if (decoded != index)
        {
            (_, pixels, shape, anyTransparent) = Decode(index);
            if (new ImageSize(shape.Height, shape.Width).Pixels <= KeptPixels)
            {
                last.Value = (index, pixels, shape, anyTransparent);
            }
        }

        (size, isTransparent) = (HalfOf(shape.Height, shape.Width), anyTransparent);
        int row = size.Width * 4;
        byte[] half = new byte[size.Height * row];
        for (int y = 0; y < size.Height; y++)
        {
            pixels.AsSpan((2 * y * row) + (isRight ? row : 0), row).CopyTo(half.AsSpan(y * row));
        }

        return half;
    }

    public void Dispose() => last.Dispose();

    private (int Index, byte[] Pixels, ImageShape Shape, bool IsTransparent) Decode(int index)
    {
        byte[] file = tree.Read(files[index]);
        var (height, width) = ImageDecoder.ReadSize(file);
        HalfOf(height, width);
        var shape = new ImageShape(height, width, 4);
        using Lock.Scope turn = new ImageSize(height, width).Pixels > EncodedImageSource.LargePixels ? oneLargeImage.EnterScope() : default;
        byte[] pixels = new byte[shape.Bytes];
        ImageFacts facts = ImageDecoder.Decode(file, shape, ImageFit.Stretch, pixels);
        Remarks.Add(index, facts);
        return (index, pixels, shape, facts.IsTransparent);
    }

    private static ImageSize HalfOf(int height, int width) => width % 2 == 0 ? new ImageSize(height, width / 2)
        : throw new ImageDecodeException($"is {width} pixels wide, and only an even width has two halves; cut off a column, or write A and B as files of their own");
}

/// <summary>One half of each file.</summary>
internal sealed class HalfSide(HalvedFiles files, bool isRight) : ImageSource
{
    private readonly ConcurrentDictionary<int, OriginalImage> seen = [];

    public override string Name => files.Tree.Name;

    public override string Identity => files.Tree.Identity;

    public override int Count => files.Count;

    public override string ItemName(int index) => files.Name(index);

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation) =>
        PictureSide.Measured(Count, files.SizeOf, progress, cancellation);

    public override ImageSize SizeOfSmall(ImageSize typical) => throw TooSmall(typical);

    public override OriginalImage? Original(int index) => seen.TryGetValue(index, out OriginalImage image) ? image : null;

    public override bool HasColour(int index, ImageSize size, ImageFit fit) => files.MayHaveColour(index) && ReadsInColour(index, size, fit);

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        byte[] half = files.Read(index, isRight, out ImageSize size, out bool isTransparent);
        PlainImage.Scale(half, new ImageShape(size.Height, size.Width, 4), shape, fit, destination);
        seen[index] = new OriginalImage(size, isTransparent);
    }

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        warnings.AddRange(isRight ? [] : files.Remarks.Of(Name, ItemName));
        return [];
    }
}
