using IlgpuGan.Devices;

namespace IlgpuGan.Training;

/// <summary>Opens a trainer on a device; <see cref="TrainingEngine"/> is the one that trains.</summary>
public interface ITrainingEngine
{
    /// <summary>Opens the device and builds networks and plans on it.</summary>
    /// <param name="device">The selector of a device: <c>auto</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c> or <c>cpu</c>.</param>
    /// <param name="options">Network, objective, optimiser, seed.</param>
    /// <param name="data">Images or points; must live as long as the trainer.</param>
    /// <exception cref="DeviceException">There is no such device.</exception>
    OpenTrainer Open(string device, TrainingOptions options, TrainingData data);
}

/// <summary>A trainer with the device that it owns.</summary>
/// <param name="Trainer">The trainer.</param>
/// <param name="Device">Selector and name of the device.</param>
/// <param name="Warnings">Sentences the user should see, such as a preferred device that did not open.</param>
/// <param name="Owned">Disposed after the trainer.</param>
public sealed record OpenTrainer(ITrainer Trainer, string Device, IReadOnlyList<string> Warnings, IDisposable Owned) : IDisposable
{
    internal static OpenTrainer Open(ITrainingEngine engine, RunSettings settings, TrainingData data, IRunObserver observer)
    {
        var open = engine.Open(settings.Device, settings.Training, data);
        foreach (var warning in open.Warnings)
        {
            observer.Notice(warning);
        }

        return open;
    }

    /// <summary>Closes the trainer, then the device.</summary>
    public void Dispose()
    {
        Trainer.Dispose();
        Owned.Dispose();
    }
}
