using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>A set in a tree of files. What kind it is of is known when the tree is opened; until then its identity is enough.</summary>
internal sealed class TreeSource(FileTree tree, TreeFile? named = null) : ImageSource
{
    private readonly List<string> remarks = [];
    private TreeContent? content;

    /// <summary>The tree.</summary>
    public FileTree Tree => tree;

    /// <summary>Whether one file of it was named.</summary>
    public bool IsFile => named is not null;

    /// <summary>The set in the tree; known after <see cref="Prepare(IProgress{Work}, CancellationToken)"/>.</summary>
    public ImageSource Content => content?.Source ?? throw new InvalidOperationException("The tree is not opened.");

    public override string Name => content?.Source.Name ?? named?.Name ?? tree.Name;

    public override string ReadFrom => Content.ReadFrom;

    public override string Identity => $"{named?.Path}\n{tree.Identity}";

    public override int Count => Content.Count;

    public override int DefaultChannels => Content.DefaultChannels;

    public override int MostAtOnce => Content.MostAtOnce;

    public override void Prepare(IProgress<Work>? progress, CancellationToken cancellation)
    {
        tree.Prepare(cancellation);
        content = TreeContent.Find(tree, named, remarks, cancellation);
        Content.Prepare(progress, cancellation);
    }

    public override void Fetch(int first, int count) => Content.Fetch(first, count);

    public override void Probe(CancellationToken cancellation)
    {
        if (tree is TarTree)
        {
            return;
        }

        tree.Prepare(cancellation);
        if (!tree.Files.Any(file => FileKinds.IsTar(file.Name)))
        {
            content = TreeContent.Find(tree, named, remarks, cancellation);
        }
    }

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation) =>
        Content.Measure(asked, progress, cancellation);

    public override ImageSize SizeOfSmall(ImageSize typical) => Content.SizeOfSmall(typical);

    public override OriginalImage? Original(int index) => Content.Original(index);

    public override bool HasColour(int index, ImageSize size, ImageFit fit) => Content.HasColour(index, size, fit);

    public override string ItemName(int index) => Content.ItemName(index);

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination) => Content.Read(index, shape, fit, destination);

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        warnings.AddRange(tree.Remarks);
        warnings.AddRange(remarks);
        return Content.Labels(kept, warnings);
    }

    public override void Dispose()
    {
        content?.Dispose();
        tree.Dispose();
        base.Dispose();
    }
}
