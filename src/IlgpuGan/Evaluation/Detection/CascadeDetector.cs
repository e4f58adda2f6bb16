namespace IlgpuGan.Evaluation.Detection;

/// <summary>
/// Finds faces by a cascade, as <c>cv2.CascadeClassifier(file).detectMultiScale(grey)</c> does with its defaults: the image at scales a tenth apart, a window every pixel (every second one
/// below a scale of two), and of what is found what has more than three neighbours.
/// </summary>
public sealed class CascadeDetector : IFaceDetector
{
    /// <summary>From a scale to the next.</summary>
    private const double ScaleStep = 1.1;

    private const int Neighbours = 3;

    /// <summary>Columns of windows for each of the stripes that OpenCV looks at side by side.</summary>
    private const int StripeWidth = 32;

    private readonly Cascade cascade;

    private CascadeDetector(Cascade cascade, string name, string hash) => (this.cascade, Name, Hash) = (cascade, name, hash);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Hash { get; }

    /// <inheritdoc/>
    public (int Height, int Width)? Smallest => (cascade.Height, cascade.Width);

    /// <summary>Opens a cascade: LBP or Haar features, stumps or trees, as <c>opencv_traincascade</c> writes them.</summary>
    /// <param name="path">The XML file.</param>
    /// <exception cref="Options.OptionException">The file cannot be read, or is none.</exception>
    public static CascadeDetector Open(string path)
    {
        var (cascade, hash) = CascadeFile.Read(path);
        return new(cascade, $"{(cascade.Kind == CascadeFeatures.Lbp ? "LBP" : "Haar")} cascade {Path.GetFileName(path)}", hash);
    }

    /// <inheritdoc/>
    public bool FindsFace(ReadOnlySpan<byte> image, int height, int width, int channels) => Find(GreyImage.Of(image, height, width, channels)).Count > 0;

    /// <summary>Where faces are.</summary>
    internal IReadOnlyList<FaceRectangle> Find(GreyImage image)
    {
        var found = new List<FaceRectangle>();
        int stripes = (image.Width + 1 - cascade.Width + StripeWidth - 1) / StripeWidth;
        for (double factor = 1; ; factor *= ScaleStep)
        {
            float scale = (float)factor;
            // OpenCV asks both, and windows lie by the second.
            if (Rounded(cascade.Width * factor) > image.Width || Rounded(cascade.Height * factor) > image.Height
                || Rounded(cascade.Width * scale) > image.Width || Rounded(cascade.Height * scale) > image.Height)
            {
                return FaceRectangle.Group(found, Neighbours);
            }
            Scan(image.Resized(Rounded(image.Height / scale), Rounded(image.Width / scale)), scale, stripes, found);
        }
    }

    /// <summary>Nothing is held.</summary>
    public void Dispose()
    {
    }

    private void Scan(GreyImage image, float scale, int stripes, List<FaceRectangle> found)
    {
        var window = new CascadeWindow(cascade, image);
        int step = scale >= 2 ? 1 : 2, width = Rounded(cascade.Width * scale), height = Rounded(cascade.Height * scale), rows = image.Height + 1 - cascade.Height;
        // OpenCV shares rows among stripes of whole steps, which may end a step before the last row: where it does not look, there is nothing to be found here either.
        int end = Math.Min(rows, Math.Max((rows / step + stripes - 1) / stripes, 1) * step * stripes);
        for (int y = 0; y < end; y += step)
        {
            for (int x = 0; x <= image.Width - cascade.Width; x += step)
            {
                int passed = window.StagesPassed(x, y);
                if (passed == cascade.Stages.Length)
                {
                    found.Add(new(Rounded(x * scale), Rounded(y * scale), width, height));
                }
                else if (passed == 0)
                {
                    // Beside what the first stage refuses nothing is expected.
                    x += step;
                }
            }
        }
    }

    // Halves go to the even side.
    private static int Rounded(double value) => (int)Math.Round(value);

    private static int Rounded(float value) => (int)MathF.Round(value);
}
