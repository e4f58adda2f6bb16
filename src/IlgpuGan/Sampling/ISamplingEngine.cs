using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Sampling;

/// <summary>Opens devices to draw on. <see cref="SamplingEngine"/> opens those of this machine.</summary>
public interface ISamplingEngine
{
    /// <summary>Opens a device.</summary>
    /// <param name="selector"><c>auto</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c> or <c>cpu</c>.</param>
    /// <param name="tuning">How much time goes into finding the fastest kernels.</param>
    /// <param name="notice">Takes sentences that the user should see, such as a preferred device that did not open.</param>
    /// <exception cref="DeviceException">There is no such device.</exception>
    internal ISamplingDevice Open(string selector, TuningMode tuning, Action<string> notice);
}

/// <summary>An opened device that samplers are made on.</summary>
internal interface ISamplingDevice : IDisposable
{
    /// <summary>Selector and name of the device.</summary>
    string Name { get; }

    /// <summary>Takes the averaged generator of a saved state; the sampler is to be disposed before the device.</summary>
    /// <param name="record">The run that the state is of.</param>
    /// <param name="state">What a trainer saved.</param>
    /// <exception cref="OptionException">There is no such network.</exception>
    /// <exception cref="StateMismatchException">The state is of another network.</exception>
    ISampler CreateSampler(RunRecord record, IReadOnlyDictionary<string, StateTensor> state);

    /// <summary>Takes the averaged generator from image to image of a saved state; the translator is to be disposed before the device.</summary>
    /// <param name="model">What it is.</param>
    /// <param name="state">What a trainer saved.</param>
    /// <exception cref="StateMismatchException">The state is of another network.</exception>
    IImageTranslator CreateTranslator(TranslatorModel model, IReadOnlyDictionary<string, StateTensor> state);
}
