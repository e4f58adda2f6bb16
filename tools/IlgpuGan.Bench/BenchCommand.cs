using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IlgpuGan.Devices;

namespace IlgpuGan.Bench;

/// <summary>The command line of the benchmarks: exit code 0, or 2 for bad usage.</summary>
internal static class BenchCommand
{
    private static readonly Option<string> Device = new("--device")
    {
        Description = "auto, cuda[:n], opencl[:n] or cpu",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "one JSON object per row on standard output" };

    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "how long to measure each row",
        DefaultValueFactory = _ => 5,
    };

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Measures the engine's kernels and training steps.") { MatMul(output), Step(output) };
        var parsed = root.Parse(args);
        foreach (var fault in parsed.Errors)
            error.WriteLine(fault.Message);
        if (parsed.Errors.Count > 0)
            return 2;
        try
        {
            return parsed.Invoke(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception fault) when (fault is DeviceException or ArgumentException or Training.OptionException)
        {
            error.WriteLine(fault.Message);
            return 2;
        }
    }

    private static Command MatMul(TextWriter output)
    {
        var sizes = new Option<int[]>("--size")
        {
            Description = "sides of the square matrices",
            DefaultValueFactory = _ => [512, 1024, 2048],
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("matmul", "Product of square matrices.") { sizes, Device, Seconds, Json };
        command.SetAction(parsed =>
        {
            using var device = ComputeDevice.Open(parsed.GetValue(Device)!);
            foreach (int size in parsed.GetValue(sizes)!)
                Write(parsed, output, MatMulBench.Measure(device, size, TimeSpan.FromSeconds(parsed.GetValue(Seconds))));
        });
        return command;
    }

    private static Command Step(TextWriter output)
    {
        var preset = new Option<string>("--preset") { Description = "dcgan or mlp", DefaultValueFactory = _ => "dcgan" };
        var size = new Option<int>("--size") { Description = "side of the square images", DefaultValueFactory = _ => 64 };
        var width = new Option<int>("--width") { Description = "channels nearest the image", DefaultValueFactory = _ => 64 };
        var batch = new Option<int>("--batch") { Description = "images per update", DefaultValueFactory = _ => 16 };
        var command = new Command("step", "One training step: D's update and G's update.") { preset, size, width, batch, Device, Seconds, Json };
        command.SetAction(parsed =>
        {
            using var device = ComputeDevice.Open(parsed.GetValue(Device)!);
            Write(parsed, output, StepBench.Measure(device, parsed.GetValue(preset)!, parsed.GetValue(size), parsed.GetValue(width),
                parsed.GetValue(batch), TimeSpan.FromSeconds(parsed.GetValue(Seconds))));
        });
        return command;
    }

    private static void Write(ParseResult parsed, TextWriter output, IReadOnlyDictionary<string, object> row) =>
        output.WriteLine(parsed.GetValue(Json)
            ? JsonSerializer.Serialize(row)
            : string.Join("  ", row.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}"))));
}
