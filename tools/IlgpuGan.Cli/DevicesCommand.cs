using System.CommandLine;
using IlgpuGan.Devices;

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
                if (parsed.GetValue(json))
                {
                    context.Output.WriteJson(device);
                }
                else
                {
                    context.Output.WriteLine(device.Reason is { } reason
                        ? $"{device.Id,-10}  {device.Name}: left out, {reason}"
                        : $"{device.Id,-10}  {device.Name}, {Figures.Bytes(device.MemoryBytes)}");
                }
            }

            return 0;
        });
        return command;
    }
}
