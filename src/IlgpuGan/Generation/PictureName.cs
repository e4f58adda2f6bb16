using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Generation;

/// <summary>What the ending of a file's name asks for.</summary>
internal static class PictureName
{
    /// <summary>Whether it is an animation rather than one picture.</summary>
    /// <param name="path">The name.</param>
    /// <param name="option">The option that it came from, for messages.</param>
    /// <exception cref="OptionException">It ends with neither <c>.webp</c> nor <c>.gif</c> nor <c>.png</c>, or is a folder.</exception>
    public static bool IsAnimation(string path, string option = "--out")
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            throw new OptionException($"{option} {path} is a folder; give the name of a file that ends with .webp, .gif or .png.");
        }
        bool isAnimation = AnimationFile.IsAnimation(path);
        return isAnimation || path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? isAnimation
            : throw new OptionException($"{option} {path}: give a name that ends with .webp or .gif for an animation, or with .png for a strip of pictures.");
    }

    /// <summary>Writes a picture, making its folder.</summary>
    /// <exception cref="OptionException">It would be larger than its format allows.</exception>
    /// <exception cref="RunWriteException">The file cannot be written.</exception>
    internal static void Write(string path, Action save) => RunWriteException.Guard(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            save();
        }
        catch (ImageTooLargeException fault)
        {
            throw new OptionException($"--out {path}: {fault.Message}");
        }
    }, hint: "");
}
