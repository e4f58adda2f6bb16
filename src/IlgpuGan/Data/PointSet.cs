using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace IlgpuGan.Data;

/// <summary>
/// Points in the plane from a mixture of Gaussians with equal weights, the standard test of mode collapse (Metz et al. 2017, Unrolled GANs;
/// Srivastava et al. 2017, VEEGAN). Point i is a function of (kind, seed, i) alone. Everything is scaled to lie in about [-1, 1].
/// </summary>
public sealed class PointSet
{
    private PointSet(string name, float sigma, (float X, float Y)[] centres, float extent, int count, ulong seed)
    {
        Name = name;
        Scale = 1 / extent;
        Sigma = sigma * Scale;
        Modes = [.. centres.Select(centre => (centre.X * Scale, centre.Y * Scale))];
        Points = new float[count * 2];
        int[] modeOf = new int[count];
        for (int i = 0; i < count; i++)
        {
            int mode = (int)(Draw(seed, i, 0) * Modes.Count);
            double radius = Sigma * Math.Sqrt(-2 * Math.Log(1 - Draw(seed, i, 1)));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * Draw(seed, i, 2));
            Points[2 * i] = (float)(Modes[mode].X + (radius * cosine));
            Points[(2 * i) + 1] = (float)(Modes[mode].Y + (radius * sine));
            modeOf[i] = mode;
        }

        ModeOf = modeOf;
        Fingerprint = FingerprintOf(name, Points);
    }

    /// <summary>Whether a name stands for points rather than images.</summary>
    public static bool IsName(string source) => source is "ring" or "grid";

    /// <summary><c>ring</c> or <c>grid</c>.</summary>
    public string Name { get; }

    /// <summary>The points, [Count, 2], x before y, in about [-1, 1].</summary>
    public float[] Points { get; }

    /// <summary>Number of points.</summary>
    public int Count => ModeOf.Count;

    /// <summary>Centres of the Gaussians, in the same units as <see cref="Points"/>.</summary>
    public IReadOnlyList<(float X, float Y)> Modes { get; }

    /// <summary>Which mode each point was drawn from, [Count].</summary>
    public IReadOnlyList<int> ModeOf { get; }

    /// <summary>Standard deviation of each Gaussian along each axis, in the same units as <see cref="Points"/>.</summary>
    public float Sigma { get; }

    /// <summary>What the published coordinates were multiplied by; a plot in those divides by it.</summary>
    public float Scale { get; }

    /// <summary>128 bits of the hash of name and points in hexadecimal: equal for equal points.</summary>
    public string Fingerprint { get; }

    /// <summary>Eight Gaussians on a circle of radius 2, sigma 0.02; divided by 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static PointSet Ring(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var centres = new (float, float)[8];
        for (int i = 0; i < centres.Length; i++)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * i / centres.Length);
            centres[i] = ((float)(2 * cosine), (float)(2 * sine));
        }

        return new PointSet("ring", 0.02f, centres, 2, count, seed);
    }

    /// <summary>Twenty-five Gaussians on a 5 x 5 grid with spacing 2 (-4 ... 4), sigma 0.05; divided by 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static PointSet Grid(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var centres = new (float, float)[25];
        for (int i = 0; i < centres.Length; i++)
        {
            centres[i] = ((2 * (i % 5)) - 4, (2 * (i / 5)) - 4);
        }

        return new PointSet("grid", 0.05f, centres, 4, count, seed);
    }

    /// <summary>The set that a name asks for.</summary>
    /// <exception cref="DataOptionException">The name is neither <c>ring</c> nor <c>grid</c>, or the count is below 1.</exception>
    public static PointSet Create(string name, int count, ulong seed) => (name, count) switch
    {
        (_, < 1) => throw new DataOptionException($"{count} points cannot be drawn; give a count of at least 1."),
        ("ring", _) => Ring(count, seed),
        ("grid", _) => Grid(count, seed),
        _ => throw new DataOptionException($"There is no point set '{name}'; give 'ring' (8 modes) or 'grid' (25 modes)."),
    };

    /// <summary>A uniform number in [0, 1) that is a function of its arguments: SplitMix64's finaliser (Steele et al. 2014) over a counter.</summary>
    private static double Draw(ulong seed, int index, int use)
    {
        ulong bits = Mixed(Mixed(seed) + ((((ulong)(uint)index * 4) + (uint)use + 1) * 0x9E3779B97F4A7C15));
        return (bits >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Mixed(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static string FingerprintOf(string name, float[] points)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name} {points.Length}\n")));
        hash.AppendData(MemoryMarshal.AsBytes(points.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
