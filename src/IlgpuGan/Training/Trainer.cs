using IlgpuGan.Data;
using IlgpuGan.Devices;

namespace IlgpuGan.Training;

/// <summary>Owns the networks, their optimisers and the compiled steps of one run on one device.</summary>
public sealed class Trainer : ITrainer
{
    /// <summary>Builds networks and plans for the data's image size and initialises them from the seed.</summary>
    public Trainer(ComputeDevice device, TrainingOptions options, ImageSet data) =>
        throw new NotImplementedException($"{device} {options} {data}");

    /// <summary>The same for points in the plane.</summary>
    public Trainer(ComputeDevice device, TrainingOptions options, PointSet data) =>
        throw new NotImplementedException($"{device} {options} {data}");

    /// <summary>Generator updates made so far.</summary>
    public long Step { get; private set; }

    /// <summary>One round of the algorithm: fix G, update D n times; fix D, update G. Returns before the device has finished.</summary>
    public void RunStep() => Step++;

    /// <summary>Waits for the device and returns the averages since the last call.</summary>
    public TrainingReport Report() => throw new NotImplementedException();

    /// <summary>Images of the averaged generator for latents <c>first ... first + count - 1</c> of a seed, as bytes [count, H, W, C]; image i depends on (seed, first + i) alone.</summary>
    public byte[] Sample(ulong seed, int first, int count) => throw new NotImplementedException();

    /// <inheritdoc/>
    public float[] SamplePoints(ulong seed, int first, int count) => throw new NotImplementedException();

    /// <summary>Copies of everything a resumed run needs, by name: weights, average, optimiser state, counters.</summary>
    public IReadOnlyDictionary<string, StateTensor> SaveState() => throw new NotImplementedException();

    /// <summary>Takes back what <see cref="SaveState"/> gave; throws <see cref="StateMismatchException"/> when a tensor is missing, unknown or of another shape.</summary>
    public void LoadState(IReadOnlyDictionary<string, StateTensor> state) => throw new NotImplementedException();

    /// <inheritdoc/>
    public TrainingCost Describe() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() { }
}

/// <summary>A named tensor outside the device: 32-bit floats, or 64-bit counters.</summary>
/// <param name="Shape">Lengths of the axes, outermost first.</param>
/// <param name="Floats">The values in row-major order, or null for counters.</param>
/// <param name="Integers">The counters, or null for floats.</param>
public sealed record StateTensor(IReadOnlyList<int> Shape, float[]? Floats, long[]? Integers);

/// <summary>A saved state does not belong to the network at hand.</summary>
public sealed class StateMismatchException(string message) : Exception(message);
