namespace IlgpuGan.Sampling;

/// <summary>Looks for latents whose images are near a given one, from several starts at once; not for several threads at once.</summary>
internal interface ILatentDescent
{
    /// <summary>Number of starts.</summary>
    int Starts { get; }

    /// <summary>Which images are nearest to a target, as many as there are starts, the nearest first.</summary>
    /// <param name="target">The image to be found, [H, W, C] in [-1, 1].</param>
    /// <param name="images">[N, H, W, C], at least <see cref="Starts"/>.</param>
    int[] Nearest(float[] target, float[] images);

    /// <summary>Begins anew.</summary>
    /// <param name="target">The image to be found, [H, W, C] in [-1, 1].</param>
    /// <param name="latents">Where to begin, [<see cref="Starts"/>, latent].</param>
    /// <param name="labels">Labels of each start, which do not change, [<see cref="Starts"/>, columns]; empty for a run without.</param>
    /// <param name="steps">After so many steps the rate is down to nought.</param>
    void Begin(ReadOnlySpan<float> target, ReadOnlySpan<float> latents, ReadOnlySpan<int> labels, int steps);

    /// <summary>Goes one step down. May return before the device has finished.</summary>
    void RunStep();

    /// <summary>Waits for the device and says what is minimised, of each start: [<see cref="Starts"/>].</summary>
    float[] Losses();

    /// <summary>Waits for the device and says where it is: [<see cref="Starts"/>, latent].</summary>
    float[] Latents();
}
