namespace IlgpuGan.Data.Files;

/// <summary>Several tars of a folder as one tree, each a folder by its name that labels know nothing of: the shards of WebDataset.</summary>
internal sealed class ShardTree(FolderTree folder, IReadOnlyList<TreeFile> shards) : FileTree
{
    private readonly Dictionary<string, (TarTree Tree, TreeFile File)> inside = new(StringComparer.Ordinal);
    private readonly List<TarTree> trees = [];
    private readonly List<TreeFile> files = [];

    public override string Name => folder.Name;

    public override string Place => folder.Place;

    public override string Identity => folder.Identity;

    public override IReadOnlyList<TreeFile> Files => files;

    public override void Prepare(CancellationToken cancellation)
    {
        foreach (TreeFile shard in shards)
        {
            var tree = new TarTree(folder.PathOf(shard));
            trees.Add(tree);
            tree.Prepare(cancellation);
            Remarks.AddRange(tree.Remarks);
            foreach (TreeFile file in tree.Files)
            {
                var named = new TreeFile($"{shard.Path}/{file.Path}", file.Length) { Shard = $"{shard.Path}/" };
                inside.Add(named.Path, (tree, file));
                files.Add(named);
            }
        }

        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
    }

    public override Stream Open(TreeFile file) => inside[file.Path].Tree.Open(inside[file.Path].File);

    public override void Dispose()
    {
        foreach (TarTree tree in trees)
        {
            tree.Dispose();
        }

        base.Dispose();
    }

    protected override byte[] ReadBytes(TreeFile file) => inside[file.Path].Tree.Read(inside[file.Path].File);
}
