using IlgpuGan.Devices;

namespace IlgpuGan.Training;

/// <summary>Trains on the devices of this machine.</summary>
public sealed class TrainingEngine : ITrainingEngine
{
    /// <inheritdoc/>
    public ITrainingDevice Open(string selector) => new OpenDevice(ComputeDevice.Open(selector));

    private sealed class OpenDevice(ComputeDevice device) : ITrainingDevice
    {
        public string Name => $"{device.Id} ({device.Name})";

        public IReadOnlyList<string> Warnings =>
            [.. device.PassedOver.Select(left => $"{left.Id} ({left.Name}) is passed over: {left.Reason}.")];

        public ITrainer CreateTrainer(TrainingOptions options, TrainingData data) => new Trainer(device, options, data);

        public void Dispose() => device.Dispose();
    }
}
