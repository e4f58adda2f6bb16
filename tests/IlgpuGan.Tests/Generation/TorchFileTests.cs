using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Generation;

/// <summary>Files that PyTorch saved draw PyTorch's images, however they were saved. Skips where no python3 has torch.</summary>
public sealed class TorchFileTests(TorchFiles files) : IClassFixture<TorchFiles>
{
    private readonly List<string> notices = [];

    [Theory]
    [InlineData("classic", "dcgan for images of 64 x 64 x 3, LatentSize 100 Width 64")]
    [InlineData("zip", "dcgan for images of 16 x 16 x 3, LatentSize 6 Width 4")]
    [InlineData("legacy")]
    [InlineData("protocol4")]
    [InlineData("model")]
    [InlineData("state_dict")]
    [InlineData("generator")]
    [InlineData("parallel")]
    [InlineData("compiled")]
    [InlineData("both")]
    [InlineData("flat")]
    [InlineData("average")]
    [InlineData("parameters")]
    [InlineData("shared")]
    [InlineData("shared-legacy")]
    [InlineData("strided")]
    [InlineData("half")]
    [InlineData("bfloat")]
    [InlineData("double")]
    [InlineData("bias", "OutputBias")]
    [InlineData("named", "dcgan for images of 16 x 16 x 1, LatentSize 6 Width 4")]
    [InlineData("widths", "dcgan for images of 32 x 32 x 1, LatentSize 5 StageWidths 48,12,7")]
    [InlineData("spectral")]
    [InlineData("weight-norm")]
    [InlineData("parametrized")]
    public void An_imported_generator_draws_what_pytorch_draws(string kind, string network = "dcgan for images of")
    {
        var (run, latents, images) = Import(kind);

        AssertDraws(run, latents, images);
        Assert.Contains(network, notices[0], StringComparison.Ordinal);
        Assert.Equal(kind is "both" or "flat" ? 1 : 2, notices.Count);
        // The file itself can be drawn from, too, and what is exported of the run.
        AssertDraws(files[$"{kind}.pth"], latents, images);
        AssertDraws(RunExport.Open(run, notices.Add).SaveWeights(files[$"{kind}-again"])[0], latents, images);
    }

