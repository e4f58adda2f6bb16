using System.Globalization;

namespace IlgpuGan.Graphs;

/// <summary>The way of a <see cref="Schedule"/> from one number to the other.</summary>
public enum ScheduleShape
{
    /// <summary>There is only one number.</summary>
    Constant,

    /// <summary>Straight: a + (b - a) x, where x is the share of the horizon that has passed.</summary>
    Linear,

    /// <summary>b + (a - b) (1 + cos(pi x)) / 2 (Loshchilov and Hutter 2017): slow at both ends.</summary>
    Cosine,
}

/// <summary>
/// A number that changes with the images shown: from a to b over a horizon, b from then on. A function of progress alone, so that a
/// resumed run needs nothing but its counters. Written <c>2e-4</c>, <c>linear:2e-4:0:500</c> or <c>cosine:2e-4:5e-5:20000</c>.
/// </summary>
public sealed record Schedule
{
    /// <summary>What <see cref="TryParse"/> takes, for messages.</summary>
    public const string Forms = "a number, or linear:A:B:KIMG or cosine:A:B:KIMG with numbers A and B and more than 0 thousand images";

    private Schedule(ScheduleShape shape, float from, float to, float kimg) => (Shape, From, To, Kimg) = (shape, from, to, kimg);

    /// <summary>How it goes from a to b.</summary>
    public ScheduleShape Shape { get; }

    /// <summary>a, the number at the start.</summary>
    public float From { get; }

    /// <summary>b, the number at the end.</summary>
    public float To { get; }

    /// <summary>The horizon, in thousand real images shown; 0 if the number stays.</summary>
    public float Kimg { get; }

    /// <summary>The same number all the time.</summary>
    public static implicit operator Schedule(float value) => Constant(value);

    /// <summary>The same number all the time.</summary>
    public static Schedule Constant(float value) => new(ScheduleShape.Constant, value, value, 0);

    /// <summary>A straight line.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The horizon is not above 0.</exception>
    public static Schedule Linear(float from, float to, float kimg) => new(ScheduleShape.Linear, from, to, Horizon(kimg));

    /// <summary>Half a wave.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The horizon is not above 0.</exception>
    public static Schedule Cosine(float from, float to, float kimg) => new(ScheduleShape.Cosine, from, to, Horizon(kimg));

    /// <summary>So many times the number, all along the same way.</summary>
    public Schedule Times(float factor) => new(Shape, From * factor, To * factor, Kimg);

    /// <summary>The number as a formula of progress.</summary>
    /// <param name="graph">Where the formula is written.</param>
    /// <param name="kimg">Thousand real images shown so far, [1].</param>
    /// <returns>[1]</returns>
    public Tensor At(Graph graph, Tensor kimg)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(kimg);
        if (Shape == ScheduleShape.Constant)
        {
            return graph.Constant(From);
        }
        var passed = (kimg * (1 / Kimg)).Clamp(0, 1);
        return Shape == ScheduleShape.Linear
            ? passed * (To - From) + From
            : ((passed * MathF.PI).Cos() + 1) * ((From - To) / 2) + To;
    }

    /// <summary>Reads one of the <see cref="Forms"/>.</summary>
    public static bool TryParse(string? text, out Schedule? schedule)
    {
        schedule = text?.Split(':') switch
        {
            [var value] when Number(value) is { } number => Constant(number),
            ["linear", var from, var to, var kimg] when Numbers(from, to, kimg) is var (a, b, horizon) => Linear(a, b, horizon),
            ["cosine", var from, var to, var kimg] when Numbers(from, to, kimg) is var (a, b, horizon) => Cosine(a, b, horizon),
            _ => null,
        };
        return schedule is not null;
    }

    /// <summary>The form that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Shape == ScheduleShape.Constant
        ? From.ToString(CultureInfo.InvariantCulture)
        : FormattableString.Invariant($"{Shape.ToString().ToLowerInvariant()}:{From}:{To}:{Kimg}");

    private static (float From, float To, float Kimg)? Numbers(string from, string to, string kimg) =>
        Number(from) is { } a && Number(to) is { } b && Number(kimg) is { } horizon && IsHorizon(horizon) ? (a, b, horizon) : null;

    private static float? Number(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && !float.IsInfinity(number) ? number : null;

    private static float Horizon(float kimg) =>
        IsHorizon(kimg) ? kimg : throw new ArgumentOutOfRangeException(nameof(kimg), kimg, "A schedule ends after more than 0 thousand images.");

    // The formula multiplies by the reciprocal, which must be a finite number too.
    private static bool IsHorizon(float kimg) => kimg is > 1e-30f and < 1e30f;
}
