using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation;
using IlgpuGan.Evaluation.Detection;
using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Data;
using IlgpuGan.Tests.Data.Pairs;
using IlgpuGan.Tests.Evaluation.Detection;
using SkiaSharp;

namespace IlgpuGan.Tests.Fuzzing;

/// <summary>All readers of files that come from outside or may be damaged on a disk. A new reader is one more row.</summary>
internal static class FuzzReaders
{
    public static IReadOnlyList<FuzzReader> All { get; } =
    [
        Image("png", TestImages.Png(12, 9, Colour), TestImages.RawPng(2, 1, 16, 2, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
            TestImages.RawPng(2, 1, 8, 3, [1, 0], [10, 20, 30, 200, 100, 50], [0, 255]),
            TestImages.PngWith(TestImages.Png(5, 4, Colour), "eXIf", TestImages.Exif(6), afterPixels: true)),
        Image("jpeg", TestImages.Jpeg(24, 17, Colour), TestImages.TurnedJpeg(TestImages.Jpeg(64, 48, Colour, 50), 6)),
        Image("webp", TestImages.LosslessWebp(9, 8, Colour), TestImages.TurnedWebp(TestImages.LosslessWebp(9, 8, Colour), 9, 8, 5)),
        Image("gif", TestImages.AnimatedGif()),
        Image("bmp", TestImages.Bmp(6, 5, 1, 2, 3)),
        Image("tiff", TestImages.Tiff(4, 3, [.. Enumerable.Range(0, 36).Select(i => (byte)i)]),
            TestImages.Tiff(4, 3, [.. Enumerable.Range(0, 12).Select(i => (byte)i)], bigEndian: true, orientation: 7, nextPage: true),
            PackedTiff(5, [0x80, 0x00, 0x20, 0x50, 0x38, 0x24, 0x0A, 0x02]), PackedTiff(32773, [unchecked((byte)-11), 7]), PackedTiff(4, [0xE0, 0x02, 0x00, 0x20]),
            PackedTiff(7, TestImages.Jpeg(4, 3, Colour)), TiledTiff()),

        new("class map", _ => [TestImages.RawPng(4, 3, 8, 3, [.. Enumerable.Range(0, 12).Select(i => (byte)(i % 3))], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
            TestImages.RawPng(8, 2, 1, 0, [0x5A, 0xA5]), TestImages.RawPng(2, 1, 8, 2, [1, 1, 1, 2, 2, 2])],
            (input, _) => ReadClassMap(input), typeof(ImageDecodeException)) { MostBytes = 12 * ImageDecoder.MaxPixels },
        Pairs("pairs in a zip", "pairs.zip", TestImages.Zip(("trainA/1.png", TestImages.Png(16, 16, 1, 2, 3)), ("trainB/1.bmp", TestImages.Bmp(16, 16, 1, 2, 3)),
            ("testA/2.png", TestImages.Png(16, 16, 1, 2, 3)), ("testB/2.png", TestImages.Png(16, 16, 1, 2, 3)))),
        Pairs("halves in a tar", "pairs.tar", TestImages.Tar(("train/1.png", TestImages.Png(32, 16, Colour)), ("val/2.png", TestImages.Png(32, 16, Colour)))),

        Set("idx images", "train-images-idx3-ubyte", TestImages.Idx([3, 16, 16], new byte[3 * 256]), TestImages.Gzip(TestImages.Idx([2, 16, 17], new byte[2 * 272]))),
        Set("idx labels", "train-labels-idx1-ubyte", ("train-images-idx3-ubyte", TestImages.Idx([3, 16, 16], new byte[3 * 256])),
            TestImages.Idx([3], [0, 1, 2]), TestImages.Gzip(TestImages.Idx([3], [0, 1, 2]))),
        Set("npy", "x_train.npy", ("y_train.npy", NumpyFiles.Npy("|u1", [2], [0, 1])), NumpyFiles.Npy("|u1", [2, 16, 16], NumpyFiles.Pixels(2, 16, 1)),
            NumpyFiles.Npy(">f4", [2, 16, 16], new byte[2 * 256 * 4], isFortran: true)),
        Set("npz", "set.npz", NumpyFiles.Npz(true, ("images", NumpyFiles.Npy("|u1", [2, 16, 16], NumpyFiles.Pixels(2, 16, 1))),
            ("names", NumpyFiles.Npy("<U3", [2], NumpyFiles.Unicode(3, "cat", "dog"))))),
        Set("hdf5", "set.h5", [.. new[] { "studiogan", "packed", "latest", "lzf", "beside", "loop", "userblock", "files" }.Select(Hdf5)]),
        Set("parquet", "set.parquet", Parquet(5, true), Parquet(2, false)),
        Set("cifar", "data_batch_1.bin", new byte[2 * 3073]),
        Set("zip", "images.zip", TestImages.Zip(("a/1.png", TestImages.Png(16, 16, 1, 2, 3)), ("b/2.png", TestImages.Png(16, 16, 4, 5, 6)),
            ("dataset.json", Encoding.UTF8.GetBytes("{\"labels\": [[\"a/1.png\", 0], [\"b/2.png\", 1]]}")))),
        Set("dataset.json", "dataset.json", ("a.png", TestImages.Png(16, 16, 1, 2, 3)),
            Encoding.UTF8.GetBytes("{\"labels\": [[\"a.png\", 6]]}"), "{\"labels\": null}"u8.ToArray()),
        Set("tar", "images.tar", TestImages.Tar(("a/1.png", TestImages.Png(16, 16, 1, 2, 3)), ("b/2.png", TestImages.Png(16, 16, 4, 5, 6))),
            TestImages.Gzip(TestImages.Tar(("1.png", TestImages.Png(16, 16, 1, 2, 3)))), LinkedTar()),
        Set("shard", "shard-000000.tar", ("shard-000001.tar", Shard("3", "4")), Shard("1", "2")),
        Set("label table", "labels.csv", ("a.png", TestImages.Png(16, 16, 1, 2, 3)),
            "file,label,smiling\na.png,\"a cat\",1\n"u8.ToArray(), "a;cat\n"u8.ToArray(), "\uFEFFfile|x|y\r\na.png|0|1\r\nb.png|1|0\r\n"u8.ToArray()),
        Set("CelebA's list", "list_attr_celeba.txt", ("a.png", TestImages.Png(16, 16, 1, 2, 3)), "1\nSmiling Young\na.png -1  1\n"u8.ToArray()),

        File("safetensors", "x.safetensors", path => Safetensors.Read(path), typeof(SafetensorsException), SafetensorsFile),
        File("checkpoint", "x.safetensors", path => Checkpoint.Read(path), typeof(CheckpointException), CheckpointFile),
        File("generator", "g.safetensors", path => PortableNetwork.Read(path), typeof(CheckpointException), PortableFile),
        Weights("torch zip", TorchSeeds.Zip(protocol: 2), TorchSeeds.Zip(protocol: 4)),
        Weights("torch legacy", TorchSeeds.Legacy()),
        File("options.json", "options.json", path => RunFolder.ReadRecord(Path.GetDirectoryName(path)!), typeof(RunFolderException), OptionsFile),
        File("log.jsonl", "log.jsonl", ReadLog, null, LogFile),
        File("evaluation report", "report.json", path => EvaluationFile.Warnings(EvaluationFile.Read(path)), typeof(OptionException), ReportFile),
        File("LBP cascade", "lbp.xml", LookBy, typeof(OptionException), _ => Encoding.ASCII.GetBytes(CascadeFiles.Xml(isLbp: true, nodes: 2, stages: 1, seed: 1))),
        File("Haar cascade", "haar.xml", LookBy, typeof(OptionException), _ => Encoding.ASCII.GetBytes(CascadeFiles.Xml(isLbp: false, nodes: 1, stages: 1, seed: 2))),
        new("tuning cache", TuningFile, ReadTuning),
        new("data cache", CacheFile, ReadCache),
        new("tensorboard events", EventFile, ReadEvents),
    ];

    private static SKColor Colour(int x, int y) => new((byte)(x * 19), (byte)(y * 23), (byte)(x * y), (byte)(255 - (y * 9)));

    /// <summary>An image may announce the most pixels that any may have, and memory for them is taken; nothing beyond it.</summary>
    private static FuzzReader Image(string name, params byte[][] seeds) =>
        new(name, _ => seeds, (input, _) =>
        {
            ImageHeader header = ImageDecoder.ReadHeader(input);
            Assert.InRange((long)header.Width * header.Height, 1, ImageDecoder.MaxPixels);
            ImageDecoder.Decode(input, new ImageShape(8, 8, 3), ImageFit.Pad, new byte[8 * 8 * 3]);
        }, typeof(ImageDecodeException))
        {
            MostBytes = 12 * ImageDecoder.MaxPixels,
        };

    private static byte[] PackedTiff(int compression, byte[] strip)
    {
        bool isFax = compression == 4;
        bool isColour = compression == 7;
        int samples = isColour ? 3 : 1;
        return TestImages.Tiff(
            false,
            [
                (256, 4, [4]), (257, 4, [3]), (258, 3, [.. Enumerable.Repeat(isFax ? 1 : 8, samples)]), (259, 3, [compression]), (262, 3, [isColour ? 6 : 1]),
                (277, 3, [samples]), (278, 4, [3]),
            ],
            [strip]);
    }

    private static byte[] TiledTiff() => TestImages.Tiff(
        true,
        [
            (256, 4, [20]), (257, 4, [3]), (258, 3, [16, 16]), (259, 3, [1]), (262, 3, [1]), (277, 3, [2]), (284, 3, [2]), (322, 4, [16]), (323, 4, [16]), (338, 3, [2]),
        ],
        [new byte[512], new byte[512], new byte[512], new byte[512]]);

    private static FuzzReader Set(string name, string file, params byte[][] seeds) => Set(name, file, default, seeds);

    /// <summary>A folder with the input, under a name, and perhaps another file beside it.</summary>
    private static FuzzReader Set(string name, string file, (string Name, byte[] Content) beside, params byte[][] seeds) =>
        new(name, folder =>
        {
            if (beside.Name is not null)
            {
                System.IO.File.WriteAllBytes(Path.Combine(folder, beside.Name), beside.Content);
            }

            return seeds;
        }, (input, folder) =>
        {
            string path = Path.Combine(folder, file);
            System.IO.File.WriteAllBytes(path, input);
            using ImageSet set = Loading.Load(file.EndsWith(".zip", StringComparison.Ordinal) ? path : folder);
            Assert.All(set.Labels, column => Assert.Equal(set.Count, column.Values.Count));
        }, typeof(DataException));

    private static byte[] Hdf5(string name) => System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "containers", $"{name}.h5"));

