using System.Text.Json.Serialization;

namespace IlgpuGan.Bench.Quality;

/// <summary>What came of one training: a line of the file of results.</summary>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Options">Its options.</param>
/// <param name="Data">The data.</param>
/// <param name="Size">Size of the images; null for what suits the data.</param>
/// <param name="Minutes">Minutes that it was given, by its step time.</param>
/// <param name="Count">Images that were judged.</param>
/// <param name="Seed">Seed of the training.</param>
/// <param name="Steps">Steps that it made.</param>
/// <param name="Command">The command that makes the same training.</param>
/// <param name="Values">What was measured, by the names of metrics; empty where the training came to numbers that are not finite.</param>
internal sealed record QualityResult(
    string Variant, string Options, string Data, string? Size, double Minutes, int Count, ulong Seed, long Steps, string Command, IReadOnlyDictionary<string, double?> Values)
{
    /// <summary>Parameters of G.</summary>
    public long GeneratorParameters { get; init; }

    /// <summary>Parameters of D.</summary>
    public long DiscriminatorParameters { get; init; }

    /// <summary>The device.</summary>
    public string? Device { get; init; }

    /// <summary>The version of the engine.</summary>
    public string? Engine { get; init; }

    /// <summary>Why nothing was measured; null where something was.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether it is of a task, whatever of its variants.</summary>
    public bool IsOf(QualityTask task) => (Data, Size, Minutes, Count) == (task.Data, task.Size?.ToString(), task.Minutes, task.Count);

    /// <summary>Whether it is that of a training.</summary>
    public bool IsOf(QualityTask task, QualityVariant variant, ulong seed) => IsOf(task) && Options == variant.Options && Seed == seed;
}

/// <summary>How long a step of a variant takes.</summary>
/// <param name="Data">The data.</param>
/// <param name="Size">Size of the images; null for what suits the data.</param>
/// <param name="Options">Options of the variant.</param>
/// <param name="Share">Its step time, as a multiple of that of the first variant.</param>
/// <param name="Milliseconds">The step time of the first variant that all are reckoned by.</param>
internal sealed record StepTime(string Data, string? Size, string Options, double Share, double Milliseconds)
{
    /// <summary>Steps that are made in some minutes.</summary>
    public long StepsIn(double minutes) => Math.Max(1, (long)Math.Round(minutes * 60_000 / (Share * Milliseconds)));
}
