using IlgpuGan.Data.Files;

namespace IlgpuGan.Data.Labelling;

/// <summary>Finds images by what tables call them: a path from anywhere above, a name, or a name without its ending or with that of another kind of image, where it is that of one
/// image alone.</summary>
internal sealed class ImageNames
{
    private readonly Dictionary<string, SetImage?> paths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SetImage?> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SetImage?> stems = new(StringComparer.Ordinal);

    /// <summary>Learns the names of images.</summary>
    /// <param name="tree">Name of the tree: a path may begin with it.</param>
    /// <param name="images">The images.</param>
    /// <param name="root">The folder that all lie below.</param>
    public ImageNames(string tree, IReadOnlyList<SetImage> images, string root)
    {
        foreach (SetImage image in images)
        {
            string path = image.File.Path;
            foreach (string name in new[] { $"{tree}/{path}", path, image.File.Within, image.LabelPath, path[root.Length..] }.Distinct())
            {
                Add(paths, name, image);
            }

            Add(names, image.File.Name, image);

            foreach (string stem in new[] { Stem(path[root.Length..]), Stem(image.File.Name) }.Distinct())
            {
                Add(stems, stem, image);
            }
        }
    }

    /// <summary>The image of a name, or null.</summary>
    public SetImage? Find(string name) => Find(name, out _);

    /// <summary>The image of a name, or null.</summary>
    /// <param name="name">What a table calls it.</param>
    /// <param name="isWhole">Whether it is called just so; else only the end of the name is that of the image, which may be another's.</param>
    public SetImage? Find(string name, out bool isWhole)
    {
        string path = name.Replace('\\', '/');
        for (int start = 0; start >= 0 && start < path.Length; start = path.IndexOf('/', start) is >= 0 and int slash ? slash + 1 : -1)
        {
            if (paths.TryGetValue(path[start..], out SetImage? image))
            {
                isWhole = start == 0;
                return image;
            }
        }

        isWhole = false;

        // A table may have been written before the images were converted: a.jpg names a.png.
        return names.GetValueOrDefault(path[(path.LastIndexOf('/') + 1)..]) ?? stems.GetValueOrDefault(path)
            ?? (FileKinds.IsImage(path) ? stems.GetValueOrDefault(Stem(path)) ?? stems.GetValueOrDefault(Path.GetFileNameWithoutExtension(path)) : null);
    }

    private static void Add(Dictionary<string, SetImage?> known, string name, SetImage image) =>
        known[name] = known.TryGetValue(name, out SetImage? other) && other != image ? null : image;

    private static string Stem(string path) => Path.ChangeExtension(path, null);
}
