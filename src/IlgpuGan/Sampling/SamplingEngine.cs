using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Runs;

namespace IlgpuGan.Sampling;

/// <summary>Draws on the devices of this machine.</summary>
public sealed class SamplingEngine : ISamplingEngine
{
    ISamplingDevice ISamplingEngine.Open(string selector, TuningMode tuning, Action<string> notice) => new OpenDevice(OpenHere(selector, tuning, notice));

    /// <inheritdoc cref="ISamplingEngine.Open"/>
    /// <summary>Opens a device of this machine.</summary>
    internal static ComputeDevice OpenHere(string selector, TuningMode tuning, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        var device = ComputeDevice.Open(selector);
        foreach (var left in device.PassedOver)
        {
            notice($"{left.Id} ({left.Name}) is passed over: {left.Reason}.");
        }

        if (device.Remark is { } remark)
        {
            notice($"{device.Id} ({device.Name}) is {remark}.");
        }

        device.Tune(tuning, notice);
        return device;
    }

    /// <summary>Selector and name of a device.</summary>
    internal static string NameOf(ComputeDevice device) => $"{device.Id} ({device.Name})";

    private sealed class OpenDevice(ComputeDevice device) : ISamplingDevice
    {
        public string Name => NameOf(device);

        public ISampler CreateSampler(RunRecord record, IReadOnlyDictionary<string, StateTensor> state) => new LoadedSampler(device, record, state);

        public void Dispose() => device.Dispose();
    }
}
