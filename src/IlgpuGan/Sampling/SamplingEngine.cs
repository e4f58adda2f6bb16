using IlgpuGan.Devices;

namespace IlgpuGan.Sampling;

/// <summary>Draws on the devices of this machine.</summary>
public sealed class SamplingEngine : ISamplingEngine
{
    ISamplingDevice ISamplingEngine.Open(string selector, TuningMode tuning, Action<string> notice) => new SamplingDevice(OpenHere(selector, tuning, notice));

    /// <inheritdoc cref="ISamplingEngine.Open"/>
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
}