    private static byte[] Parquet(int rowsOfGroup, bool hasDictionary)
    {
        using var folder = new Data.TemporaryFolder();
        byte[][] images = [.. Enumerable.Range(0, 5).Select(i => TestImages.Png(16, 16, (byte)i, 7, 9))];
        return System.IO.File.ReadAllBytes(ParquetFiles.Write(
            Path.Combine(folder, "set.parquet"), images, [0, 1, 1, 0, 2], rowsOfGroup, ParquetFiles.Footer("cat", "dog", "cow"), hasDictionary: hasDictionary));
    }

    private static void ReadClassMap(byte[] input)
    {
        ClassMap map = ClassMapDecoder.Decode(input);
        Assert.Equal(map.Height * map.Width, map.Classes.Length);
        map.Scale(5, 9, ImageFit.Crop, new byte[45]);
    }

    private static FuzzReader Pairs(string name, string file, byte[] seed) => new(name, _ => [seed], (input, folder) =>
    {
        string path = Path.Combine(folder, file);
        System.IO.File.WriteAllBytes(path, input);
        using PairSet set = PairLoading.Load(path);
        Assert.Equal(set.Input.Channels + (set.IsPaired ? set.Target.Channels : 0), (set.Training ?? set.Inputs)!.Channels);
    }, typeof(DataException));

