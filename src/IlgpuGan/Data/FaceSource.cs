using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>The built-in drawn faces: image i is a function of (seed, i).</summary>
internal sealed class FaceSource(ImageSetOptions options) : ImageSource
{
    public override string Name => "faces";

    // The drawing itself is part of what decides the pixels; the module's identifier changes with every change of the code.
    public override string Identity => $"faces {options.FaceSeed} {options.FaceCount} {typeof(FaceSource).Module.ModuleVersionId}";

    public override int Count => options.FaceCount;

    public override ImageSize DefaultSize(IProgress<LoadProgress>? progress, CancellationToken cancellation) =>
        new(ImageSetOptions.DefaultFaceSize, ImageSetOptions.DefaultFaceSize);

    public override string ItemName(int index) => $"face {index}";

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        throw new NotSupportedException();
    }
}
