using System.CommandLine;
using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan devices</c>.</summary>
internal static class DevicesCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("devices", "Lists the devices that can train, and why others cannot.");
        var json = OptionFactory.Switch("--json", "Print one JSON object per line on standard output.");
        command.Add(json);
        command.SetAction(parsed =>
        {
            foreach (var device in DeviceCatalog.Find())
            {
                var (speed, reason) = Measure(device);
                if (parsed.GetValue(json))
                {
                    context.Output.WriteJson(new
                    {
                        device.Id,
                        Kind = device.Kind.ToString().ToLowerInvariant(),
                        device.Name,
                        device.MemoryBytes,
                        device.IsGpu,
                        IsUsable = reason is null,
                        Reason = reason,
                        speed?.Gflops,
                        speed?.GigabytesPerSecond,
                    });
                }
                else
                {
                    context.Output.WriteLine(speed is null
                        ? $"{device.Id,-10}  {device.Name}: left out, {reason}"
                        : FormattableString.Invariant($"{device.Id,-10}  {device.Name}, {Figures.Bytes(device.MemoryBytes)}, {speed.Gflops:F0} GFLOP/s, {speed.GigabytesPerSecond:F0} GB/s"));
                }
            }

            return 0;
        });
        return command;
    }

    private static (DeviceSpeed? Speed, string? Reason) Measure(DeviceDescription description)
    {
        if (!description.IsUsable)
        {
            return (null, description.Reason);
        }

        try
        {
            using var device = ComputeDevice.Open(description.Id);
            return (Speedometer.Measure(device), null);
        }
        catch (DeviceException fault)
        {
            return (null, fault.Message);
        }
    }
}
