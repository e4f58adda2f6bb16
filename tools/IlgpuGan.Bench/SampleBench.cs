using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using IlgpuGan.Generation;

namespace IlgpuGan.Bench;

/// <summary>How long a program that has just started waits for a generator's first image, and then for many. Nothing else is opened before.</summary>
internal static class SampleBench
{
    private const int Many = 64, Repeats = 30;

    /// <summary>The command.</summary>
    public static Command Create(BenchContext context)
    {
        var run = new Argument<string>("RUN") { Description = "a run folder, or a generator's safetensors file" };
        var (device, json) = (BenchOptions.Device(), BenchOptions.Json());
        var command = new Command("sample", "A generator's first image after the start of a program, and 64 images after that.") { run, device, json };
        command.SetAction(parsed =>
        {
            long start = Stopwatch.GetTimestamp();
            using var generator = Generator.Load(parsed.GetValue(run)!, parsed.GetValue(device), context.Error.WriteLine);
            generator.SampleFloats(1);
            double first = Stopwatch.GetElapsedTime(start).TotalSeconds;
            generator.SampleFloats(Many);
            double[] seconds = [.. Enumerable.Range(0, Repeats).Select(seed => Measure(() => generator.SampleFloats(Many, (ulong)seed))).Order()];
            double one = Enumerable.Range(0, Repeats).Select(seed => Measure(() => generator.SampleFloats(1, (ulong)seed))).Order().ElementAt(Repeats / 2);
            Print(context, parsed.GetValue(json), generator, first, seconds[Repeats / 2], one, Latent(generator));
            return 0;
        });
        return command;
    }

    /// <summary>Time and allocated bytes of an image that follows a slider: the caller's latent into the caller's memory.</summary>
    private static (double Seconds, long Bytes) Latent(Generator generator)
    {
        int[] labels = new int[generator.Labels?.Columns.Count ?? 0];
        float[] latents = generator.Latents(1), image = generator.Decode(latents, labels);
        long before = GC.GetAllocatedBytesForCurrentThread();
        double[] seconds = new double[Repeats];
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            generator.Decode(latents, labels, image);
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Repeats;
        return (seconds.Order().ElementAt(Repeats / 2), bytes);
    }

    private static double Measure(Action draw)
    {
        long start = Stopwatch.GetTimestamp();
        draw();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Print(BenchContext context, bool json, Generator generator, double first, double many, double one, (double Seconds, long Bytes) latent)
    {
        context.Output.WriteLine(json
            ? JsonSerializer.Serialize(new { device = generator.DeviceName, first_image_s = first, images_64_s = many, image_1_s = one, latent_1_s = latent.Seconds, latent_1_bytes = latent.Bytes })
            : FormattableString.Invariant($"""
                device                                {generator.DeviceName}
                load and first image                  {first:F3} s
                {Many} images, median of {Repeats}             {many * 1000:F1} ms
                one image, median of {Repeats}             {one * 1000:F2} ms
                one latent into memory at hand        {latent.Seconds * 1000:F2} ms, {latent.Bytes} bytes allocated
                """));
        context.Output.Flush();
    }
}
