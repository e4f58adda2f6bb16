namespace IlgpuGan.Runs;

/// <summary>How G and D are, apart from their losses. Reals and fakes are always of the same places and latents; numbers that are not finite are null.</summary>
internal sealed record Checkup
{
    /// <summary>Euclidean norm of the last step's gradient of each weight of D, by its layer, from the image on.</summary>
    public IReadOnlyDictionary<string, double>? DiscriminatorGradientNorms { get; init; }

    /// <summary>Spread of fakes as a share of that of reals: the root of the variance over a batch, summed over the pixels. 0 if all fakes are alike, about 1 at best.</summary>
    public double? PixelSpread { get; init; }

    /// <summary>The same of D's features, the input of its last layer: what D can tell apart counts, and not the colour of the background.</summary>
    public double? FeatureSpread { get; init; }

    /// <summary>
    /// Share of reals that have a fake in the ball around them (after Naeem et al. 2020, coverage): of images in D's features, with the median
    /// distance to the third nearest real for radius; of points in the plane, where a ball holds a whole mode.
    /// </summary>
    public double? Coverage { get; init; }

    /// <summary>Share of fakes that lie in the ball of a real (Kynkaanniemi et al. 2019, precision): whether single fakes look fine.</summary>
    public double? Fidelity { get; init; }

    /// <summary>
    /// Median distance of fakes to the nearest real of the whole data, as a share of that of reals to the nearest other one; near 0 where G has
    /// learnt by heart. Only of image sets that are small enough for that, null for others and for points, where a copy is as good as any.
    /// </summary>
    public double? Nearness { get; init; }

    /// <summary>
    /// Of a translation: mean distance of what it makes from its inputs, as a share of that of the true translations, or, where those are not known, of that of inputs from other inputs.
    /// 0 if it changes nothing. Null for others, and where inputs and targets are of different kinds.
    /// </summary>
    public double? Change { get; init; }

    /// <summary>Of a translation: correlation of the brightness of inputs and translations over all pixels; negative where light becomes dark. Null as <see cref="Change"/> is, and where it is so
    /// of the true translations.</summary>
    public double? Brightness { get; init; }
}
