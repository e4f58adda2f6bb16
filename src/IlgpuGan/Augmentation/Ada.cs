using IlgpuGan.Graphs;

namespace IlgpuGan.Augmentation;

/// <summary>Constants of <see cref="Ada"/>.</summary>
/// <param name="Batch">Images of an update of D.</param>
/// <param name="Target">What the mean sign of D's logits on reals is held at; 0.6 in the paper.</param>
/// <param name="Kimg">Thousand reals after which the probability may have gone from 0 to 1; 500 in the paper.</param>
/// <param name="Fixed">A probability that stays as it is; null to adapt it, from 0 on.</param>
/// <param name="Parts">What may change.</param>
public sealed record AdaSettings(int Batch, float Target = 0.6f, float Kimg = 500, float? Fixed = null, AdaParts Parts = AdaParts.All);

/// <summary>
/// Adaptive discriminator augmentation (Karras et al. 2020), the pipe that the paper calls bgc: every change happens with a probability p of its own, and p
/// follows how far D overfits, read off the signs of its logits on reals. With p = 0 images pass unchanged, bit for bit.
/// </summary>
/// <remarks>
/// p is held within [0, 1]: the paper's integral goes on above 1 without effect, and then takes as long to come back. Geometry is one resampling with mirrored
/// borders. The paper samples at twice the resolution, filtered by a wavelet (sym6); here it is bilinear, so images that are turned, moved by parts of a pixel or
/// enlarged are softer, and those made smaller have some aliasing. Reals and fakes have both in the same measure.
/// </remarks>
public sealed class Ada : IAugmentation
{
    // Updates of D between two of p.
    private const int Interval = 4;

    private readonly AdaSettings settings;

    // p, the sum of mean signs since its last update, and their number.
    private readonly Variable state = new("augmentation.ada", 3);

