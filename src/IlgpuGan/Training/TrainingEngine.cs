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
    ITrainingDevice ITrainingEngine.Open(string selector, TuningMode tuning, Action<string> notice) => new OpenDevice(SamplingEngine.OpenHere(selector, tuning, notice));

    private sealed class OpenDevice(ComputeDevice device) : ITrainingDevice
    {
        public string Name => SamplingEngine.NameOf(device);

        public void Check(TrainingOptions options, RunData shape) => device.Memory.Require(Trainer.LeastBytes(options, shape));

        public ITrainer CreateTrainer(TrainingOptions options, TrainingData data) => new Trainer(device, options, data);

        public ISampler CreateSampler(RunRecord record, IReadOnlyDictionary<string, StateTensor> state) => new LoadedSampler(device, record, state);

        public void Dispose() => device.Dispose();
    }
}
