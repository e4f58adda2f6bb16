using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Sampling;

namespace IlgpuGan.Training;

/// <summary>Trains on the devices of this machine.</summary>
public sealed class TrainingEngine : ITrainingEngine
{
    /// <inheritdoc/>
    public IRunMetrics? Metrics { get; init; }

    /// <inheritdoc cref="ITrainingEngine.Team"/>
    internal RankTeam? Team { get; init; }

    /// <inheritdoc/>
    RankTeam? ITrainingEngine.Team => Team;

    /// <inheritdoc/>
    ITrainingDevice ITrainingEngine.Open(string selector, TuningMode tuning, Action<string> notice) =>
        new OpenDevice(SamplingEngine.OpenHere(Team is null ? selector : RankDevice.Of(selector), tuning, notice), Team);

    private sealed class OpenDevice(ComputeDevice device, RankTeam? team) : SamplingDevice(device), ITrainingDevice
    {
        public void Check(TrainingOptions options, RunData shape)
        {
            if (options.Translation is { } translation)
            {
                if (team is not null)
                {
                    throw new OptionException($"--method {translation.Method} trains in one process, as its batches have no leaves that ranks could share; start it without mpirun.");
                }
                CheckTranslation(options, shape);
                return;
            }
            if (team is not null)
            {
                _ = Trainer.TreeOf(options, team.Ranks);
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
            options.Translation is null ? new GanTrainer(Device, options, data, team) : new TranslationTrainer(Device, options, data);

        public ISingleUpdates CreateSingleUpdates(TrainingOptions options, TrainingData data) => GanTrainer.OfSingleUpdates(Device, options, data);

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
