namespace IlgpuGan.Training;

/// <summary>What the loop around a training needs of it; <see cref="Trainer"/> is the one that trains.</summary>
public interface ITrainer : IDisposable
{
    /// <summary>Generator updates made so far.</summary>
    long Step { get; }

    /// <summary>One round of the algorithm: fix G, update D n times; fix D, update G. May return before the device has finished.</summary>
    void RunStep();

    /// <summary>Waits for the device and returns the averages since the last call.</summary>
    TrainingReport Report();

    /// <summary>Images of the averaged generator for latents <c>first ... first + count - 1</c> of a seed, as bytes [count, H, W, C]; changes nothing of the training. Only for a trainer of images.</summary>
    /// <param name="seed">Chooses the images.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="asked">The label wanted of each column that the run is conditioned on, null where any will do; null for any of all.</param>
    byte[] Sample(ulong seed, int first, int count, IReadOnlyList<int?>? asked = null);

    /// <summary>Points of the averaged generator for latents <c>first ... first + count - 1</c> of a seed, [count, 2]; changes nothing of the training. Only for a trainer of points.</summary>
    float[] SamplePoints(ulong seed, int first, int count);

    /// <summary>Copies of everything a resumed run needs, by name, the sums behind the next <see cref="Report"/> included; changes nothing of the training.</summary>
    IReadOnlyDictionary<string, StateTensor> SaveState();

    /// <summary>Takes back what <see cref="SaveState"/> gave.</summary>
    /// <exception cref="StateMismatchException">A tensor is missing, unknown or of another shape.</exception>
    void LoadState(IReadOnlyDictionary<string, StateTensor> state);

    /// <summary>Size of the networks and of the work.</summary>
    TrainingCost Describe();
}
