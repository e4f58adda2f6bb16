using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;
using IlgpuGan.Devices;
using IlgpuGan.Options;

namespace IlgpuGan.Bench;

/// <summary>Everything that was measured on a device, as a figure and a table.</summary>
internal static class BenchReport
{
    /// <summary>Time for each row of a first look.</summary>
    public const double QuickSeconds = 0.05;

    private const string Figure = "roofline.png";
    private const string Table = "report.md";

    /// <summary>Makes the folder and makes sure that it can be written.</summary>
    /// <exception cref="OptionException">It is a file, or cannot be made or written.</exception>
    public static void Prepare(string folder)
    {
        if (File.Exists(folder))
        {
            throw new OptionException($"--out {folder} is a file; give a folder.");
        }
        try
        {
            Directory.CreateDirectory(folder);
            string trial = Path.Combine(folder, $".{Table}.{Environment.ProcessId}");
            new FileStream(trial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OptionException($"--out {folder} cannot be written ({fault.Message.TrimEnd('.')}); allow writing there, or name another folder.");
        }
    }

    /// <summary>Writes both files, each whole or not at all.</summary>
    /// <exception cref="IOException">A file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written; an old one is unharmed.</exception>
    public static void Write(BenchContext context, string folder, BenchRun run)
    {
        string date = context.Clock.GetLocalNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string figure = Path.Combine(folder, Figure), table = Path.Combine(folder, Table);
        RooflinePlot.Save(
            figure,
            $"Roofline of {Machine(run.Device)}, {date}",
            new(run.Limits.Largest.Gflops, run.Limits.Largest.GigabytesPerSecond),
            [.. run.Rows.Where(row => row.Flops > 0).Select(Point)]);
        string text = string.Join('\n', Lines(run, date)) + "\n";
        AtomicFile.Write(table, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        context.Error.WriteLine($"Wrote {figure} and {table}.");
    }

    private static RooflinePoint Point(BenchRow row)
    {
        var (series, label) = row.Kind switch
        {
            BenchKind.MatMul => (RooflineSeries.MatrixProduct, row.Label),
            // The three directions of a layer stand above each other: one name for them.
            BenchKind.Convolution => (Direction(row.Label), row.Label.Split(' ')[0]),
            BenchKind.Elementwise => (RooflineSeries.Elementwise, row.Label),
            _ => (RooflineSeries.Step, row.Label),
        };
        return new(series, label, row.Intensity, row.Gflops);
    }

    private static RooflineSeries Direction(string label) =>
        label.EndsWith("forward", StringComparison.Ordinal) ? RooflineSeries.Convolution
        : label.EndsWith("data gradient", StringComparison.Ordinal) ? RooflineSeries.ConvolutionDataGradient
        : RooflineSeries.ConvolutionWeightGradient;

    private static IEnumerable<string> Lines(BenchRun run, string date) =>
    [
        $"# What {run.Device.Name} does with our kernels",
        "",
        $"![The rows below under the device's two roofs]({Figure})",
        "",
        "| | |",
        "| :-- | :-- |",
        $"| date | {date} |",
        $"| device | {run.Device.Id}, {Machine(run.Device)} |",
        $"| precision of products | {run.Target.Precision.ToString().ToLowerInvariant()} |",
        $"| processor | {DeviceCatalog.Find(DeviceKind.Cpu)[0].Description.Name}, {Environment.ProcessorCount} cores |",
        $"| instruction set | {InstructionSet} |",
        $"| system | {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture} |",
        $"| runtime | {RuntimeInformation.FrameworkDescription} |",
        $"| limits | {RowTable.Limits(run.Limits)} |",
        "",
        .. RowTable.Markdown(run),
        "",
        "GFLOP/s counts what the mathematics asks for, GB/s each tensor once, however often a kernel comes back to it; both are of the",
        "median run. The bound is the least of what the two measured limits allow at the row's operations per byte; the share says",
        "how near to it the row comes. Rows without floating-point operations to count stand in the table only.",
    ];

    private static string Machine(ComputeDevice device) => device.Kind == DeviceKind.Cpu
        ? $"{device.Name}, {device.Workers} {(device.Workers == 1 ? "core" : "cores")}"
        : $"{device.Name}, {device.Accelerator.NumMultiprocessors} multiprocessors";

    private static string InstructionSet =>
        Vector512.IsHardwareAccelerated ? "AVX-512"
        : Avx2.IsSupported ? Fma.IsSupported ? "AVX2 with FMA" : "AVX2"
        : AdvSimd.IsSupported ? "Advanced SIMD"
        : "vectors of 128 bits";
}
