using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Bench;

/// <summary>A training step on the stand-in for a CUDA card, which counts what each launch does; nothing is timed.</summary>
internal static class CountBench
{
    /// <summary>Images of a step where none are asked for.</summary>
    public const int UsualBatch = 128;

    private const string Variable = "ILGPUGAN_CUDA_STAND_IN", Word = "counts=";

    /// <summary>Runs steps once in each precision on a device and prints what their kernels count.</summary>
    /// <param name="context">Where it is printed.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="size">Side of the square images.</param>
    /// <param name="asked">How products shall multiply; null for TF32 and then BF16.</param>
    /// <param name="areEach">Whether each shape of a kernel has a row.</param>
    /// <param name="isJson">Whether rows are JSON.</param>
    /// <exception cref="OptionException">A step is none, or the device is not to write counts.</exception>
    public static Action<ComputeDevice> Of(BenchContext context, IReadOnlyList<TrainingOptions> steps, int size, Precision? asked, bool areEach, bool isJson)
    {
        foreach (var options in steps)
        {
            StepBench.Check(options, size);
        }
        string file = CountsFile() ?? throw new OptionException($"--count needs the stand-in for a CUDA card: name its library in {DriverLibraries.CudaVariable}, and set {Variable} to "
            + $"\"execute=sample;memory=65536;{Word}FILE\" with a file of your choice.");
        return device =>
        {
            if (device.Kind != DeviceKind.Cuda)
            {
                throw new OptionException($"--device is {device.Id}; what --count counts are the kernels of cuda.");
            }
            using var progress = new Progress(context);
            foreach (var options in steps)
            {
                foreach (var precision in asked is { } one ? (Precision[])[one] : [Precision.Tf32, Precision.Bf16])
                {
                    progress.Show($"counting {StepBench.Name(options, size)} in {precision.ToString().ToLowerInvariant()}");
                    Count(context, device, options with { Precision = precision }, size, file, areEach, isJson);
                }
            }
        };
    }

    private static void Count(BenchContext context, ComputeDevice device, TrainingOptions options, int size, string file, bool areEach, bool isJson)
    {
        using var data = StepBench.Noise(options.Batch, size);
        using var trainer = new GanTrainer(device, options, data);
        var plan = trainer.Plans.First();
        int before = Lines(file).Count();
        // All segments: where a penalty comes every few steps, a step that it comes in.
        plan.Run();
        device.Stream.Synchronize();
        var counts = Lines(file).Skip(before).Select(LaunchCount.Parse).ToArray();
        var launches = plan.AllLaunches.Cast<DeviceLaunch>().ToArray();
        if (counts.Length != launches.Length)
        {
            throw new OptionException($"{file} has {counts.Length} lines for the {launches.Length} launches of the step; let --device be the stand-in, and let no other program write there.");
        }
        CountTable.Write(context.Output, StepBench.Name(options, size), plan.Precision, CountedKernel.Rows(launches.Zip(counts), plan.Precision, areEach), isJson);
    }

    private static IEnumerable<string> Lines(string file) => File.Exists(file) ? File.ReadLines(file) : [];

    private static string? CountsFile() => Environment.GetEnvironmentVariable(Variable)?.Split(';', StringSplitOptions.TrimEntries)
        .LastOrDefault(word => word.StartsWith(Word, StringComparison.Ordinal))?[Word.Length..];
}