    private static byte[] LinkedTar() => TestImages.Tar(
        new PaxTarEntry(TarEntryType.RegularFile, "a/1.png") { DataStream = new MemoryStream(TestImages.Png(16, 16, 1, 2, 3)) },
        new PaxTarEntry(TarEntryType.HardLink, "b/2.png") { LinkName = "a/1.png" },
        new PaxTarEntry(TarEntryType.SymbolicLink, "b/3.png") { LinkName = "2.png" });

    private static byte[] Shard(params string[] keys) => TestImages.Tar([.. keys.SelectMany(key => new (string, byte[])[]
    {
        ($"{key}.png", TestImages.Png(16, 16, 1, 2, 3)), ($"{key}.cls", Encoding.ASCII.GetBytes(key)), ($"{key}.json", Encoding.ASCII.GetBytes($"{{\"kind\": \"{key}\"}}")),
    })]);

    /// <summary>A generator of PyTorch; what is accepted has the shapes of a network, or says nothing of one.</summary>
    private static FuzzReader Weights(string name, params byte[][] seeds) => new(name, _ => seeds, (input, folder) =>
    {
        string path = Path.Combine(folder, "g.pth");
        System.IO.File.WriteAllBytes(path, input);
        PortableNetwork network = PortableNetwork.Read(path);
        _ = PortableNetwork.ReadDiscriminator(path, isShared: true);
        if (network.Record is { } record)
        {
            network.WeightsOf(path, record.Settings.Training.Build(record.Data.ImageShape, 0).Generator);
        }
    }, typeof(CheckpointException));

