using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Options;
using IlgpuGan.Sampling;

namespace IlgpuGan.Training;

/// <summary>Trains on the devices of this machine.</summary>
public sealed class TrainingEngine : ITrainingEngine
{
    /// <inheritdoc/>
    public IRunMetrics? Metrics { get; init; }

    /// <inheritdoc/>
    ITrainingDevice ITrainingEngine.Open(string selector, TuningMode tuning, Action<string> notice) => new OpenDevice(SamplingEngine.OpenHere(selector, tuning, notice));

    private sealed class OpenDevice(ComputeDevice device) : SamplingDevice(device), ITrainingDevice
    {
        public void Check(TrainingOptions options, RunData shape)
        {
            if (options.Translation is not null)
            {
                CheckTranslation(options, shape);
                return;
            }

            try
            {
                Device.Memory.Require(GanTrainer.LeastBytes(options, shape));
            }
            catch (DeviceMemoryException fault)
            {
                using var data = TrainingData.OfShape(shape);
                throw LeafSearch.Advise(Device, options, data, imageBytes: 0, Device.FreeBytes, fault);
            }
            catch (OptionException fault) when (fault.TooLargeBatch is not null)
            {
                using var data = TrainingData.OfShape(shape);
                throw LeafSearch.Remedy(Device, options, data, imageBytes: 0, Device.FreeBytes) is { } remedy ? new OptionException($"{fault.TooLargeBatch}; {remedy}.") : fault;
            }
        }

        public ITrainer CreateTrainer(TrainingOptions options, TrainingData data) =>
            options.Translation is null ? new GanTrainer(Device, options, data) : new TranslationTrainer(Device, options, data);

        private void CheckTranslation(TrainingOptions options, RunData shape)
        {
            // Before the images are loaded only their size is known; then this is asked for again.
            if (shape.Input is null)
            {
                return;
            }

            try
            {
                Device.Memory.Require(TranslationTrainer.LeastBytes(options, shape, labels: 0));
            }
            catch (DeviceMemoryException fault)
            {
                throw TranslationTrainer.Advise(fault);
            }
        }
    }
}
