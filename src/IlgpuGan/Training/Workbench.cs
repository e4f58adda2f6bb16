using IlgpuGan.Devices;
using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>A device, data and the trainer that brings them together, closed in the right order.</summary>
internal sealed class Workbench : IDisposable
{
    private readonly ITrainingDevice device;
    private bool isDeviceOurs = true;

    private Workbench(ITrainingDevice device, TrainingData data, ITrainer trainer)
    {
        this.device = device;
        Data = data;
        Trainer = trainer;
    }

    public string DeviceName => device.Name;

    public TrainingData Data { get; }

    public ITrainer Trainer { get; }

    /// <summary>Opens the device first, as a misspelt name should not cost the loading of the data.</summary>
    public static Workbench Open(
        ITrainingEngine engine, string selector, TuningMode tuning, TrainingOptions options, Func<TrainingData> load, Action<string> notice)
    {
        var device = engine.Open(selector, tuning, notice);
        TrainingData? data = null;
        try
        {
            data = load();
            options.CheckShape(data.Describe());
            data = data.ConditionedOn(options.Condition);
            return new Workbench(device, data, device.CreateTrainer(options, data));
        }
        catch
        {
            data?.Dispose();
            device.Dispose();
            throw;
        }
    }

    /// <summary>The device, which the caller closes after this.</summary>
    public ITrainingDevice HandOverDevice()
    {
        isDeviceOurs = false;
        return device;
    }

    public void Dispose()
    {
        Trainer.Dispose();
        Data.Dispose();
        if (isDeviceOurs)
        {
            device.Dispose();
        }
    }
}
