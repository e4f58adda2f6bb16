using IlgpuGan.Data;

namespace IlgpuGan.Training;

/// <summary>The images that a translation is looked at by: those held out, or where none are those that are trained on.</summary>
/// <param name="Count">How many.</param>
/// <param name="BytesPerInput">Bytes of what is translated of one.</param>
/// <param name="CopyInput">Copies that.</param>
internal sealed record ShownImages(int Count, int BytesPerInput, ShownImages.Copy CopyInput)
{
    /// <summary>Copies one image.</summary>
    public delegate void Copy(int index, Span<byte> destination);

    /// <summary>Bytes of what one is translated into.</summary>
    public required int BytesPerTarget { get; init; }

    /// <summary>Copies the true translation; null where it is not known.</summary>
    public Copy? CopyTruth { get; init; }

    /// <summary>Those of what is trained on.</summary>
    public static ShownImages Of(TrainingData data) => data.Pairs is { } pairs ? Of(pairs) : Of(data.Images!);

    /// <summary>Images with what they are translated into.</summary>
    public static ShownImages Of(TranslationPairs pairs)
    {
        int pixels = pairs.Window.Height * pairs.Window.Width;
        return new(pairs.ShownCount, pixels * pairs.Set.Input.Channels, pairs.CopyInput)
        {
            BytesPerTarget = pixels * pairs.Set.Target.Channels,
            CopyTruth = pairs.KnowsTruth ? pairs.CopyTruth : null,
        };
    }

    /// <summary>Images that are translated into others of their kind, evenly from the whole set, as many sets are sorted.</summary>
    public static ShownImages Of(ImageSet images)
    {
        int count = Math.Min(images.Count, 64);
        return new(count, images.BytesPerImage, (index, destination) => images.Image((int)((long)index * images.Count / count)).CopyTo(destination)) { BytesPerTarget = images.BytesPerImage };
    }
}
