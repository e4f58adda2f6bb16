using IlgpuGan.Data;
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

    /// <summary>Opens the device first, as a misspelt name should not cost the loading of the data; nor should a network that cannot be had.</summary>
    /// <param name="engine">Opens the device.</param>
    /// <param name="selector">The device.</param>
    /// <param name="tuning">How much time goes into finding the fastest kernels.</param>
    /// <param name="options">What is trained.</param>
    /// <param name="load">Loads the data; given what refuses a shape that the network cannot draw or the device cannot hold.</param>
    /// <param name="notice">Takes sentences that the user should see.</param>
    /// <param name="decide">What is trained after all, now that the data is known; null for what was said.</param>
    /// <param name="announce">Tells others what is trained, and on what, before networks are made.</param>
    public static Workbench Open(
        ITrainingEngine engine, string selector, TuningMode tuning, TrainingOptions options, Func<Action<RunData>, TrainingData> load, Action<string> notice,
        Func<TrainingData, TrainingOptions>? decide = null, Action<TrainingData, TrainingOptions>? announce = null)
    {
        var device = engine.Open(selector, tuning, notice);
        TrainingData? data = null;
        try
        {
            data = load(Check);
            options = decide?.Invoke(data) ?? options;
            Check(data.Describe());
            data = data.ConditionedOn(options.Condition);
            announce?.Invoke(data, options);
            return new Workbench(device, data, device.CreateTrainer(options, data));
        }
        catch
        {
            data?.Dispose();
            device.Dispose();
            throw;
        }

        void Check(RunData shape)
        {
            options.CheckShape(shape);
            device.Check(options, shape);
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
        try
        {
            Trainer.Dispose();
        }
        finally
        {
            Data.Dispose();
            if (isDeviceOurs)
            {
                device.Dispose();
            }
        }
    }
}
