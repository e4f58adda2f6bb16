using System.Numerics.Tensors;
using IlgpuGan.Evaluation;
using IlgpuGan.Options;
using Microsoft.ML.OnnxRuntime;

namespace IlgpuGan.Inception;

/// <summary>
/// The ResNet-18 (He et al. 2016) of ImageNet's classes that lies in the NuGet package Microsoft.ML.DnnImageFeaturizer.ResNet18: 512 features after the last pooling,
/// of one image of 224 x 224 at a time, blue, green, red in grey values less a mean picture, which is a second file. Its distances are no FID and KID.
/// </summary>
public sealed class ResNet18Network : IDisposable
{
    /// <summary>Name that stands for the network where NuGet keeps its packages.</summary>
    public const string Name = "resnet18";

    /// <summary>Side of the images that it reads.</summary>
    public const int Side = 224;

    private const int Features = 512, Area = Side * Side, Numbers = 3 * Area;
    private const string Package = "Microsoft.ML.DnnImageFeaturizer.ResNet18", NetworkFile = "ResNet18.onnx", MeanFile = "ResNetPreprocess.onnx";

    private static readonly EnumerationOptions Search = new() { RecurseSubdirectories = true, MaxRecursionDepth = 6, MatchCasing = MatchCasing.CaseInsensitive };

    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly float[] negativeMean;

    private ResNet18Network(InferenceSession session, float[] negativeMean, string hash) => (this.session, this.negativeMean, Hash) = (session, negativeMean, hash);

    /// <summary>First half of the SHA-256 of the network's file, in hexadecimal.</summary>
    public string Hash { get; }

    /// <summary>Opens the network.</summary>
    /// <param name="place"><see cref="Name"/>, or a folder with the package's two ONNX files in it or below it.</param>
    /// <exception cref="OptionException">The files are not there, or are of another network.</exception>
    public static ResNet18Network Open(string place)
    {
        string folder = place == Name && !Directory.Exists(place) ? PackageFolder() : place;
        if (!Directory.Exists(folder))
        {
            throw new OptionException(place == Name
                ? $"--features {Name} is not on this machine ({folder} does not exist); `dotnet package download {Package} --output FOLDER` gets it (64 MB, MIT licence), then give --features FOLDER."
                : $"--features {place} is no folder; give {Name}, or a folder with {NetworkFile} and {MeanFile} of the package {Package}.");
        }

        string meanFile = FileIn(folder, MeanFile);
        var (mean, _) = SessionOf(meanFile);
        using (mean)
        {
            float[] ofBlack = Run(mean, new float[Numbers], Numbers, meanFile), ofWhite = Run(mean, Filled(255), Numbers, meanFile);
            if (Enumerable.Range(0, Numbers).Any(i => Math.Abs(ofWhite[i] - ofBlack[i] - 255) > 0.01f))
            {
                throw Refuse(meanFile, "it does not take a mean picture off grey values");
            }

            string file = FileIn(folder, NetworkFile);
            var (session, hash) = SessionOf(file);
            try
            {
                var network = new ResNet18Network(session, ofBlack, hash);
                // What only shows when an image is read is said before hours of work, not after.
                if (!Array.TrueForAll(Run(session, Filled(100), Features, file), float.IsFinite))
                {
                    throw Refuse(file, "of a grey image it gives numbers that are not finite, so its weights are damaged");
                }

                return network;
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
    }

    /// <summary>The network as an extractor for images of a shape; this stays open and is disposed of by its owner.</summary>
    public IFeatureExtractor For(int height, int width, int channels) => new Extractor(this, new(height, width, channels));

    /// <inheritdoc/>
    public void Dispose()
    {
        options.Dispose();
        session.Dispose();
    }

    private static string PackageFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } packages ? packages
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        Package.ToLowerInvariant());

    private static string FileIn(string folder, string name)
    {
        try
        {
            return Directory.EnumerateFiles(folder, name, Search).Order(StringComparer.Ordinal).LastOrDefault()
                ?? throw new OptionException($"--features {folder} has no {name} in it or below it; give the folder of the package {Package}.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"--features {folder} cannot be read: {Excerpt.Of(fault, folder)}; give the folder of the package {Package}.");
        }
    }

    private static (InferenceSession Session, string Hash) SessionOf(string file) => OnnxFile.Open("--features", file, $"give the folder of the package {Package}", reason => Refuse(file, reason));

    private static OptionException Refuse(string file, string reason) => new($"--features {file} is not as in the package {Package} 0.23.1: {reason}; get the package anew.");

    private static float[] Filled(float value)
    {
        var numbers = new float[Numbers];
        Array.Fill(numbers, value);
        return numbers;
    }

    private static float[] Run(InferenceSession session, float[] image, int expected, string file)
    {
        try
        {
            using var options = new RunOptions();
            float[] numbers = Run(session, options, image);
            return numbers.Length == expected ? numbers : throw Refuse(file, $"of an image it gives {numbers.Length} numbers where {expected} are expected");
        }
        catch (OnnxRuntimeException fault)
        {
            throw Refuse(file, OnnxFile.Words(fault));
        }
    }

    private static float[] Run(InferenceSession session, RunOptions options, float[] image)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(image, [1, 3, Side, Side]);
        using var outputs = session.Run(options, [session.InputNames[0]], [value], [session.OutputNames[0]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private sealed class Extractor(ResNet18Network network, CleanResize resize) : IFeatureExtractor
    {
        public string Name => "ResNet-18";

        public string Hash => network.Hash;

        public string Resize => $"{CleanResize.Words(Side)}, blue, green, red less the package's mean picture";

        public MetricNames? Names => new("FD-ResNet18", "KD-ResNet18");

        public int Dimension => Features;

        public int Classes => 0;

        public (float[] Features, float[] Probabilities) Read(ReadOnlySpan<byte> images)
        {
            int size = resize.BytesPerImage, count = images.Length / size;
            var (features, planes) = (new float[count * Features], new float[Numbers]);
            for (int image = 0; image < count; image++)
            {
                float[] pixels = resize.Apply(images.Slice(image * size, size), Side);
                for (int i = 0; i < Area; i++)
                {
                    (planes[i], planes[Area + i], planes[2 * Area + i]) = (pixels[3 * i + 2], pixels[3 * i + 1], pixels[3 * i]);
                }

                TensorPrimitives.Add(planes, network.negativeMean, planes);
                ResNet18Network.Run(network.session, network.options, planes).CopyTo(features, image * Features);
            }

            return (features, []);
        }

        public void Dispose()
        {
        }
    }
}
