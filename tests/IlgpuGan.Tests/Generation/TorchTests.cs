using System.Globalization;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Tests.Generation;

/// <summary>PyTorch loads exported weights into its own modules and computes what the engine computes. Skips where no python3 has torch.</summary>
[Collection(nameof(Kinds))]
public sealed class TorchTests(TrainedRuns runs)
{
    private const int Batch = 16;

    [Theory]
    [InlineData("dcgan")]
    [InlineData("dcgan-resize")]
    [InlineData("hw6")]
    [InlineData("r3")]
    public void Pytorch_computes_the_engines_images_and_logits(string kind)
    {
        var python = Python.Find();
        Assert.SkipWhen(python is null, "No python3 with torch and numpy was found (Debian: apt-get install python3-torch python3-numpy).");
        var run = Kinds.Train(runs, kind);
        var folder = runs[$"{kind}-torch"];
        var record = RunFolder.ReadRecord(run);
        RunExport.Open(run, _ => { }).SaveWeights(folder);
        using var generator = Generator.Load(run);
        int pixels = record.Data.Height * record.Data.Width;
        var latents = generator.Latents(Batch, seed: 5);
        var images = generator.Decode(latents);
        var reals = generator.SampleFloats(Batch, seed: 6, cancellation: TestContext.Current.CancellationToken);
        Safetensors.Write(Path.Combine(folder, "inputs.safetensors"), new Dictionary<string, StateTensor>
        {
            ["latents"] = new([Batch, generator.LatentSize], latents),
            ["reals"] = new([Batch, 3, record.Data.Height, record.Data.Width], ChannelsFirst(reals, pixels)),
        }, new Dictionary<string, string>());

        var options = record.Settings.Training;
        int[] sizes = [record.Data.Width, options.LatentSize, options.Width, options.GroupSize];
        Python.Run(python!, [Path.Combine(AppContext.BaseDirectory, "Generation", "torch_modules.py"), kind, folder, .. sizes.Select(size => size.ToString(CultureInfo.InvariantCulture))]);

        var outputs = Safetensors.Read(Path.Combine(folder, "outputs.safetensors")).Tensors;
        // Both compute in single precision, in different orders.
        AssertNear(ChannelsFirst(images, pixels), [.. outputs["images"].Floats!.Select(value => Math.Clamp(value, -1, 1))], 1e-4f);
        AssertNear(Logits(record, run, reals), outputs["logits"].Floats!, 1e-3f);
        RunImport.Create(Path.Combine(folder, "saved.safetensors"), like: run, runs[$"{kind}-back"], _ => { });
        using var back = Generator.Load(runs[$"{kind}-back"]);
        AssertNear(images, back.Decode(latents), 1e-4f);
    }

    [Fact]
    public void The_network_of_homework_6_has_as_many_numbers_as_pytorchs()
    {
        var python = Python.Find();
        Assert.SkipWhen(python is null, "No python3 with torch and numpy was found (Debian: apt-get install python3-torch python3-numpy).");

        var printed = Python.Read(python!, [Path.Combine(AppContext.BaseDirectory, "Generation", "torch_modules.py"), "counts"]);

        int[][] expected = [.. ((string[])["hw6", "hw6-wgan-gp"]).Select(preset =>
        {
            var (generator, discriminator) = Presets.Named(preset).Build(Shape.Of(64, 64, 3), 0);
            return (int[])[generator.Parameters.Size, discriminator.Parameters.Size];
        })];
        Assert.Equal(string.Join('\n', expected.Select(pair => string.Join(' ', pair))), printed.Trim());
    }

    private static float[] Logits(RunRecord record, string run, float[] images)
    {
        var (_, discriminator) = record.Settings.Training.Build(Shape.Of(record.Data.Height, record.Data.Width, 3), 0);
        var state = RunFolder.CheckpointsIn(run).ReadNewest(_ => { })!.State;
        var values = new float[discriminator.Parameters.Values.Size];
        foreach (var parameter in discriminator.Parameters.Parameters)
        {
            state[$"discriminator.values.{parameter.Name}"].Floats!.CopyTo(values, parameter.Offset);
        }
        using var device = ComputeDevice.Open("cpu");
        using var variables = new VariableStore(device);
        var x = new Variable("x", images.Length);
        variables.Upload(discriminator.Parameters.Values, values);
        variables.Upload(x, images);
        var graph = new Graph();
        var logits = discriminator.Apply(graph.Read(x, 0, Shape.Of(Batch, record.Data.Height, record.Data.Width, 3)));
        using var plan = Plan.Compile(variables, graph, logits);
        plan.Run();
        return plan.Fetch(logits);
    }

    private static float[] ChannelsFirst(float[] values, int pixels) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[i / (3 * pixels) * 3 * pixels + i % pixels * 3 + i / pixels % 3])];

    private static void AssertNear(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.Equal(0, expected.Zip(actual).Max(pair => Math.Abs(pair.First - pair.Second)), tolerance);
        Assert.True(expected.Max() - expected.Min() > 0.01, "Numbers that are all the same prove nothing.");
    }
}
