namespace IlgpuGan.Generation;

/// <summary>Which images to draw.</summary>
/// <param name="Count">How many.</param>
/// <param name="Seed">Chooses them.</param>
public sealed record SampleWish(int Count, ulong Seed)
{
    /// <summary>What they are to be, such as <c>hair=red</c>; null for any.</summary>
    public string? Label { get; init; }

    /// <summary>Bound of the latents; infinity for none.</summary>
    public double Truncation { get; init; } = double.PositiveInfinity;
}
