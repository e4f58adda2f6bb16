using IlgpuGan.Devices;

namespace IlgpuGan.Training;

/// <summary>Trains on the devices of this machine.</summary>
public sealed class TrainingEngine : ITrainingEngine
{
    /// <inheritdoc/>
    public OpenTrainer Open(string device, TrainingOptions options, TrainingData data)
    {
        var opened = ComputeDevice.Open(device);
        try
        {
            return new OpenTrainer(
                new Trainer(opened, options, data),
                $"{opened.Id} ({opened.Name})",
                [.. opened.PassedOver.Select(left => $"{left.Id} ({left.Name}) is passed over: {left.Reason}")],
                opened);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }
}
