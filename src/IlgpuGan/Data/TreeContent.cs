using IlgpuGan.Data.Containers;
using IlgpuGan.Data.Files;
using IlgpuGan.Data.Labelling;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>
/// The set that a tree holds: files of the IDX family or of CIFAR if there are any, else its containers, else the images of its shards, else its images. Beside
/// packed sets loose images are previews.
/// </summary>
/// <param name="Source">Reads the set.</param>
/// <param name="Opened">A tree that was opened for it, or null.</param>
internal sealed record TreeContent(ImageSource Source, FileTree? Opened) : IDisposable
{
    public void Dispose()
    {
        Source.Dispose();
        Opened?.Dispose();
    }

    /// <summary>Finds the set.</summary>
    /// <param name="tree">The tree, opened.</param>
    /// <param name="named">The file that the user named; null where the tree was named.</param>
    /// <param name="remarks">What a user should know.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="SourceUnsupportedException">There is none, or there are several.</exception>
    public static TreeContent Find(FileTree tree, TreeFile? named, List<string> remarks, CancellationToken cancellation)
    {
        if (named is not null && tree is FolderTree place && ContainerFormats.Is(place.PathOf(named)))
        {
            return new TreeContent(ContainerFiles.Of(place, named, remarks, cancellation), null);
        }

        if (named is not null)
        {
            return new TreeContent(Path.GetExtension(named.Name).Equals(".bin", StringComparison.OrdinalIgnoreCase)
                ? CifarSource.Of(tree, named) : IdxFamily.Of(tree, named, remarks), null);
        }

        CheckIsOneKind(tree);
        RawImageSource? packed = IdxFamily.Find(tree, remarks);
        packed ??= CifarSource.Find(tree, remarks);
        if (packed is not null)
        {
            string images = FileKinds.Count(tree.Files.Where(file => FileKinds.IsImage(file.Name)).Select(file => FileKinds.Of(file.Name)));
            if (images.Length > 0)
            {
                remarks.Add($"Beside {packed.Name} there are images as files ({images}), which are left out; name a folder with nothing else to take them.");
            }

            return new TreeContent(packed, null);
        }

        int loose = tree.Files.Count(file => FileKinds.IsImage(file.Name));
        if (Containers(tree, loose, remarks, cancellation) is { } containers)
        {
            return new TreeContent(containers, null);
        }

        bool hasImages = loose > 0;
        if (!hasImages && tree is FolderTree folder && Shards.Of(folder, remarks) is { } shards)
        {
            try
            {
                shards.Prepare(cancellation);
                remarks.AddRange(shards.Remarks);
                return Find(shards, null, remarks, cancellation) with { Opened = shards };
            }
            catch
            {
                shards.Dispose();
                throw;
            }
        }

        return new TreeContent(hasImages ? Images(tree, remarks) : throw new SourceUnsupportedException(NothingIn(tree)), null);
    }

    // Of what the user has named one by one nothing may be left out.
    private static void CheckIsOneKind(FileTree tree)
    {
        if (tree is not FolderTree { IsList: true })
        {
            return;
        }

        var packed = tree.Files.Where(file => ContainerFormats.IsName(file.Name)).ToList();
        packed = packed.Count > 0 ? packed : [.. tree.Files.Where(file => FileKinds.IsTar(file.Name))];
        if (packed.Count > 0 && tree.Files.Except(packed).FirstOrDefault() is { } other)
        {
            throw new SourceUnsupportedException($"'{tree.Name}' names '{packed[0].Path}' and '{other.Path}', which are of several kinds and no one set; name files of one kind.");
        }
    }

    // Few images beside a container are previews of it; beside many it may hold features, or masks.
    private static ContainerSource? Containers(FileTree tree, int loose, List<string> remarks, CancellationToken cancellation)
    {
        if (tree is not FolderTree folder)
        {
            return null;
        }

        var found = new List<string>();
        try
        {
            if (ContainerFiles.Of(folder, found, cancellation) is not { } source)
            {
                return null;
            }

            if (source.Count > loose)
            {
                remarks.AddRange(found);
                if (loose > 0)
                {
                    remarks.Add($"Beside {source.ReadFrom} there are {Amount.Of(loose, "image")} as files, which are left out; name a folder with nothing else to take them.");
                }

                return source;
            }

            remarks.Add($"The images are taken; left out is {source.ReadFrom} with {Amount.Of(source.Count, "image")}; name it to train on that.");
            source.Dispose();
            return null;
        }
        catch (DataException) when (loose > 0)
        {
            return null;
        }
    }

    private static EncodedImageSource Images(FileTree tree, List<string> remarks)
    {
        var part = new TrainingPart(tree.Files.Where(file => FileKinds.IsImage(file.Name)));
        part.TakeByTable(tree);
        part.Remark(remarks);
        if (FileKinds.CountUnread(tree) is { Length: > 0 } others)
        {
            remarks.Add($"Left out of '{tree.Name}', as they cannot be read: {others}; {FileKinds.Remedy(others)} to take those that are images.");
        }

        return new EncodedImageSource(tree, part);
    }

    private static string NothingIn(FileTree tree)
    {
        string what = tree.IsFolder ? "The folder " : "";
        if (tree.Files.FirstOrDefault(file => IsPythonCifar(file)) is { } pickled)
        {
            return $"{what}'{tree.Place}' holds CIFAR in Python's form ('{pickled.Path}'), which is not read; download the binary version (cifar-10-binary.tar.gz).";
        }

        string? archive = tree.Files.FirstOrDefault(file => FileKinds.IsTar(file.Name) || Path.GetExtension(file.Name).Equals(".zip", StringComparison.OrdinalIgnoreCase))?.Path;
        string others = FileKinds.Count(tree.Files.Select(file => FileKinds.Of(file.Name)));
        return tree.Files.Count == 0 && tree.IsFolder && !Directory.EnumerateFileSystemEntries(tree.Place).Any()
            ? $"{what}'{tree.Place}' is empty; give {SourceFinder.Kinds}."
            : $"{what}'{tree.Place}' holds no images that can be read{(others.Length > 0 ? $" among its {others}" : "")}; "
                + (archive is null ? $"{(tree.Files.Any(file => ImageKind.OfName(file.Name) is not null) ? "convert them to PNG or JPEG, or " : "")}give "
                + $"{SourceFinder.Kinds}." : $"{(tree.IsFolder ? "name" : "unpack it and name")} '{archive}' if they are in there.");
    }

    private static bool IsPythonCifar(TreeFile file) => file.Name is "data_batch_1" or "test_batch"
        || (file.Name is "train" or "test" && file.Folder.EndsWith("cifar-100-python/", StringComparison.Ordinal));
}
