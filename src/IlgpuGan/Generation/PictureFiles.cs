using IlgpuGan.Imaging;

namespace IlgpuGan.Generation;

/// <summary>What the files of single pictures are called, and how they are written.</summary>
/// <param name="Format">Their format.</param>
/// <param name="IsNumbered">Whether they are called <c>1.png</c>, <c>2.png</c> and so on, rather than <c>seedS-000000.png</c> by their seed and the place in it.</param>
public sealed record PictureFiles(PictureFormat Format = PictureFormat.Png, bool IsNumbered = false)
{
    /// <summary>The name of an image's file.</summary>
    /// <param name="seed">The seed that it was drawn by.</param>
    /// <param name="place">Its place among the images of the seed, from 0.</param>
    public string NameOf(ulong seed, int place)
    {
        string ending = Format == PictureFormat.Png ? "png" : "jpg";
        return IsNumbered ? FormattableString.Invariant($"{place + 1L}.{ending}") : FormattableString.Invariant($"seed{seed}-{place:D6}.{ending}");
    }
}
