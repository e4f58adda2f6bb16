using System.Diagnostics;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Bench;

/// <summary>A whole training step on random images: D's update and G's.</summary>
internal static class StepBench
{
    private const int Batches = 4;

    /// <summary>One row.</summary>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public static IReadOnlyList<BenchCase> Cases(TrainingOptions options, int size)
    {
        Check(options, size);
        string name = Name(options, size);
        return [new(name, (target, time) => Measure(name, target.Device, options with { Precision = target.Asked }, size, time))];
    }

    /// <summary>What a step is called.</summary>
    public static string Name(TrainingOptions options, int size) => $"step {options.Network} {size} width {options.Width} batch {options.Batch}"
        + (options is { Loss: "non-saturating", Penalty: "none" } ? "" : $" {options.Loss} penalty {options.Penalty}");

    /// <summary>Random images, as many different ones as four batches hold.</summary>
    public static TrainingData Noise(int batch, int size)
    {
        var pixels = new byte[Batches * batch * size * size * 3];
        var numbers = new float[pixels.Length];
        Initialization.Normal(numbers, seed: 1, stream: 0);
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp(128 + 50 * numbers[i], 0, 255);
        }
        return TrainingData.Of(ImageSet.FromBytes("noise", size, size, 3, pixels));
    }

    /// <summary>Refuses options that no step can be made of.</summary>
    /// <exception cref="OptionException">An option is out of range.</exception>
    public static void Check(TrainingOptions options, int size)
    {
        int batch = options.Batch;
        if (size < 1 || batch < 1 || (double)Batches * batch * size * size * 3 > Array.MaxLength)
        {
            throw new OptionException($"--size {size} and --batch {batch} are too large or below 1; give sides and batches whose images fit into 2 GiB.");
        }
        options.Validate();
    }

    private static BenchRow Measure(string name, ComputeDevice device, TrainingOptions options, int size, TimeSpan time)
    {
        using var data = Noise(options.Batch, size);
        using var trainer = new GanTrainer(device, options, data);
        var plan = trainer.Plans.First();
        var host = new List<double>();
        var timing = Speedometer.Time(() =>
        {
            var clock = Stopwatch.StartNew();
            trainer.RunStep();
            host.Add(clock.Elapsed.TotalSeconds);
            device.Stream.Synchronize();
        }, time);
        // The first runs are warm-up.
        double[] busy = [.. host.TakeLast(timing.Runs).Order()];
        var critic = Speedometer.Time(plan, time / 2, segment: 0);
        double gflop = trainer.Describe().GflopPerStep;
        return new(name, $"step {size}", BenchKind.Step, timing, gflop * 1e9, Enumerable.Range(0, plan.Segments).Sum(plan.Bytes))
        {
            Figures =
            [
                ("ms_per_step", timing.Median * 1e3),
                ("ms_per_d_update", critic.Median * 1e3),
                ("images_per_second", options.Batch / timing.Median),
                ("gflop_per_step", gflop),
                ("launches_per_step", plan.Launches),
                ("host_ms_per_step", busy[busy.Length / 2] * 1e3),
            ],
        };
    }
}
