using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Training;

/// <summary>What training needs: opens devices, and has metrics to measure runs by. <see cref="TrainingEngine"/> opens the devices of this machine, and is the only one.</summary>
public interface ITrainingEngine : ISamplingEngine
{
    /// <summary>What <see cref="RunSchedule.Metric"/> may name; null when nothing can be measured.</summary>
    IRunMetrics? Metrics { get; }

    /// <summary>The processes that train together, this one among them; null where it trains alone.</summary>
    internal RankTeam? Team => null;

    /// <inheritdoc cref="ISamplingEngine.Open"/>
    internal new ITrainingDevice Open(string selector, TuningMode tuning, Action<string> notice);

    ISamplingDevice ISamplingEngine.Open(string selector, TuningMode tuning, Action<string> notice) => Open(selector, tuning, notice);
}

/// <summary>An opened device that trainers are made on.</summary>
internal interface ITrainingDevice : ISamplingDevice
{
    /// <summary>Says before the data is loaded that networks for its shape cannot be built, or that the device cannot hold them.</summary>
    /// <param name="options">What is to be trained.</param>
    /// <param name="shape">Shape of the data; labels, which only add to the networks, are left out.</param>
    /// <exception cref="OptionException">They cannot be built.</exception>
    /// <exception cref="DeviceMemoryException">They need more memory than there is.</exception>
    void Check(TrainingOptions options, RunData shape);

    /// <summary>Builds networks and plans for the data's shape; the trainer is to be disposed before the device and the data.</summary>
    ITrainer CreateTrainer(TrainingOptions options, TrainingData data);

    /// <summary>The same for a training whose updates come one by one; it draws from noise, without labels.</summary>
    ISingleUpdates CreateSingleUpdates(TrainingOptions options, TrainingData data);
}
