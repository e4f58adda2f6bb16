using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;
using IlgpuGan.Tests.Data;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>Small real runs on the processor that begin with the networks of others.</summary>
public abstract class TransferFixture : IDisposable
{
    private readonly TemporaryFolder folder = new();

    internal RecordingObserver Observer { get; } = new();

    internal string this[string name] => folder[name];

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static TrainingOptions R3 => Presets.Named("r3-tiny") with { Width = 16, LatentSize = 6, Batch = 4, Steps = 3, Depth = 1 };

    internal static TrainingOptions Dcgan => new() { Width = 8, LatentSize = 12, Batch = 8, Steps = 3 };

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Settings for drawn faces of a size.</summary>
    internal static RunSettings Faces(TrainingOptions training, int size, int channels = 3) => new()
    {
        Data = new ImageSetOptions { Source = "faces", FaceCount = 24, Size = new ImageSize(size, size), Channels = channels, UseCache = false },
        Training = training,
        Schedule = new() { ReportEvery = 2, CheckpointEvery = 2 },
        Device = "cpu",
    };

    /// <summary>A folder of grey images of 16 x 16 in classes.</summary>
    internal string Classes(string name, params string[] classes)
    {
        foreach (var (index, label) in classes.Index())
        {
            Directory.CreateDirectory(this[$"{name}/{label}"]);
            for (int i = 0; i < 4; i++)
            {
                byte grey = (byte)(40 * index + 10 * i);
                File.WriteAllBytes(this[$"{name}/{label}/{i}.png"], TestImages.Png(16, 16, grey, (byte)(grey + 9), 90));
            }
        }

        return this[name];
    }

    /// <summary>Trains a run from noise.</summary>
    internal string Train(string name, RunSettings settings)
    {
        using var session = TrainingSession.Start(this[name], settings, force: false, new TrainingEngine(), Observer, TimeProvider.System, Token);
        session.Run(Token);
        return this[name];
    }

    /// <summary>Begins a run with the networks of another and makes no step.</summary>
    internal string Begin(string name, string from, Func<RunSettings, RunSettings> change, string source = "faces")
    {
        Open(name, from, change, source).Dispose();
        return this[name];
    }

    internal TrainingSession Open(string name, string from, Func<RunSettings, RunSettings> change, string source = "faces", IRunObserver? observer = null)
    {
        var parent = ParentFile.Read(from, Observer.Notice);
        var settings = parent.SettingsFor(RunSettings.For(source)) with { Device = "cpu" };
        settings = settings with { Data = settings.Data with { FaceCount = 24, UseCache = false }, Training = settings.Training with { Steps = 6 } };
        return TrainingSession.Start(this[name], change(settings), force: false, new TrainingEngine(), observer ?? Observer, TimeProvider.System, Token, parent);
    }

    /// <summary>The newest state of a run.</summary>
    internal static IReadOnlyDictionary<string, StateTensor> StateOf(string run) => RunFolder.CheckpointsIn(run).ReadNewest(_ => { })!.State;

    internal static float[] Values(string run, string name) => StateOf(run)[name].Floats!;

    /// <summary>Images that a run draws, the labels given where it has such: as G makes them, beyond -1 and 1, too.</summary>
    internal static float[] Draw(string run, int count, params int[] labels)
    {
        var record = RunFolder.ReadRecord(run);
        using var device = ComputeDevice.Open("cpu");
        using var sampler = new LoadedSampler(device, record, StateOf(run));
        var images = new float[count * record.Data.ImageShape.Size];
        sampler.Decode(LatentSpace.Draw(5, 0, count, record.Settings.Training.LatentSize), labels, images);
        return images;
    }

    /// <summary>D's logits of images [count, H, W, C].</summary>
    internal static float[] Judge(string run, float[] images, params int[] labels)
    {
        var record = RunFolder.ReadRecord(run);
        var (_, discriminator) = record.Settings.Training.Build(record.Data.ImageShape, record.Labels?.Width ?? 0);
        var values = new float[discriminator.Parameters.Values.Size];
        var state = StateOf(run);
        foreach (var parameter in discriminator.Parameters.Parameters)
        {
            state[$"discriminator.values.{parameter.Name}"].Floats!.CopyTo(values, parameter.Offset);
        }

        using var device = ComputeDevice.Open("cpu");
        using var variables = new VariableStore(device);
        variables.Upload(discriminator.Parameters.Values, values);
        foreach (var (variable, _) in discriminator.State)
        {
            variables.Upload(variable, state[variable.Name].Floats!);
        }

        int count = images.Length / record.Data.ImageShape.Size;
        var (input, rows) = (new Variable("images", images.Length), new Variable("labels", Math.Max(1, count * (record.Labels?.Width ?? 0))));
        variables.Upload(input, images);
        var graph = new Graph();
        Tensor? asked = null;
        if (record.Labels is { } choice)
        {
            variables.Upload(rows, choice.OneHotRows(labels));
            asked = graph.Read(rows, 0, Shape.Of(count, choice.Width));
        }

        var output = discriminator.Apply(graph.Read(input, 0, Shape.Of([count, .. record.Data.ImageShape.ToArray()])), discriminator.Look(graph), asked);
        using var plan = Plan.Compile(variables, graph, [output]);
        plan.Run();
        return plan.Fetch(output);
    }

    internal static void AssertNear(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = expected.Zip(actual).Max(pair => Math.Abs((double)pair.First - pair.Second));
        Assert.True(worst <= tolerance, FormattableString.Invariant($"They differ by {worst} where {tolerance} may be."));
    }
}
