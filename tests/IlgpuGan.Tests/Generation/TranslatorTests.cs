using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;
using IlgpuGan.Tests.Data;
using IlgpuGan.Tests.Sampling;
using IlgpuGan.Tests.Training;
using IlgpuGan.Training;
using SkiaSharp;

namespace IlgpuGan.Tests.Generation;

/// <summary>The translator of a program, on a device that makes negatives, and on a real one.</summary>
public sealed class TranslatorTests
{
    // What makes negatives needs no weights.
    private static readonly Dictionary<string, StateTensor> nothing = [];

    [Fact]
    public void A_bitmap_becomes_one_of_its_size()
    {
        using var translator = Negatives();
        foreach (var (height, width) in new[] { (1, 1), (7, 3), (2, 300) })
        {
            using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            bitmap.Erase(new SKColor(10, 200, 30));
            using SKBitmap made = translator.Translate(bitmap, null, Stop);

            Assert.Equal((width, height, SKAlphaType.Opaque), (made.Width, made.Height, made.AlphaType));
            Assert.Equal(new SKColor(245, 245, 245), made.GetPixel(width - 1, height - 1));
        }
    }

    [Fact]
    public void Transparency_is_kept_and_what_is_behind_it_is_translated_as_it_lies_on_white()
    {
        using var translator = Negatives();
        using var bitmap = new SKBitmap(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.SetPixel(0, 0, new SKColor(40, 0, 0, 255));
        bitmap.SetPixel(1, 0, new SKColor(0, 0, 0, 51));

        using SKBitmap made = translator.Translate(bitmap, null, Stop), opaque = translator.Translate(bitmap, new TranslationWish { IsOpaque = true }, Stop);

        Assert.Equal(new SKColor(215, 215, 215, 255), made.GetPixel(0, 0));
        // A fifth of black on white is 204.
        Assert.Equal(new SKColor(51, 51, 51, 51), made.GetPixel(1, 0));
        Assert.Equal((SKAlphaType.Opaque, new SKColor(51, 51, 51, 255)), (opaque.AlphaType, opaque.GetPixel(1, 0)));
    }

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(3, 1, 2)]
    [InlineData(1, 3, 4)]
    [InlineData(3, 2, 2)]
    [InlineData(3, 4, 4)]
    [InlineData(4, 3, 4)]
    public void Alpha_stands_behind_what_is_drawn_unless_it_is_drawn_itself(int taken, int drawn, int channels)
    {
        using var translator = Negatives(Translators.Side(taken), Translators.Side(drawn));

        var made = translator.TranslateFile(TestImages.Png(3, 2, 100, 100, 100, 128), new(), null, Stop);

        Assert.Equal((2, 3, channels), (made.Height, made.Width, made.Channels));
        Assert.Equal(drawn is 1 or 3 ? 128 : made.Pixels[0], made.Pixels[channels - 1]);
    }

    [Fact]
    public void An_image_that_could_be_transparent_and_is_not_stays_without_alpha()
    {
        using var translator = Negatives();

        Assert.Equal(3, translator.TranslateFile(TestImages.Png(3, 2, 100, 100, 100), new(), null, Stop).Channels);
    }

    [Fact]
    public void Numbers_of_classes_go_in_and_come_out_as_the_maps_have_them()
    {
        var maps = Translators.Side(1, [0, 7, 255]);
        byte[] map = TestImages.RawPng(3, 1, 8, 0, [0, 7, 255]);
        var turned = new MapDevice(image => [.. image.Select(place => (byte)(2 - place))]);
        using var toMaps = new Translator(turned, Translators.Model("unet", 16, input: maps, output: maps), nothing, 1);

        var made = toMaps.TranslateFile(map, new(), null, Stop);

        Assert.Equal([255, 7, 0], made.Pixels);
        Assert.Equal(1, made.Channels);
        using var grey = new SKBitmap(2, 1, SKColorType.Gray8, SKAlphaType.Opaque);
        grey.SetPixel(0, 0, new SKColor(255, 255, 255));
        grey.SetPixel(1, 0, new SKColor(7, 7, 7));
        using SKBitmap back = toMaps.Translate(grey, null, Stop);
        Assert.Equal([0, 7], [back.GetPixel(0, 0).Red, back.GetPixel(1, 0).Red]);
    }

