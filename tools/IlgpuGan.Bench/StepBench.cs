using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Training;

namespace IlgpuGan.Bench;

/// <summary>A whole training step on random images.</summary>
internal static class StepBench
{
    public static IReadOnlyDictionary<string, object> Measure(
        ComputeDevice device, string preset, int size, int width, int batch, TimeSpan time)
    {
        var pixels = new byte[4 * batch * size * size * 3];
        var numbers = new float[pixels.Length];
        Initialization.Normal(numbers, seed: 1, stream: 0);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)Math.Clamp(128 + 50 * numbers[i], 0, 255);
        using var data = TrainingData.Of(ImageSet.FromBytes("noise", size, size, 3, pixels));
        using var trainer = new Trainer(device, new TrainingOptions { Network = preset, Width = width, Batch = batch }, data);
        var timing = Speedometer.Time(() =>
        {
            trainer.RunStep();
            device.Stream.Synchronize();
        }, time);
        double gflop = trainer.Describe().GflopPerStep;
        return new Dictionary<string, object>
        {
            ["name"] = $"step {preset} {size} width {width} batch {batch}",
            ["device"] = device.Id,
            ["ms"] = Math.Round(timing.Median * 1e3, 3),
            ["gflops"] = Math.Round(gflop / timing.Median, 2),
            ["ms_per_step"] = Math.Round(timing.Median * 1e3, 3),
            ["images_per_second"] = Math.Round(batch / timing.Median, 1),
            ["gflop_per_step"] = Math.Round(gflop, 4),
            ["runs"] = timing.Runs,
        };
    }
}
