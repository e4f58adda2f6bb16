using IlgpuGan.Evaluation.Detection;
using IlgpuGan.Options;
using Microsoft.ML.OnnxRuntime;

namespace IlgpuGan.Inception;

/// <summary>
/// A detector of faces from an ONNX file of the user, known by the shapes of its input and output: YOLO with one class or more, of which any counts, or probabilities of background and face for
/// every box. Where faces lie is not asked, only whether the best box is sure of one.
/// </summary>
internal sealed class OnnxFaceDetector : IFaceDetector
{
    /// <summary>How sure the best box must be.</summary>
    private const float Least = 0.5f;

    // What YOLO is trained at, where the file leaves it open, and the bars beside images of another shape.
    private const int OpenSide = 640, Bars = 114, LargestSide = 4096;

    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly string path, input, output;
    private readonly int height, width;
    private readonly Layout layout;

    private OnnxFaceDetector(InferenceSession session, string path, string hash)
    {
        (this.session, this.path, Hash, Name) = (session, path, hash, $"ONNX detector {Path.GetFileName(path)}");
        (input, height, width) = InputOf(session, path);
        // The first by the names that boxes' scores have, else the first of all.
        output = session.OutputMetadata.Keys.FirstOrDefault(IsOfScores) ?? session.OutputMetadata.Keys.First();
        if (session.OutputMetadata[output].ElementType != typeof(float))
        {
            throw Refuse(path, $"its output {output} is of {session.OutputMetadata[output].ElementType?.Name} where float is expected");
        }
        // What only shows when an image is looked at is said before hours of work, not after.
        layout = LayoutOf(output, Run(new float[3 * height * width]).Shape, path);
    }

    private enum Layout
    {
        // [1, boxes, 2]: background and face.
        Probabilities,

        // [1, boxes] or [boxes].
        Scores,

        // [1, 4 + classes, boxes]
        RowsOfBoxes,

        // [1, boxes, 5 + classes]: the box, whether it is of anything, and of what.
        Boxes,
    }

    public string Name { get; }