    [Fact]
    public void An_imported_run_keeps_its_statistics_until_it_is_trained_on()
    {
        var (run, latents, images) = Import("zip");
        Assert.Contains("generator.moments", RunFolder.CheckpointsIn(run).ReadNewest(_ => { })!.State.Keys);
        Assert.Contains("give the data", Assert.Throws<OptionException>(() => Resume(settings => settings)).Message, StringComparison.Ordinal);

        using (var session = Resume(settings => settings with { Data = settings.Data with { Source = "faces", UseCache = false }, Training = settings.Training with { Steps = 1 } }))
        {
            Assert.Equal(1, session.Run(TestContext.Current.CancellationToken).Step);
        }

        Assert.Equal(768, RunFolder.ReadRecord(run).Data.Count);
        Assert.DoesNotContain("generator.moments", RunFolder.CheckpointsIn(run).ReadNewest(_ => { })!.State.Keys);
        using var trained = Generator.Load(run, "cpu");
        Assert.True(trained.Decode(latents).Zip(images).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-3);

        TrainingSession Resume(Func<RunSettings, RunSettings> change) => TrainingSession.Resume(
            run, settings => change(settings) with { Device = "cpu" }, new TrainingEngine(), new Training.RecordingObserver(), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_file_without_running_statistics_says_so_and_is_measured()
    {
        var (run, _, _) = Import("no-statistics");

        Assert.Contains("no running statistics", notices[1], StringComparison.Ordinal);
        using var generator = Generator.Load(run, "cpu");
        Assert.All(generator.SampleFloats(4, cancellation: TestContext.Current.CancellationToken), value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [InlineData("module", "holds a __main__.Main", "torch.save(netG.state_dict()")]
    [InlineData("module-legacy", "holds a __main__.Main", "torch.save(netG.state_dict()")]
    [InlineData("namespace", "holds a argparse.Namespace", "torch.save(netG.state_dict()")]
    [InlineData("numpy", "holds a numpy.core.multiarray.scalar", "torch.save(netG.state_dict()")]
    [InlineData("script", "holds a __torch__.", "torch.save(netG.state_dict()")]
    [InlineData("several", "more than one generator (decoder, encoder)", "torch.save(netG.state_dict()")]
    [InlineData("linear", "its tensors are not a DCGAN's", "like RUN", "Steps 1")]
    [InlineData("expanded", "more numbers than it holds bytes", "tensor.clone()")]
    public void A_file_that_holds_more_than_weights_is_refused_by_the_name_of_it_and_never_called_broken(string kind, params string[] words)
    {
        files.Write();

        var fault = Assert.ThrowsAny<Exception>(() => RunImport.Create(files[$"refused-{kind}.pth"], null, files[$"refused-{kind}"], notices.Add));

        Assert.True(fault is CheckpointException or OptionException, fault.ToString());
        Assert.All(words, word => Assert.Contains(word, fault.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("damaged", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("intact", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(files[$"refused-{kind}"]));
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    [InlineData("protocol4")]
    public void A_damaged_file_is_one_sentence_and_nothing_else(string kind)
    {
        files.Write();
        byte[] whole = File.ReadAllBytes(files[$"{kind}.pth"]);
        const int seed = 12;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 300; round++)
        {
            byte[] bytes = round % 3 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            // The pickle lies within the first kilobytes, and at the end lies a zip's directory.
            for (int change = 0; change <= round % 3 && bytes.Length > 0; change++)
            {
                bytes[round % 2 == 0 ? random.Next(Math.Min(bytes.Length, 3000)) : random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            string file = files[$"{kind}-damaged.pth"];
            File.WriteAllBytes(file, bytes);
            try
            {
                PortableNetwork.Read(file);
            }
            catch (CheckpointException fault)
            {
                Assert.DoesNotContain('\n', fault.Message);
                Assert.Contains("damaged.pth", fault.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(refused > 100, string.Create(CultureInfo.InvariantCulture, $"Only {refused} of 300 were refused."));
    }

    [Fact]
    public void A_zip_of_something_else_is_not_called_broken()
    {
        using var folder = new TemporaryFolder();
        using (var zip = ZipFile.Open(folder["images.zip"], ZipArchiveMode.Create))
        {
            zip.CreateEntry("a.png");
        }

        string message = Assert.Throws<CheckpointException>(() => PortableNetwork.Read(folder["images.zip"])).Message;

        Assert.Contains("is a zip, but none of torch.save", message, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", message, StringComparison.Ordinal);
    }

    private (string Run, float[] Latents, float[] Images) Import(string kind)
    {
        files.Write();
        string run = files[$"{kind}-{Guid.NewGuid():N}"];
        RunImport.Create(files[$"{kind}.pth"], like: null, run, notices.Add);
        var images = Floats(files[$"{kind}.images"]);
        var shape = RunFolder.ReadRecord(run).Data;
        int area = shape.Height * shape.Width, size = area * shape.Channels;
        return (run, Floats(files[$"{kind}.latents"]), [.. Enumerable.Range(0, images.Length).Select(i => images[i / size * size + i % shape.Channels * area + i % size / shape.Channels])]);
    }

    private static float[] Floats(string file) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();

    private static void AssertDraws(string source, float[] latents, float[] expected)
    {
        using var generator = Generator.Load(source, "cpu");
        var drawn = generator.Decode(latents);
        Assert.Equal(expected.Length, drawn.Length);
        // Both compute in single precision, in different orders.
        Assert.Equal(0, expected.Zip(drawn).Max(pair => Math.Abs(pair.First - pair.Second)), 1e-5f);
        Assert.True(expected.Max() - expected.Min() > 0.01, "Numbers that are all the same prove nothing.");
    }
}

/// <summary>The files, written by PyTorch when they are asked for first.</summary>
public sealed class TorchFiles : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private bool isWritten;

    internal string this[string name] => folder[name];

    public void Dispose() => folder.Dispose();

    internal void Write()
    {
        var python = Python.Find();
        Assert.SkipWhen(python is null, "No python3 with torch and numpy was found (Debian: apt-get install python3-torch python3-numpy).");
        if (!isWritten)
        {
            Python.Run(python!, [Path.Combine(AppContext.BaseDirectory, "Generation", "torch_files.py"), folder.Path]);
        }
        isWritten = true;
    }
}
