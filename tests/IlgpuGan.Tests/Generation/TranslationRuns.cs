using IlgpuGan.Data;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Options;
using IlgpuGan.Tests.Training;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Generation;

/// <summary>Small runs that translate, each trained once.</summary>
public sealed class TranslationRuns : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> runs = [];

    internal string this[string name] => folder[name];

    public void Dispose() => folder.Dispose();

    internal string Train(string kind)
    {
        if (runs.TryGetValue(kind, out string? path))
        {
            return path;
        }
        path = runs[kind] = folder[kind];
        string method = kind.Split('-')[0];
        var usual = TranslationMethod.UsualOf(method);
        var settings = new RunSettings
        {
            Data = new ImageSetOptions
            {
                Source = method switch { "cyclegan" => "unpaired:faces", "pix2pix" => "pairs:faces-label", _ => "faces" },
                FaceCount = 40,
                Size = new ImageSize(32, 32),
                UseCache = false,
            },
            Training = usual with
            {
                Width = 4,
                Batch = 2,
                Steps = 2,
                Condition = method == "stargan" ? "hair" : null,
                Translation = usual.Translation! with
                {
                    Translator = method == "pix2pix" || kind.EndsWith("unet", StringComparison.Ordinal) ? TranslatorKind.UNet : TranslatorKind.ResNet,
                    DiscriminatorWidth = 4,
                    Norm = kind.Split('-')[^1] switch { "batch" => Normalization.Batch, "layer" => Normalization.Layer, _ => Normalization.Instance },
                    Upsampling = kind.EndsWith("batch", StringComparison.Ordinal) ? Upsampling.Transposed : Upsampling.Resize,
                    Dropout = method == "pix2pix" ? 0.5f : 0,
                },
            },
            Device = "cpu",
        };
        using var session = TrainingSession.Start(path, settings, force: false, new TrainingEngine(), new RecordingObserver(), TimeProvider.System, TestContext.Current.CancellationToken);
        session.Run(TestContext.Current.CancellationToken);
        return path;
    }
}
