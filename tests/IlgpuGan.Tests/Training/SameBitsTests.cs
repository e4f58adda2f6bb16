using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IlgpuGan.Augmentation;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Distances;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Tests.Training.Translation;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>A training on the processor is the same to the last bit whatever kernels a tuner chose, with any number of workers and in vectors of any length.</summary>
[Collection(nameof(TestDevice))]
public sealed class SameBitsTests : IDisposable
{
    private const string Variable = "ILGPUGAN_TEST_HASHES";

    private static readonly TrainingOptions Small = Presets.Radford2016 with { Width = 9, LatentSize = 8, Batch = 20, LearningRate = 1e-3f };

    private static readonly Dictionary<string, TrainingOptions> Kinds = new()
    {
        ["dcgan"] = Small,
        ["dcgan with a penalty and augmentation"] = Small with { Penalty = "r1", PenaltyEvery = 2, Augment = "ada", AdaProbability = 0.5f, Flip = true },
        ["resnet with spectral normalisation"] = Small with { Network = "resnet", SpectralNorm = true, Loss = "hinge", Augment = "diffaugment", InstanceNoise = 0.1f },
        ["cyclegan with a pool"] = TinyTranslation.Options(TranslationMethod.CycleGan, options => options with { Pool = 2 }),
        ["cut"] = TinyTranslation.Options(TranslationMethod.Cut, options => options with { NcePlaces = 40 }),
        ["mlp with clipped weights"] = Small with { Network = "mlp", Width = 33, Loss = "wasserstein", Clip = 0.01f, Optimizer = UpdateRule.RmsProp },
    };

    // Each tile by the name of the other that could be chosen for the same product.
    private static readonly Dictionary<string, string> Others = new()
    {
        ["avx512 12x32"] = "avx512 24x16", ["avx512 24x16"] = "avx512 12x32", ["avx2 6x16"] = "avx2 12x8", ["avx2 12x8"] = "avx2 6x16",
    };

    private readonly TemporaryFolder folder = new();

    private static bool IsFused => Fma.IsSupported || AdvSimd.IsSupported;

