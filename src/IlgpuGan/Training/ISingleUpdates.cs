namespace IlgpuGan.Training;

/// <summary>A training whose updates are made one by one, in any order: fix G and train D, fix D and train G. In the algorithm's order they are <see cref="ITrainer.RunStep"/>, bit for bit.</summary>
internal interface ISingleUpdates : IDisposable
{
    /// <summary>Updates of D made so far.</summary>
    long DiscriminatorUpdates { get; }

    /// <summary>Updates of G made so far.</summary>
    long Step { get; }

    /// <summary>Fix G: one update of D. May return before the device has finished.</summary>
    void UpdateDiscriminator();

    /// <summary>Fix D: one update of G. May return before the device has finished.</summary>
    void UpdateGenerator();

    /// <summary>Sets everything to what it is before the first update.</summary>
    void Restart();

    /// <summary>What the averaged generator makes of latents <c>first ... first + count - 1</c> of a seed: images [count, H, W, C] in [-1, 1], or points [count, 2].</summary>
    float[] Draw(ulong seed, int first, int count);

    /// <summary>D's logits [N] of images [N, H, W, C] in [-1, 1] or points [N, 2], by the weights as they are; changes nothing of the training.</summary>
    float[] Judge(ReadOnlySpan<float> rows);
}
