using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Graphs;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Options;
using IlgpuGan.Sampling;

namespace IlgpuGan.Bench;

/// <summary>One image translated by a network that was trained at 256 pixels, bytes in and bytes out; weights are drawn, as their values change no time.</summary>
internal static class TranslateBench
{
    private const int Channels = 3, TrainedAt = 256;

    /// <summary>The command.</summary>
    public static Command Create(BenchContext context)
    {
        var size = BenchOptions.Number("--size", "side of the square image", 512);
        var width = BenchOptions.Number("--width", "channels nearest the image", 64);
        var network = BenchOptions.Text("--translator", string.Join(", ", Choice.Names<TranslatorKind>()), "NAME", Choice.Name(TranslatorKind.ResNet));
        var upsampling = BenchOptions.Text("--upsampling", string.Join(", ", Choice.Names<Upsampling>()), "NAME", Choice.Name(Upsampling.Resize));
        var tile = BenchOptions.Number("--tile", "sides above which it is translated in tiles", TranslationWish.DefaultTile);
        var repeats = BenchOptions.Number("--repeats", "how often", 9);
        var (device, precision, json) = (BenchOptions.Device(), BenchOptions.Precision(), BenchOptions.Json());
        var command = new Command("translate", "One image translated, as a finished run does it.") { size, width, network, upsampling, tile, repeats, device, precision, json };
        command.SetAction(parsed =>
        {
            var family = TranslationNetworks.FamilyOf(new TranslationOptions { Translator = Read<TranslatorKind>("--translator", parsed.GetValue(network)!) });
            int side = parsed.GetValue(size);
            var images = new PairSide("noise", Channels)
            {
                Originals = OriginalImages.Of([new ImageSize(side, side)], 1, 0, new ImageSetOptions { Source = "" }, new ImageShape(side, side, Channels)),
            };
            var design = new TranslationDesign(Shape.Of(TrainedAt, TrainedAt, Channels), Channels, parsed.GetValue(width))
            {
                Upsampling = Read<Upsampling>("--upsampling", parsed.GetValue(upsampling)!),
            };
            using var opened = ComputeDevice.Open(parsed.GetValue(device)!);
            var model = new TranslatorModel(family, design, images, images) { Precision = parsed.GetValue(precision) };
            using var translator = new ImageTranslator(opened, model, Drawn(model));
            OptionCheck.Between("--tile", parsed.GetValue(tile), translator.SmallestTile, TranslationWish.LargestTile);
            byte[] pixels = new byte[side * side * Channels];
            new Random(1).NextBytes(pixels);
            double Measure()
            {
                long start = Stopwatch.GetTimestamp();
                translator.Translate(pixels, side, side, [], parsed.GetValue(tile), null, default);
                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            }

            double first = Measure();
            double[] seconds = [.. Enumerable.Range(0, parsed.GetValue(repeats)).Select(_ => Measure()).Order()];
            Print(context, parsed.GetValue(json), opened, first, seconds);
            return 0;
        });
        return command;
    }

    private static Dictionary<string, StateTensor> Drawn(TranslatorModel model)
    {
        var parameters = model.Family.Build(model.Design, TrainedAt, TrainedAt).Parameters;
        float[] values = Initialization.Draw(parameters, seed: 1);
        return parameters.Parameters.ToDictionary(
            parameter => $"{parameters.Average.Name}.{parameter.Name}",
            parameter => new StateTensor(parameter.Shape.ToArray(), values[parameter.Offset..(parameter.Offset + parameter.Shape.Size)]));
    }

    private static T Read<T>(string option, string text)
        where T : struct, Enum =>
        Choice.Read<T>(text) ?? throw new OptionException($"{option} is \"{text}\"; it must be one of {string.Join(", ", Choice.Names<T>())}.");

    private static void Print(BenchContext context, bool json, ComputeDevice device, double first, double[] seconds)
    {
        double median = seconds[seconds.Length / 2];
        context.Output.WriteLine(json
            ? JsonSerializer.Serialize(new { device = $"{device.Id} ({device.Name})", first_s = first, best_s = seconds[0], median_s = median, device_bytes = device.Memory.Taken })
            : FormattableString.Invariant($"""
                device                     {device.Id} ({device.Name})
                first, with its plan       {first * 1000:F0} ms
                best, median of {seconds.Length}          {seconds[0] * 1000:F0}, {median * 1000:F0} ms
                memory of the device       {device.Memory.Taken / (double)(1 << 20):F0} MiB
                """));
        context.Output.Flush();
    }
}
