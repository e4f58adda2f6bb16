using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Sampling;

/// <summary>The averaged generator of a saved state, without what only training needs.</summary>
internal sealed class LoadedSampler : ISampler
{
    /// <summary>Name of the tensor with the moments of batch normalisation, in a state that was saved with them.</summary>
    public const string Moments = "generator.moments";

    /// <summary>Images that are drawn in one go.</summary>
    public const int MostAtOnce = 64;

    private const int Starts = 16;

    private readonly VariableStore variables;
    private readonly Network network;
    private readonly LabelChoice? labels;
    private readonly Sampler sampler;
    private LatentDescent? descent;

    /// <summary>Builds the network and takes its weights.</summary>
    /// <param name="device">Where it draws; to be disposed after this.</param>
    /// <param name="record">The run that the state is of.</param>
    /// <param name="state">A saved state; what is not of the averaged generator is passed over.</param>
    /// <exception cref="OptionException">There is no such network.</exception>
    /// <exception cref="StateMismatchException">A tensor is missing or of another shape.</exception>
    public LoadedSampler(ComputeDevice device, RunRecord record, IReadOnlyDictionary<string, StateTensor> state)
    {
        (network, _) = record.Settings.Training.Build(record.Data.ImageShape, record.Labels?.Width ?? 0);
        labels = record.Labels;
        device.Bind();
        variables = new(device, record.Settings.Training.Precision);
        try
        {
            variables.Upload(network.Parameters.Average, SavedWeights.AverageOf(network.Parameters, state));
            // One image, a handful, and many: each as fast as it can be.
            sampler = new(variables, network, labels, MostAtOnce, 8, 1);
            if (state.ContainsKey(Moments))
            {
                sampler.TakeMoments(new StateReader(state).Floats(Moments, [network.Moments.Size]));
            }
        }
        catch
        {
            variables.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Draw(ulong seed, int first, IReadOnlyList<int?>? asked, double truncation, Span<float> images) => Bound.Draw(seed, first, asked, truncation, images);

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<float> latents, ReadOnlySpan<int> labels, Span<float> images) => Bound.Decode(latents, labels, images);

    /// <inheritdoc/>
    public ILatentDescent Descent
    {
        get
        {
            Bound.Moments();
            return descent ??= new(variables, network, labels, Starts);
        }
    }

    /// <inheritdoc/>
    public float[] MeasureMoments() => Bound.Moments();

    /// <inheritdoc/>
    public void Dispose()
    {
        variables.Device.Bind();
        descent?.Dispose();
        sampler.Dispose();
        variables.Dispose();
    }

    // Whoever asks, from whatever thread.
    private Sampler Bound
    {
        get
        {
            variables.Device.Bind();
            return sampler;
        }
    }
}
