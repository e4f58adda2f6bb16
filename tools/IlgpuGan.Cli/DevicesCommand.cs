using System.CommandLine;
using System.Globalization;
using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan devices</c>.</summary>
internal static class DevicesCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("devices", "Lists the devices that can train and how fast they are, and why others cannot.");
        var json = OptionFactory.Switch("--json", "Print one JSON object per line on standard output.");
        command.Add(json);
        command.SetAction(parsed =>
        {
            foreach (var device in DeviceCatalog.Find())
            {
                Print(context.Output, device, parsed.GetValue(json));
            }

            return 0;
        });
        return command;
    }

    private static void Print(TextWriter output, DeviceDescription device, bool json)
    {
        var (speed, reason) = device.IsUsable ? Measure(device) : (null, device.Reason);
        if (json)
        {
            output.WriteJson(new
            {
                device.Id,
                Kind = device.Kind.ToString().ToLowerInvariant(),
                device.Name,
                device.MemoryBytes,
                Usable = reason is null,
                Reason = reason,
                device.Driver,
                device.Remark,
                Gflops = Rounded(speed?.Gflops),
                GigabytesPerSecond = Rounded(speed?.GigabytesPerSecond),
            });
            return;
        }

        output.WriteLine(speed is null
            ? $"{device.Id,-10}  {device.Name}: left out, {reason}"
            : string.Create(CultureInfo.InvariantCulture,
                $"{device.Id,-10}  {device.Name}, {Figures.Bytes(device.MemoryBytes)}, {speed.Gflops:F0} GFLOP/s, {speed.GigabytesPerSecond:F0} "
                    + $"GB/s{(device.Remark is { } remark ? $"; {remark}" : "")}"));
        output.Flush();
    }

    // A device that opens can still fail at its first kernel, in any way its driver likes; the list goes on with the next.
    private static (DeviceSpeed? Speed, string? Reason) Measure(DeviceDescription device)
    {
        try
        {
            using var opened = ComputeDevice.Open(device.Id);
            return (Speedometer.Measure(opened), null);
        }
        catch (Exception fault)
        {
            return (null, $"it fails: {DriverFault.Describe(fault)}");
        }
    }

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 1) : null;
}