    [Fact]
    public void A_class_that_the_run_never_saw_is_refused_with_those_it_knows()
    {
        using var translator = Negatives(Translators.Side(1, [0, 7]));

        var fault = Assert.Throws<ImageDecodeException>(() => translator.TranslateFile(TestImages.RawPng(3, 1, 8, 0, [0, 7, 9]), new(), null, Stop));

        Assert.Equal("has the class number 9, where this run knows 2 classes: 0, 7; give a map of those", fault.Message);
        using var many = Negatives(Translators.Side(1, [.. Enumerable.Range(0, 9)]));
        fault = Assert.Throws<ImageDecodeException>(() => many.TranslateFile(TestImages.RawPng(3, 1, 8, 0, [0, 7, 9]), new(), null, Stop));
        Assert.Contains("9 classes: 0 to 8;", fault.Message, StringComparison.Ordinal);
        using var colours = new SKBitmap(1, 1, SKColorType.Rgba8888, SKAlphaType.Opaque);
        colours.SetPixel(0, 0, new SKColor(1, 2, 3));
        Assert.Contains("is in colours", Assert.Throws<ImageDecodeException>(() => translator.Translate(colours, null, Stop)).Message, StringComparison.Ordinal);
        Assert.Contains("0 to 1", Assert.Throws<ArgumentException>(() => translator.Translate([2], 1, 1, null, Stop)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_larger_than_memory_allows_is_refused_before_it_is_decoded()
    {
        using var translator = new Translator(new FakeEngine().Open("cpu", TuningMode.Off, _ => { }), Translators.Model("unet", 16), nothing, 1) { FreeMemory = () => 1 << 20 };
        // Its pixels are missing: who decoded them would say so.
        byte[] header = TestImages.RawPng(4000, 3000, 8, 2, []);

        var fault = Assert.Throws<TooLittleMemoryException>(() => translator.TranslateFile(header, new(), null, Stop));

        Assert.Contains("4000 x 3000 pixels", fault.Message, StringComparison.Ordinal);
        Assert.Contains("give it in parts", fault.Message, StringComparison.Ordinal);
        var larger = Assert.Throws<ImageDecodeException>(() => translator.TranslateFile(TestImages.RawPng(9000, 9000, 8, 2, []), new(), null, Stop));
        Assert.Contains("more than the", larger.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wishes_are_checked()
    {
        var labels = new LabelChoice([new("hair", ["red", "blue"], [1, 1]), new("eyes", ["open", "shut"], [1, 1])]);
        using var plain = Negatives();
        using var labelled = new Translator(new FakeEngine().Open("cpu", TuningMode.Off, _ => { }), Translators.Model("stargan", 16, labels: 4) with { Labels = labels }, nothing, 1);

        Refuses(plain, new() { Tile = 63 }, "Tile is 63; it must be between 64 and 4096");
        Refuses(plain, new() { Tile = 5000 }, "Tile is 5000");
        Refuses(plain, new() { Label = "hair=red" }, "this run translates without labels");
        Refuses(labelled, new(), "give Label hair=red, or another of red, blue");
        Refuses(labelled, new() { Label = "hair=red" }, "give Label eyes=open");
        Refuses(labelled, new() { Label = "hair=green,eyes=open" }, "green");
        Assert.Equal(12, labelled.Translate(new byte[12], 2, 2, new() { Label = "hair=blue,eyes=shut" }, Stop).Length);

        static void Refuses(Translator translator, TranslationWish wish, string part) =>
            Assert.Contains(part, Assert.Throws<OptionException>(() => translator.Translate(new byte[12], 2, 2, wish, Stop)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_translator_says_so()
    {
        var translator = Negatives();
        translator.Dispose();
        translator.Dispose();

        Assert.Throws<ObjectDisposedException>(() => translator.Translate(new byte[12], 2, 2, null, Stop));
    }

    [Theory]
    [InlineData("pix2pix", "pairs:faces", false)]
    [InlineData("cyclegan", "unpaired:faces", false)]
    [InlineData("cyclegan", "unpaired:faces", true)]
    public void A_run_s_translator_makes_of_the_size_that_was_trained_what_the_trainer_makes(string method, string source, bool back)
    {
        using var folder = new TemporaryFolder();
        string run = folder["run"];
        var usual = Presets.Named(method);
        var settings = new RunSettings
        {
            Data = new ImageSetOptions { Source = source, FaceCount = 8, Size = new ImageSize(16, 16), UseCache = false },
            Training = usual with { Width = 4, Steps = 3, Batch = 2, Translation = usual.Translation! with { DiscriminatorWidth = 4, PatchLayers = 1 } },
            Device = "cpu",
        };
        using (var session = TrainingSession.Start(run, settings, force: false, new TrainingEngine(), new RecordingObserver(), TimeProvider.System, TestContext.Current.CancellationToken))
        {
            session.Run(TestContext.Current.CancellationToken);
        }

        using var translator = Translator.Load(run, "cpu", back);
        using var pairs = PairLoader.Load(
            new PairOptions { Data = settings.Data, Pairing = method == "pix2pix" ? Pairing.Paired : Pairing.Unpaired }, settings.Training.Sizes, null, TestContext.Current.CancellationToken);
        byte[] input = new byte[16 * 16 * 3];
        pairs.CopySide(pairs.HeldOut!, 0, back ? pairs.Target : pairs.Input, input);
        byte[] made = translator.Translate(input, 16, 16, null, Stop);

        Assert.Equal(3, translator.Step);
        Assert.True(made.Max() > made.Min());
        Assert.Equal(back ? (pairs.Target.Name, pairs.Input.Name) : (pairs.Input.Name, pairs.Target.Name), (translator.Input.Name, translator.Output.Name));
        if (back)
        {
            using var forth = Translator.Load(run, "cpu");
            Assert.NotEqual(forth.Translate(input, 16, 16, null, Stop), made);
            return;
        }
        var (record, state) = (RunFolder.ReadRecord(run), GeneratorSource.Read(run, _ => { }).State);
        using ComputeDevice device = ComputeDevice.Open("cpu");
        using var data = TrainingData.Of(TranslationPairs.Of(pairs));
        using var trainer = new TranslationTrainer(device, record.Settings.Training, data);
        trainer.LoadState(state);
        // Batches of another size add products in another order.
        Assert.All(trainer.Sample(0, 0, 1).Zip(made), pair => Assert.InRange(pair.Second - pair.First, -1, 1));
    }

    [Fact]
    public void A_run_that_draws_from_noise_is_refused_with_the_command_that_takes_it()
    {
        using var runs = new TrainedRuns();
        string noise = runs.Train("noise", options => options);

        Assert.Contains($"translates none; draw with it: generate {noise}", Assert.Throws<RunFolderException>(() => Translator.Load(noise, "cpu")).Message, StringComparison.Ordinal);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Translator Negatives(PairSide? input = null, PairSide? output = null) =>
        new(new FakeEngine().Open("cpu", TuningMode.Off, _ => { }), Translators.Model("unet", 16, input: input, output: output), nothing, 1);

    /// <summary>A device whose translators change bytes.</summary>
    private sealed class MapDevice(Func<byte[], byte[]> change) : ISamplingDevice, IImageTranslator
    {
        public string Name => "bytes";

        public int SmallestTile => 64;

        public ISampler CreateSampler(RunRecord record, IReadOnlyDictionary<string, StateTensor> state) => throw new NotSupportedException("It only translates.");

        public IImageTranslator CreateTranslator(TranslatorModel model, IReadOnlyDictionary<string, StateTensor> state) => this;

        public byte[] Translate(byte[] image, int height, int width, ReadOnlySpan<float> labels, int tile, Action<int, int>? progress, CancellationToken cancellation) => change(image);

        public void Dispose()
        {
        }
    }
}