    public string Hash { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="OptionException">It cannot be read, is no ONNX file, or is of another network.</exception>
    public static OnnxFaceDetector Open(string path)
    {
        var (session, hash) = OnnxFile.Open("--detector", path, "give an LBP or Haar cascade of OpenCV, or an ONNX file", reason => Refuse(path, reason));
        try
        {
            return new(session, path, hash);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public bool FindsFace(ReadOnlySpan<byte> image, int height, int width, int channels)
    {
        var (values, shape) = Run(Planes(image, height, width, channels));
        return Best(values, shape) >= Least;
    }

    public void Dispose()
    {
        options.Dispose();
        session.Dispose();
    }

    private float Best(float[] values, long[] shape)
    {
        float best = float.NegativeInfinity;
        int last = (int)shape[^1];
        for (int i = 0; i < values.Length; i++)
        {
            float score = layout switch
            {
                Layout.Scores => values[i],
                Layout.Probabilities => i % 2 == 1 ? values[i] : float.NegativeInfinity,
                Layout.RowsOfBoxes => i / last >= 4 ? values[i] : float.NegativeInfinity,
                _ => i % last >= 5 ? values[i] * values[i / last * last + 4] : float.NegativeInfinity,
            };
            best = Math.Max(best, score);
        }
        return best;
    }

    private (float[] Values, long[] Shape) Run(float[] planes)
    {
        try
        {
            using var value = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, height, width]);
            using var outputs = session.Run(options, [input], [value], [output]);
            return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
        }
        catch (OnnxRuntimeException fault)
        {
            throw Refuse(path, $"it cannot look at an image ({OnnxFile.Words(fault)})");
        }
    }

    /// <summary>The image [3, height, width] as the network takes it: as large as fits, by linear interpolation, with grey bars beside it.</summary>
    private float[] Planes(ReadOnlySpan<byte> image, int imageHeight, int imageWidth, int channels)
    {
        var planes = new float[3 * height * width];
        Array.Fill(planes, Scaled(Bars));
        double scale = Math.Min((double)height / imageHeight, (double)width / imageWidth);
        int rows = Math.Clamp((int)Math.Round(imageHeight * scale), 1, height), columns = Math.Clamp((int)Math.Round(imageWidth * scale), 1, width);
        int top = (height - rows) / 2, left = (width - columns) / 2;
        for (int y = 0; y < rows; y++)
        {
            double down = Math.Clamp((y + 0.5) * imageHeight / rows - 0.5, 0, imageHeight - 1);
            int y0 = (int)down, y1 = Math.Min(imageHeight - 1, y0 + 1);
            for (int x = 0; x < columns; x++)
            {
                double right = Math.Clamp((x + 0.5) * imageWidth / columns - 0.5, 0, imageWidth - 1);
                int x0 = (int)right, x1 = Math.Min(imageWidth - 1, x0 + 1);
                for (int c = 0; c < 3; c++)
                {
                    double above = Mixed(Grey(image, y0 * imageWidth + x0, channels, c), Grey(image, y0 * imageWidth + x1, channels, c), right - x0);
                    double below = Mixed(Grey(image, y1 * imageWidth + x0, channels, c), Grey(image, y1 * imageWidth + x1, channels, c), right - x0);
                    planes[(c * height + top + y) * width + left + x] = Scaled(Mixed(above, below, down - y0));
                }
            }
        }
        return planes;
    }

    private static double Mixed(double one, double other, double share) => one + (other - one) * share;

    private static double Grey(ReadOnlySpan<byte> image, int pixel, int channels, int colour)
    {
        byte value = image[pixel * channels + (channels < 3 ? 0 : colour)];
        return channels % 2 != 0 ? value : 255 - (255 - value) * image[pixel * channels + channels - 1] / 255.0;
    }

    // Networks that tell background from face were trained on (x - 127) / 128, YOLO on x / 255.
    private float Scaled(double grey) => (float)(layout == Layout.Probabilities ? (grey - 127) / 128 : grey / 255);

    private static bool IsOfScores(string name) => name.Contains("score", StringComparison.OrdinalIgnoreCase) || name.Contains("conf", StringComparison.OrdinalIgnoreCase);

    private static Layout LayoutOf(string name, long[] shape, string path) => shape switch
    {
        [1, > 2, 2] when IsOfScores(name) => Layout.Probabilities,
        [1, _] or [_] when IsOfScores(name) => Layout.Scores,
        [1, >= 5 and var rows, var boxes] when boxes > rows => Layout.RowsOfBoxes,
        [1, var boxes, >= 6 and var columns] when boxes > columns => Layout.Boxes,
        _ => throw Refuse(path, $"its output {name} is [{string.Join(", ", shape)}], which is neither YOLO's [1, 4 + classes, boxes] or [1, boxes, 5 + classes] nor scores of boxes"),
    };

    private static (string Name, int Height, int Width) InputOf(InferenceSession session, string path)
    {
        var (name, metadata) = session.InputMetadata.First();
        int[] shape = metadata.Dimensions;
        int Side(int place) => shape[place] < 0 ? OpenSide : shape[place];
        bool fits = session.InputMetadata.Count == 1 && metadata.ElementType == typeof(float) && shape.Length == 4 && (shape[0] < 0 || shape[0] == 1) && (shape[1] < 0 || shape[1] == 3)
            && Side(2) is > 0 and <= LargestSide && Side(3) is > 0 and <= LargestSide;
        return fits ? (name, Side(2), Side(3)) : throw Refuse(path, $"its input is {metadata.ElementType?.Name}[{string.Join(", ", shape.Select(length => length < 0 ? "N" : $"{length}"))}]"
            + $"{(session.InputMetadata.Count > 1 ? $", one of {session.InputMetadata.Count}" : "")}, where one of float[1, 3, height, width] is expected");
    }

    private static OptionException Refuse(string path, string reason) => new($"--detector {path} is no detector that is understood: {reason}; give one of YOLO, or an LBP or Haar cascade of OpenCV.");
}