    private static FuzzReader File(string name, string file, Action<string> read, Type? allowed, Func<string, byte[]> seed) =>
        new(name, folder => [seed(Path.Combine(folder, file))], (input, folder) =>
        {
            string path = Path.Combine(folder, file);
            System.IO.File.WriteAllBytes(path, input);
            read(path);
        }, allowed is null ? [] : [allowed]);

    private static void LookBy(string path)
    {
        using var cascade = CascadeDetector.Open(path);
        cascade.FindsFace([.. Enumerable.Range(0, 40 * 40).Select(i => (byte)(i * i))], 40, 40, 1);
    }

    private static byte[] SafetensorsFile(string path)
    {
        Safetensors.Write(path, new Dictionary<string, StateTensor> { ["w"] = new([2, 3], new float[6]), ["n"] = new([2], [1L, 2]) }, new Dictionary<string, string> { ["a"] = "b" });
        return System.IO.File.ReadAllBytes(path);
    }

    private static byte[] CheckpointFile(string path)
    {
        new Checkpoint(7, new Dictionary<string, StateTensor> { ["w"] = new([4], new float[4]), ["n"] = new([1], [3L]) }).Write(path);
        return System.IO.File.ReadAllBytes(path);
    }

    private static byte[] PortableFile(string path)
    {
        new PortableNetwork(Record, 7, new Dictionary<string, StateTensor> { ["main.0.weight"] = new([2, 3], new float[6]) }).Write(path);
        return System.IO.File.ReadAllBytes(path);
    }

    private static byte[] OptionsFile(string path) => JsonSerializer.SerializeToUtf8Bytes(Record, RecordJson.Default.RunRecord);

    private static RunRecord Record { get; } = new(
        RunRecord.CurrentFormat,
        new RunSettings { Data = new ImageSetOptions { Source = "faces", Size = new ImageSize(16, 16) } },
        new RunData("00", 4, 16, 16, 3, IsPoints: false),
        "cpu",
        new RunVersions("1", "2", "3", "4"));

