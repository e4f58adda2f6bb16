using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Generation;

/// <summary>Weights that leave a run and come back.</summary>
[Collection(nameof(Generation.Kinds))]
public sealed class PortableTests(TrainedRuns runs)
{
    private readonly List<string> notices = [];

    public static TheoryData<string> Kinds => Generation.Kinds.Names;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_exported_generator_draws_the_runs_images_bit_for_bit(string kind)
    {
        var run = Generation.Kinds.Train(runs, kind);
        var files = RunExport.Open(run, notices.Add).SaveWeights(runs[$"{kind}-weights"]);

        Assert.Equal(["generator.safetensors", "discriminator.safetensors"], files.Select(Path.GetFileName));
        using var original = Generator.Load(run);
        using var exported = Generator.Load(files[0]);
        Assert.Equal(original.SampleFloats(9, seed: 4, cancellation: TestContext.Current.CancellationToken), exported.SampleFloats(9, seed: 4, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal((original.Step, original.Labels?.Width), (exported.Step, exported.Labels?.Width));
        // Of both networks in one file, too.
        RunExport.Open(run, notices.Add).SaveOneFile(runs[$"{kind}-one/both.safetensors"]);
        using var both = Generator.Load(runs[$"{kind}-one/both.safetensors"]);
        Assert.Equal(exported.SampleFloats(9, seed: 4, cancellation: TestContext.Current.CancellationToken), both.SampleFloats(9, seed: 4, cancellation: TestContext.Current.CancellationToken));
        Assert.NotNull(PortableNetwork.ReadDiscriminator(runs[$"{kind}-one/both.safetensors"], isShared: true));
        // An export of the export holds the same numbers, without the discriminator that is not there.
        var again = Assert.Single(RunExport.Open(files[0], notices.Add).SaveWeights(runs[$"{kind}-again"]));
        Assert.Equal(File.ReadAllBytes(files[0]), File.ReadAllBytes(again));
        Assert.Empty(notices);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_imported_run_has_the_weights_and_goes_on(string kind)
    {
        var run = Generation.Kinds.Train(runs, kind);
        RunExport.Open(run, notices.Add).SaveWeights(runs[$"{kind}-to-import"]);

        RunImport.Create(runs[$"{kind}-to-import"], like: null, runs[$"{kind}-imported"], notices.Add);

        using (var original = Generator.Load(run))
        using (var imported = Generator.Load(runs[$"{kind}-imported"]))
        {
            Assert.Equal(original.SampleFloats(9, seed: 4, cancellation: TestContext.Current.CancellationToken),
                imported.SampleFloats(9, seed: 4, cancellation: TestContext.Current.CancellationToken));
            Assert.Equal(0, imported.Step);
        }

        var saved = RunFolder.CheckpointsIn(run).ReadNewest(notices.Add)!.State;
        var state = RunFolder.CheckpointsIn(runs[$"{kind}-imported"]).ReadNewest(notices.Add)!.State;
        if (kind != "resnet-spectral")
        {
            Assert.All(saved.Where(pair => pair.Key.StartsWith("discriminator.values.", StringComparison.Ordinal)), pair => Assert.Equal(pair.Value.Floats, state[pair.Key].Floats));
        }

        var settings = RunFolder.ReadRecord(run).Settings;
        using var session = TrainingSession.Resume(
            runs[$"{kind}-imported"], imported => imported with { Data = settings.Data, Device = "cpu" }, new TrainingEngine(), new Training.RecordingObserver(),
                TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(3, session.Run(TestContext.Current.CancellationToken).Step);
        Assert.Empty(notices);
    }

    [Fact]
    public void An_exported_file_keeps_to_itself_where_the_data_lies()
    {
        var run = Generation.Kinds.Train(runs, "dcgan");
        var record = RunFolder.ReadRecord(run);
        var folder = runs["private"];
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, "options.json"),
            File.ReadAllText(Path.Combine(run, "options.json")).Replace("\"source\": \"faces\"", "\"source\": \"/home/someone/secret/pictures\"", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(folder, "checkpoints"));
        File.Copy(RunFolder.CheckpointsIn(run).FileOf(3), RunFolder.CheckpointsIn(folder).FileOf(3));

        var exported = RunExport.Open(folder, notices.Add).SaveWeights(runs["private-weights"]);

        var said = string.Concat(Safetensors.Read(exported[0]).Metadata.Values);
        Assert.Contains("\"source\": \"pictures\"", said, StringComparison.Ordinal);
        Assert.DoesNotContain("someone", said, StringComparison.Ordinal);
        Assert.Equal("faces", record.Settings.Data.Source);
    }

    [Theory]
    [InlineData("missing", "it has no tensor \"0.weight\" [12, 16, 4, 4], which this generator needs")]
    [InlineData("unknown", "tensor \"0.strange\" has no place in this generator")]
    [InlineData("shape", "tensor \"0.weight\" is [2, 2] where this generator has [12, 16, 4, 4]")]
    [InlineData("nan", "tensor \"0.weight\" holds numbers that are not finite")]
    [InlineData("options", "has options that no run of this program has: Width is 1000000")]
    [InlineData("size", "has options that no run of this program has: height is 100000000")]
    [InlineData("silent", "does not say what network it is of, and its tensors are not a DCGAN's; make a run of it with import like")]
    public void A_file_that_does_not_fit_is_refused(string fault, string words)
    {
        var file = runs[$"{fault}.safetensors"];
        var content = Safetensors.Read(RunExport.Open(Generation.Kinds.Train(runs, fault == "silent" ? "r3" : "dcgan"), notices.Add).SaveWeights(runs[fault])[0]);
        var (tensors, metadata) = (content.Tensors.ToDictionary(), content.Metadata.ToDictionary());
        var weight = tensors["0.weight"];
        switch (fault)
        {
            case "missing":
                tensors.Remove("0.weight");
                break;
            case "unknown":
                tensors["0.strange"] = weight;
                break;
            case "shape":
                tensors["0.weight"] = new([2, 2], new float[4]);
                break;
            case "nan":
                weight.Floats![7] = float.NaN;
                break;
            case "options":
                metadata["ilgpugan.run"] = metadata["ilgpugan.run"].Replace("\"width\": 8,", "\"width\": 1000000,", StringComparison.Ordinal);
                break;
            case "size":
                metadata["ilgpugan.run"] = metadata["ilgpugan.run"]
                    .Replace("\"height\": 16,\n    \"width\": 16,\n    \"channels", "\"height\": 100000000,\n    \"width\": 16,\n    \"channels", StringComparison.Ordinal);
                break;
            default:
                metadata.Remove("ilgpugan.run");
                break;
        }

        Safetensors.Write(file, tensors, metadata);

        Assert.Contains(words, Assert.Throws<CheckpointException>(() => Generator.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_import_needs_a_free_folder_and_something_to_import()
    {
        var run = Generation.Kinds.Train(runs, "dcgan");
        var weights = RunExport.Open(run, notices.Add).SaveWeights(runs["again"]);

        Assert.Throws<RunFolderException>(() => RunImport.Create(weights[0], null, run, notices.Add));
        Assert.Contains("does not exist", Assert.Throws<OptionException>(() => RunImport.Create(runs["nothing"], null, runs["a"], notices.Add)).Message, StringComparison.Ordinal);
        RunImport.Create(weights[0], null, runs["one"], notices.Add);
        Assert.StartsWith($"{weights[1]} was not taken: ", Assert.Single(notices), StringComparison.Ordinal);
        notices.Clear();
        File.Delete(weights[1]);
        RunImport.Create(weights[0], null, runs["alone"], notices.Add);
        Assert.Contains("no discriminator", Assert.Single(notices), StringComparison.Ordinal);
    }
}