    public static TheoryData<string> KindNames => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(KindNames))]
    public void A_run_resumed_under_another_tuning_goes_on_bit_for_bit(string kind)
    {
        var options = Kinds[kind];
        string whole = Hash(Train(options, TuningMode.Off, 4));
        var begun = Train(options, TuningMode.Quick, 2);
        string file = Assert.Single(Directory.GetFiles(folder.Path));
        var content = JsonNode.Parse(File.ReadAllText(file))!;
        var choices = content["Choices"]!.AsObject();
        foreach (var (shape, chosen) in choices.ToList())
        {
            choices[shape] = Others[(string)chosen!];
        }
        File.WriteAllText(file, content.ToJsonString());

        Assert.NotEmpty(choices);
        Assert.Equal(whole, Hash(Train(options, TuningMode.Quick, 2, begun)));
        Assert.Equal(whole, Hash(Train(options, TuningMode.Full, 2, begun)));
        Assert.Equal(whole, Hash(Train(options, TuningMode.Off, 2, begun)));
    }

    /// <summary>
    /// The runtime of a child process is told to leave instructions unused, as older processors would, or vectors longer or shorter.
    /// Without fused multiply-adds products round twice: that is the one kind of processor with other bits.
    /// </summary>
    [Theory]
    [InlineData("AVX2, as many workers", 8, 256, 0, "DOTNET_EnableAVX512=0")]
    [InlineData("one worker", 8, 512, 1, "DOTNET_PROCESSOR_COUNT=1")]
    [InlineData("vectors of sixteen floats, two workers", 16, 512, 2, "DOTNET_MaxVectorTBitWidth=512", "DOTNET_PROCESSOR_COUNT=2")]
    [InlineData("AVX2 and a C library without fused multiply-adds, three workers", 8, 256, 3, "DOTNET_EnableAVX512=0", "GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2", "DOTNET_PROCESSOR_COUNT=3")]
    [InlineData("portable vectors of four floats, five workers", 4, 0, 5, "DOTNET_MaxVectorTBitWidth=128", "DOTNET_PreferredVectorBitWidth=128", "DOTNET_PROCESSOR_COUNT=5")]
    public async Task A_run_has_the_same_bits_on_every_processor(string processor, int lanes, int bits, int workers, params string[] environment)
    {
        Assert.SkipUnless(IsFused, "This processor has no fused multiply-add: it has the bits of its own kind alone.");
        bool canBe = bits == 512 ? Vector512.IsHardwareAccelerated : Vector256.IsHardwareAccelerated;
        Assert.SkipUnless(canBe, $"This processor cannot stand for one of {processor}.");
        string file = folder["hashes"];
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", typeof(SameBitsTests).Assembly.Location, "-noColor", "-method", $"{typeof(SameBitsTests).FullName}.{nameof(A_child_process_writes_what_it_computes)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Variable] = file;
        foreach (string setting in environment)
        {
            start.Environment[setting[..setting.IndexOf('=', StringComparison.Ordinal)]] = setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];
        }
        var cancel = TestContext.Current.CancellationToken;
        using var child = Process.Start(start)!;
        using var stop = cancel.Register(() => child.Kill(entireProcessTree: true));
        var errors = child.StandardError.ReadToEndAsync(cancel);
        string output = await child.StandardOutput.ReadToEndAsync(cancel);
        await child.WaitForExitAsync(cancel);

        Assert.True(child.ExitCode == 0, $"{output}\n{await errors}");
        string[] lines = await File.ReadAllLinesAsync(file, cancel);
        Assert.Equal($"{lanes} lanes, {bits} bits, {(workers == 0 ? Environment.ProcessorCount : workers)} workers", lines[0]);
        Assert.Equal(Hashes(), lines[1..]);
    }

    [Fact]
    public void A_child_process_writes_what_it_computes()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } file)
        {
            return; // the test above starts this one
        }
        using var device = ComputeDevice.Open("cpu");
        File.WriteAllLines(file, [$"{Vector<float>.Count} lanes, {device.Traits.VectorBits} bits, {device.Workers} workers", .. Hashes()]);
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private string[] Hashes() => [.. Kinds.Select(kind => $"{kind.Key}: {Hash(Train(kind.Value, TuningMode.Off, 3))}"), $"distances: {Distances()}"];

    /// <summary>Every distance that is made on a device, of two clouds, and what looks for neighbours in them.</summary>
    private static string Distances()
    {
        using var device = ComputeDevice.Open("cpu");
        var (reals, fakes) = (Cloud(1, 700), Cloud(2, 600));
        var (kernel, shares) = (KernelDistance.Between(device, reals, fakes, seed: 1), PrecisionRecall.Between(device, reals, fakes));
        var covariance = FeatureMoments.Of(device, reals).Covariance;
        using var comparison = new RowComparison(device, reals.Dimension, 600, 700, kept: 2);
        var nearest = new NearestRows(600, 2);
        comparison.Search(fakes.Values, reals.Values, 0, nearest);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<double>([kernel.Value, kernel.Spread, shares.Precision, shares.Recall, shares.Density, shares.Coverage, .. nearest.Squares(1)]));
        hash.AppendData(MemoryMarshal.AsBytes<double>([.. covariance.Cast<double>()]));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];

        static FeatureMatrix Cloud(ulong seed, int count)
        {
            var values = new float[count * 37];
            Initialization.Normal(values, seed, 0);
            return new(values, 37);
        }
    }

    // What is read before it is written is what another training has left there.
    [Theory]
    [InlineData(1, "none", "dgdgdgdgdg")]
    [InlineData(4, "ada", "dgdgdgdgdg")]
    [InlineData(4, "diffaugment", "dgdgdgdgdg")]
    [InlineData(1, "none", "ggdgddg")]
    [InlineData(4, "ada", "ggdgddg")]
    public void What_was_trained_before_in_the_process_changes_no_bit(int penaltyEvery, string augment, string updates)
    {
        var options = new TrainingOptions { Width = 4, PenaltyEvery = penaltyEvery, Augment = augment };
        using var data = Images();
        string alone = After(0);

        Assert.Equal(alone, After(3));

        string After(int others)
        {
            using var device = ComputeDevice.Open("cpu");
            for (int i = 0; i < others; i++)
            {
                using var other = new GanTrainer(device, options with { Seed = 7 }, data);
                for (int step = 0; step < 5; step++)
                {
                    other.RunStep();
                }
                _ = other.SaveState();
            }
            using var trainer = updates.Contains("gg", StringComparison.Ordinal) ? (GanTrainer)GanTrainer.OfSingleUpdates(device, options, data) : new GanTrainer(device, options, data);
            foreach (char update in updates)
            {
                (update == 'd' ? (Action)trainer.UpdateDiscriminator : trainer.UpdateGenerator)();
            }
            return Hash(trainer.SaveState());
        }
    }

    private IReadOnlyDictionary<string, StateTensor> Train(TrainingOptions options, TuningMode tuning, int steps, IReadOnlyDictionary<string, StateTensor>? from = null)
    {
        using var device = ComputeDevice.Open("cpu");
        device.Tune(tuning, notice => Assert.Fail(notice), folder.Path);
        using var data = options.Translation is null ? Images() : TinyTranslation.Data(options, count: 3);
        using Trainer trainer = options.Translation is null ? new GanTrainer(device, options, data) : new TranslationTrainer(device, options, data);
        if (from is not null)
        {
            trainer.LoadState(from);
        }
        for (int i = 0; i < steps; i++)
        {
            trainer.RunStep();
        }
        return trainer.SaveState();
    }

    /// <summary>Forty images of 16 x 16, each of its own colours.</summary>
    private static TrainingData Images()
    {
        var pixels = new byte[40 * 16 * 16 * 3];
        new Random(3).NextBytes(pixels);
        return TrainingData.Of(ImageSet.FromBytes("noise", 16, 16, 3, pixels));
    }

    private static string Hash(IReadOnlyDictionary<string, StateTensor> state)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in state.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes<float>(tensor.Floats));
            hash.AppendData(MemoryMarshal.AsBytes<long>(tensor.Integers));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
