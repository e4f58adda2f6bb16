using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Runs;

namespace IlgpuGan.Sampling;

/// <summary>A device of this machine, to be closed with this.</summary>
internal class SamplingDevice(ComputeDevice device) : ISamplingDevice
{
    /// <inheritdoc/>
    public string Name => $"{Device.Id} ({Device.Name})";

    /// <summary>The device.</summary>
    protected ComputeDevice Device => device;

    /// <inheritdoc/>
    public ISampler CreateSampler(RunRecord record, IReadOnlyDictionary<string, StateTensor> state) => new LoadedSampler(Device, record, state);

    /// <inheritdoc/>
    public IImageTranslator CreateTranslator(TranslatorModel model, IReadOnlyDictionary<string, StateTensor> state) => new ImageTranslator(Device, model, state);

    /// <inheritdoc/>
    public void Dispose()
    {
        Device.Dispose();
        GC.SuppressFinalize(this);
    }
}
