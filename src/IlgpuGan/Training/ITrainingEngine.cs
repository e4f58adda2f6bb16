using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Training;

/// <summary>What training needs: opens devices, and has metrics to measure runs by. <see cref="TrainingEngine"/> opens the devices of this machine, and is the only one.</summary>
public interface ITrainingEngine
{
    /// <summary>What <see cref="RunSchedule.Metric"/> may name; null when nothing can be measured.</summary>
    IRunMetrics? Metrics { get; }

    /// <summary>Opens a device.</summary>
    /// <param name="selector"><c>auto</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c> or <c>cpu</c>.</param>
    /// <param name="tuning">How much time goes into finding the fastest kernels.</param>
    /// <param name="notice">Takes sentences that the user should see, such as a preferred device that did not open.</param>
    /// <exception cref="DeviceException">There is no such device.</exception>
    internal ITrainingDevice Open(string selector, TuningMode tuning, Action<string> notice);
}

/// <summary>An opened device that trainers are made on.</summary>
internal interface ITrainingDevice : IDisposable
{
    /// <summary>Selector and name of the device.</summary>
    string Name { get; }

    /// <summary>Says before the data is loaded that networks for its shape cannot be built, or that the device cannot hold them.</summary>
    /// <param name="options">What is to be trained.</param>
    /// <param name="shape">Shape of the data; labels, which only add to the networks, are left out.</param>
    /// <exception cref="OptionException">They cannot be built.</exception>
    /// <exception cref="DeviceMemoryException">They need more memory than there is.</exception>
    void Check(TrainingOptions options, RunData shape);

    /// <summary>Builds networks and plans for the data's shape; the trainer is to be disposed before the device and the data.</summary>
    ITrainer CreateTrainer(TrainingOptions options, TrainingData data);

    /// <summary>Takes the averaged generator of a saved state; the sampler is to be disposed before the device.</summary>
    /// <param name="record">The run that the state is of.</param>
    /// <param name="state">What <see cref="ITrainer.SaveState"/> gave.</param>
    /// <exception cref="StateMismatchException">The state is of another network.</exception>
    ISampler CreateSampler(RunRecord record, IReadOnlyDictionary<string, StateTensor> state);
}
