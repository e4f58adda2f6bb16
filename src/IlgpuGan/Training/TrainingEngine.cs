using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Training;

/// <summary>Trains on the devices of this machine.</summary>
public sealed class TrainingEngine : ITrainingEngine
{
    /// <inheritdoc/>
    public IRunMetrics? Metrics { get; init; }

    /// <inheritdoc/>
    ITrainingDevice ITrainingEngine.Open(string selector, TuningMode tuning, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        var device = ComputeDevice.Open(selector);
        foreach (var left in device.PassedOver)
            notice($"{left.Id} ({left.Name}) is passed over: {left.Reason}.");
        if (device.Remark is { } remark)
            notice($"{device.Id} ({device.Name}) is {remark}.");
        device.Tune(tuning, notice);
        return new OpenDevice(device);
    }

    private sealed class OpenDevice(ComputeDevice device) : ITrainingDevice
    {
        public string Name => $"{device.Id} ({device.Name})";

        public void Check(TrainingOptions options, RunData shape) => device.Memory.Require(Trainer.LeastBytes(options, shape));

        public ITrainer CreateTrainer(TrainingOptions options, TrainingData data) => new Trainer(device, options, data);

        public ISampler CreateSampler(RunRecord record, IReadOnlyDictionary<string, StateTensor> state) => new LoadedSampler(device, record, state);

        public void Dispose() => device.Dispose();
    }
}
