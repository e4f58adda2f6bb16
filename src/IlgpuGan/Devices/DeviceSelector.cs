using System.Globalization;

namespace IlgpuGan.Devices;

/// <summary>Turns what the user wrote into the devices to try, best first.</summary>
internal static class DeviceSelector
{
    public const string Forms = "auto, cuda[:n], opencl[:n] or cpu";

    /// <summary>The usable devices that the selector means, best first; back ends are only asked when their turn comes.</summary>
    /// <exception cref="DeviceException">The selector is misspelt or nothing usable answers to it.</exception>
    public static IEnumerable<FoundDevice> Choose(string selector, Func<DeviceKind, IReadOnlyList<FoundDevice>> find)
    {
        if (selector.Equals("auto", StringComparison.OrdinalIgnoreCase))
        {
            return Enum.GetValues<DeviceKind>().SelectMany(find)
                .Where(found => found.Description is { IsUsable: true, IsGpu: true } or { Kind: DeviceKind.Cpu });
        }

        var (kind, number) = Parse(selector) ?? throw new DeviceException($"'{selector}' is not a device; use {Forms}. {Inventory(find)}");
        var devices = find(kind);
        var chosen = number is { } n
            ? devices.FirstOrDefault(found => found.Description.Id.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{n}"), StringComparison.Ordinal))
            : devices.Where(found => found.Description.IsUsable).OrderByDescending(found => found.Description.IsGpu).FirstOrDefault();
        if (chosen is not { Description.IsUsable: true })
        {
            throw new DeviceException($"There is no usable device '{selector}'; use {Forms}. {Inventory(find)}")
            {
                HasFailed = chosen?.HasFailed ?? devices.Any(found => found.HasFailed && (number is null || !found.Description.Id.Contains(':', StringComparison.Ordinal))),
            };
        }
        return [chosen];
    }

    private static (DeviceKind Kind, int? Number)? Parse(string selector)
    {
        var parts = selector.Split(':');
        DeviceKind? kind = parts[0].ToUpperInvariant() switch
        {
            "CUDA" => DeviceKind.Cuda,
            "OPENCL" => DeviceKind.OpenCl,
            "CPU" => DeviceKind.Cpu,
            _ => null,
        };
        return (kind, parts) switch
        {
            ({ } known, [_]) => (known, null),
            ({ } known and not DeviceKind.Cpu, [_, var digits])
                when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => (known, number),
            _ => null,
        };
    }

    private static string Inventory(Func<DeviceKind, IReadOnlyList<FoundDevice>> find)
    {
        var all = Enum.GetValues<DeviceKind>().SelectMany(find).Select(found => found.Description).ToArray();
        var usable = all.Where(device => device.IsUsable).Select(device => $"{device.Id} ({device.Name})");
        var leftOut = all.Where(device => !device.IsUsable).Select(device => $"{device.Id} ({device.Reason})").ToArray();
        return $"Found: {string.Join(", ", usable)}." + (leftOut.Length > 0 ? $" Left out: {string.Join(", ", leftOut)}." : "");
    }
}