    private static byte[] LogFile(string path) => Encoding.UTF8.GetBytes(string.Concat(
        RunLog.LineOf(new TrainingReport(50, 0.8, 1, 2, 0.5, 0.5, 3, 4) { Penalty = 0.1 }), "\n",
        RunLog.LineOf(new Finding(FindingKind.ModeCollapse, 50, 40, "All alike.") { BackTo = 20 }), "\n",
        RunLog.LineOf(new MetricLine("swd", 100, 6.4, 12.5, Best: true)), "\n"));

    private static void ReadLog(string path)
    {
        var log = new RunLog(path);
        _ = log.Read();
        _ = log.ReadFindings();
        _ = log.ReadMetrics();
        log.CutAfter(60, 50);
    }

    private static byte[] ReportFile(string path)
    {
        var protocol = new EvaluationProtocol { Shape = "16 x 16 x 3", Reference = "faces", ReferenceHash = "00", Reals = 4, Fakes = 4, Seed = 1, Engine = "1" };
        var result = new EvaluationResult("run", 7, protocol, [new MetricValue("swd", "sliced Wasserstein", 1.5, null, IsSmallerBetter: true, null)]);
        EvaluationFile.Save(path, [result, result with { Subject = "other" }]);
        return System.IO.File.ReadAllBytes(path);
    }

    private static KernelTuning Tuning(string folder) =>
        KernelTuning.Open(TuningMode.Quick, "device", "kernels", TimeSpan.FromSeconds(1), folder, sentence => Assert.NotEmpty(sentence));

    private static byte[][] TuningFile(string folder)
    {
        KernelTuning tuning = Tuning(folder);
        tuning.Measure("64 x 64", () => "tile 4");
        tuning.Save();
        return [System.IO.File.ReadAllBytes(Directory.GetFiles(folder).Single())];
    }

    private static void ReadTuning(byte[] input, string folder)
    {
        System.IO.File.WriteAllBytes(Directory.GetFiles(folder).Single(), input);
        _ = Tuning(folder).Find("64 x 64");
    }

    private static ImageSet CachedSet(string folder) =>
        Loading.Load(Path.Combine(folder, "data"), options => options with { UseCache = true, CacheFolder = Path.Combine(folder, "cache") });

    private static byte[][] CacheFile(string folder)
    {
        foreach (string name in new[] { "cats", "dogs" })
        {
            Directory.CreateDirectory(Path.Combine(folder, "data", name));
            System.IO.File.WriteAllBytes(Path.Combine(folder, "data", name, "a.png"), TestImages.Png(16, 16, 7, 8, 9));
        }

        CachedSet(folder).Dispose();
        return [System.IO.File.ReadAllBytes(Directory.GetFiles(Path.Combine(folder, "cache")).Single())];
    }

    /// <summary>Whatever the cache holds, the set is that of the files.</summary>
    private static void ReadCache(byte[] input, string folder)
    {
        System.IO.File.WriteAllBytes(Directory.GetFiles(Path.Combine(folder, "cache")).Single(), input);
        using ImageSet set = CachedSet(folder);
        Assert.Equal((2, 16, 16, 3), (set.Count, set.Height, set.Width, set.Channels));
        Assert.Equal([7, 8, 9], set.Image(0)[..3].ToArray());
        Assert.Equal(["cats", "dogs"], Assert.Single(set.Labels).ValueNames);
    }

    private static byte[][] EventFile(string folder)
    {
        using (TensorBoardLog log = TensorBoardLog.Begin(folder, 0, TimeProvider.System))
        {
            log.AddScalars(1, [new("loss", 0.5)]);
            log.AddScalars(5, [new("loss", 0.25)]);
        }

        return [System.IO.File.ReadAllBytes(Directory.GetFiles(folder).Single())];
    }

    private static void ReadEvents(byte[] input, string folder)
    {
        string[] files = Directory.GetFiles(folder);
        System.IO.File.WriteAllBytes(files[0], input);
        Array.ForEach(files[1..], System.IO.File.Delete);
        TensorBoardLog.Begin(folder, 3, TimeProvider.System).Dispose();
    }
}
