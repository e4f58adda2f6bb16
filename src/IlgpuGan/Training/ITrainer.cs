using IlgpuGan.Export;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>What the loop around a training needs of it; <see cref="Trainer"/> is the one that trains.</summary>
internal interface ITrainer : IDisposable
{
    /// <summary>Generator updates made so far.</summary>
    long Step { get; }

    /// <summary>Real images that D's updates have been shown so far.</summary>
    long Images { get; }

    /// <summary>One round of the algorithm: fix G, update D n times; fix D, update G. May return before the device has finished.</summary>
    void RunStep();

    /// <summary>Waits for the device and returns the averages since the last call.</summary>
    TrainingReport Report();

    /// <summary>Looks at gradients and at a batch of fakes beside one of reals, both always of the same latents and reals; changes nothing of the training.</summary>
    Checkup Examine();

    /// <summary>How often the learning rates have been halved, after as many returns to an earlier state; saved with the state.</summary>
    int Rollbacks { get; set; }

    /// <summary>
    /// Repeats the steps from a saved state on, or from the beginning, and says which operation first gave a number that is not finite. Afterwards
    /// the trainer is of no use until a state is loaded.
    /// </summary>
    /// <param name="from">The state to begin with; null for the very beginning.</param>
    /// <param name="last">The step after which something was not finite.</param>
    /// <returns>Where it began, in words; null where that cannot be said.</returns>
    string? ExplainNonFinite(IReadOnlyDictionary<string, StateTensor>? from, long last);

    /// <summary>Images of the averaged generator for latents <c>first ... first + count - 1</c> of a seed, as bytes [count, H, W, C]; changes nothing of the training. Only for a
    /// trainer of images.</summary>
    /// <param name="seed">Chooses the images.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="asked">The label wanted of each column that the run is conditioned on, null where any will do; null for any of all.</param>
    byte[] Sample(ulong seed, int first, int count, IReadOnlyList<int?>? asked = null);

    /// <summary>Points of the averaged generator for latents <c>first ... first + count - 1</c> of a seed, [count, 2]; changes nothing of the training. Only for a trainer of points.</summary>
    float[] SamplePoints(ulong seed, int first, int count);

    /// <summary>Copies of everything a resumed run needs, by name, the sums behind the next <see cref="Report"/> included; changes nothing of the training.</summary>
    IReadOnlyDictionary<string, StateTensor> SaveState();

    /// <summary>The state as a checkpoint that may be written: processes that train together have all the same one.</summary>
    /// <exception cref="Ranks.RanksException">One of them has other weights.</exception>
    Checkpoint TakeCheckpoint() => new(Step, SaveState());

    /// <summary>Takes back what <see cref="SaveState"/> gave.</summary>
    /// <exception cref="StateMismatchException">A tensor is missing, unknown or of another shape.</exception>
    void LoadState(IReadOnlyDictionary<string, StateTensor> state);

    /// <summary>Size of the networks and of the work.</summary>
    TrainingCost Describe();
}