    /// <summary>An augmentation that starts at p = 0, or stays at a fixed p.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    public Ada(AdaSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Batch, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.Kimg);
        ArgumentOutOfRangeException.ThrowIfNegative(settings.Fixed ?? 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Fixed ?? 0, 1);
        this.settings = settings;
    }

    /// <inheritdoc/>
    public string Name => "ada";

    /// <inheritdoc/>
    public IReadOnlyList<Variable> State => settings.Fixed is null ? [state] : [];

    /// <inheritdoc/>
    public Tensor Probability(Graph graph) => settings.Fixed is { } p ? graph.Constant(p) : graph.Read(state, 0, Shape.Scalar);

    /// <inheritdoc/>
    public Tensor Apply(Tensor images, ulong seed, int stream, Counter counter)
    {
        var p = Probability(images.Graph);
        var draws = new Draws(images, seed, stream, counter, uniform: 19, normal: 7);
        var geometry = Geometry(draws, p, images.Shape[1], images.Shape[2]);
        return Recolour(draws, p, geometry.Apply(images, Border.Reflect));
    }

    /// <summary>Every fourth call moves p by the images of four batches: up if D's mean sign since was above the target, down if below.</summary>
    public void Update(Tensor realLogits)
    {
        if (settings.Fixed is not null)
        {
            return;
        }
        var graph = realLogits.Graph;
        var (p, sum, count) = (Probability(graph), graph.Read(state, 1, Shape.Scalar), graph.Read(state, 2, Shape.Scalar));
        sum += Sign(realLogits).Mean();
        count += 1;
        var isDue = (count - (Interval - 0.5f)).Step();
        float step = settings.Batch * (float)Interval / (settings.Kimg * 1000);
        p = (p + isDue * Sign(sum * (1f / Interval) - settings.Target) * step).Clamp(0, 1);
        (sum, count) = (sum * (1 - isDue), count * (1 - isDue));
        graph.Assign(state, 0, p);
        graph.Assign(state, 1, sum);
        graph.Assign(state, 2, count);
    }

    private static Tensor Sign(Tensor x) => x.Step() - (-x).Step();

    /// <summary>Whether a change happens. All are drawn, chosen or not: with fewer parts the rest is drawn alike.</summary>
    private Tensor Happens(Draws draws, AdaParts part, Tensor p) => draws.Happens(settings.Parts.HasFlag(part) ? p : p.Graph.Constant(0));

    /// <summary>
    /// Where the changed image's pixels come from. The paper's order, from the image on: mirror, quarter turns, a move by whole pixels; then L^-1, which scales,
    /// turns, stretches and turns again; then a move by any distance. Their inverses, which sampling needs, are drawn directly: both have the same distribution.
    /// </summary>
    private Placement Geometry(Draws draws, Tensor p, int height, int width)
    {
        var mirror = 1 - Happens(draws, AdaParts.XFlip, p * 0.5f) * 2;
        // Half turns alone where a quarter would not fit.
        var turns = Happens(draws, AdaParts.Rotate90, p) * (height == width ? draws.Whole(4) : draws.Whole(2) * 2);
        var moves = Happens(draws, AdaParts.XInt, p);
        var (wholeX, wholeY) = (moves * WholeMove(draws, width), moves * WholeMove(draws, height));

        // Scale by s, stretch by e^t along x and e^-t along y: s R(first) diag(e^t, e^-t) R(second)
        //   = s cosh t R(first + second) + s sinh t R(first - second) diag(1, -1).
        var scale = Where(Happens(draws, AdaParts.Scale, p), (draws.Normal() * (0.2f * MathF.Log(2))).Exp());
        var (stretches, stretch) = (Happens(draws, AdaParts.Aniso, p), draws.Normal() * (0.2f * MathF.Log(2)));
        var (along, across) = (Where(stretches, stretch.Exp()), Where(stretches, (-stretch).Exp()));
        var (even, odd) = (scale * (along + across) * 0.5f, scale * (along - across) * 0.5f);
        // Two turns, so that the image is turned at all with probability p.
        var halfOfP = 1 - (1 - p).Sqrt();
        var (turnsFirst, first) = (Happens(draws, AdaParts.Rotate, halfOfP), Angle(draws));
        var (turnsSecond, second) = (Happens(draws, AdaParts.Rotate, halfOfP), Angle(draws));
        var turned = turnsFirst.Maximum(turnsSecond);
        (first, second) = (turnsFirst * first, turnsSecond * second);
        var (evenCos, evenSin) = (even * Where(turned, (first + second).Cos()), even * (first + second).Sin());
        var (oddCos, oddSin) = (odd * Where(turned, (first - second).Cos()), odd * (first - second).Sin());
        var (xx, xy, yx, yy) = (evenCos + oddCos, oddSin - evenSin, evenSin + oddSin, evenCos - oddCos);

        var drift = Happens(draws, AdaParts.XFrac, p);
        var (driftX, driftY) = (drift * draws.Normal() * (0.125f * width), drift * draws.Normal() * (0.125f * height));
        var (x, y) = (xx * driftX + xy * driftY + wholeX, yx * driftX + yy * driftY + wholeY);

        // Exact at whole quarters, which a cosine of floats is not: 1, 0, -1, 0 and 0, 1, 0, -1.
        var (cos, sin) = ((turns - 2).Abs() - 1, 1 - (turns - 1).Abs());
        return new(
            mirror * (cos * xx - sin * yx), mirror * (cos * xy - sin * yy), mirror * (sin * y - cos * x),
            sin * xx + cos * yx, sin * xy + cos * yy, -(sin * x + cos * y));
    }

    private static Tensor WholeMove(Draws draws, int side) => ((draws.Uniform() * 2 - 1) * (0.125f * side) + 0.5f).Floor();

    private static Tensor Angle(Draws draws) => (draws.Uniform() * 2 - 1) * MathF.PI;

    /// <summary>Brightness, contrast, luma turned over, hue, saturation, in this order; what comes after contrast and luma leaves a grey alone, so the offset goes with them.</summary>
    private Tensor Recolour(Draws draws, Tensor p, Tensor images)
    {
        var brightness = Happens(draws, AdaParts.Brightness, p) * draws.Normal() * 0.2f;
        var contrast = Where(Happens(draws, AdaParts.Contrast, p), (draws.Normal() * (0.5f * MathF.Log(2))).Exp());
        var luma = 1 - Happens(draws, AdaParts.LumaFlip, p * 0.5f) * 2;
        var (turns, hue) = (Happens(draws, AdaParts.Hue, p), Angle(draws));
        var saturation = Where(Happens(draws, AdaParts.Saturation, p), (draws.Normal() * MathF.Log(2)).Exp());
        var (grey, chroma) = (contrast * luma, contrast * saturation);
        return new ColourChange(grey, chroma * Where(turns, hue.Cos()), chroma * turns * hue.Sin()).Apply(images, grey * brightness);
    }

    // The exponential and the cosine of 0 are 1 only nearly on some devices, and what does not happen must change nothing.
    private static Tensor Where(Tensor happens, Tensor factor) => happens * (factor - 1) + 1;
}
