namespace IlgpuGan.Generation;

/// <summary>
/// A smooth way through latents and back to the first. Latents of N(0, 1) lie near a sphere, so the way between two of them is an arc, not the chord,
/// whose middle is shorter than any latent that the generator was trained on (White 2016, section 2.1).
/// </summary>
/// <remarks>
/// Arcs alone (Shoemake 1985) would turn sharply at every key, which the eye takes for a jolt. So this is the Catmull-Rom spline whose straight
/// pieces are arcs (Schlag 1991; Barry and Goldman's pyramid): it passes through the keys and its direction does not jump.
/// </remarks>
internal static class LatentPath
{
    // Nearer than this to one another, or to opposite ends, two latents have no arc that could be computed.
    private const double LeastSine = 1e-4;

    /// <summary>The latent at a moment of the way.</summary>
    /// <param name="keys">[count, size], at least one.</param>
    /// <param name="size">Length of a latent.</param>
    /// <param name="at">The moment: i at key i, count at the first key again.</param>
    /// <exception cref="ArgumentException">The keys are not whole latents.</exception>
    public static float[] At(ReadOnlySpan<float> keys, int size, double at)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfZero(keys.Length, nameof(keys));
        if (keys.Length % size != 0)
        {
            throw new ArgumentException($"{keys.Length} numbers are not whole latents of {size}.", nameof(keys));
        }
        int count = keys.Length / size, first = (int)Math.Floor(at);
        double t = at - first;
        var points = new float[4][];
        for (int i = 0; i < 4; i++)
        {
            points[i] = keys.Slice((((first + i - 1) % count) + count) % count * size, size).ToArray();
        }
        float[] before = Slerp(points[0], points[1], t + 1), between = Slerp(points[1], points[2], t), after = Slerp(points[2], points[3], t - 1);
        return Slerp(Slerp(before, between, (t + 1) / 2), Slerp(between, after, t / 2), t);
    }

    /// <summary>
    /// Spherical interpolation (Shoemake 1985) of directions, (sin((1 - t) w) a + sin(t w) b) / sin(w) of unit vectors a and b with the angle w between
    /// them; the length goes from that of the one to that of the other by a power. Straight where there is no arc.
    /// </summary>
    /// <param name="from">Where it is at t = 0.</param>
    /// <param name="to">Where it is at t = 1, of as many numbers.</param>
    /// <param name="t">Below 0 and above 1 it goes on along the same arc.</param>
    public static float[] Slerp(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t)
    {
        double product = 0, left = 0, right = 0;
        for (int i = 0; i < from.Length; i++)
        {
            product += (double)from[i] * to[i];
            left += (double)from[i] * from[i];
            right += (double)to[i] * to[i];
        }
        double ends = Math.Sqrt(left * right), angle = ends > 0 ? Math.Acos(Math.Clamp(product / ends, -1, 1)) : 0, sine = Math.Sin(angle);
        var (a, b) = (1 - t, t);
        if (sine >= LeastSine)
        {
            // As a power, because a straight line would pass through nought beyond the ends.
            double length = Math.Pow(left, (1 - t) / 2) * Math.Pow(right, t / 2);
            (a, b) = (length * Math.Sin((1 - t) * angle) / (sine * Math.Sqrt(left)), length * Math.Sin(t * angle) / (sine * Math.Sqrt(right)));
        }
        var result = new float[from.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (float)(a * from[i] + b * to[i]);
        }
        return result;
    }
}
