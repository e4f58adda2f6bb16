using System.Globalization;
using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>
/// What card and driver the stand-in is, and what goes wrong with them: <c>word=value</c> pairs, parted by semicolons, in the environment variable
/// <see cref="Variable"/>.
/// </summary>
public sealed record StandInOptions
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "ILGPUGAN_CUDA_STAND_IN";

    /// <summary><c>capability=9.0</c>: the card's compute capability.</summary>
    public Version Capability { get; init; } = new(9, 0);

    /// <summary><c>driver=13.0</c>: the CUDA version that the driver knows.</summary>
    public Version DriverVersion { get; init; } = new(13, 0);

    /// <summary><c>memory=2048</c>: the card's memory, given in MiB.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary><c>execute=sample</c>: a few groups of each launch are executed, for their counts; <c>execute=no</c>: launches are checked but do nothing.</summary>
    public Execution Execution { get; init; } = Execution.All;

    /// <summary><c>approximate=highest</c> or <c>lowest</c>: functions that are documented as approximate err as far as they may.</summary>
    public ApproximateFunctions Functions { get; init; } = ApproximateFunctions.Exact;

    /// <summary><c>refuse=cuMemAlloc_v2:3:2</c>: calls that fail; may be given several times.</summary>
    public IReadOnlyList<Refusal> Refusals { get; init; } = [];

    /// <summary><c>faults=PATH</c>: a file that what is said aloud is added to.</summary>
    public string? FaultsFile { get; init; }

    /// <summary><c>calls=PATH</c>: a file that the name of every function that is called is added to.</summary>
    public string? CallsFile { get; init; }

    /// <summary><c>counts=PATH</c>: a file that what each launch counted is added to, a line of JSON each.</summary>
    public string? CountsFile { get; init; }

    /// <summary>Reads the pairs; null and the empty text are the defaults.</summary>
    /// <exception cref="FormatException">A pair is not known.</exception>
    public static StandInOptions Parse(string? text)
    {
        var options = new StandInOptions();
        foreach (var pair in (text ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (word, value) = pair.Split('=', 2) is [var left, var right] ? (left, right) : (pair, "");
            options = options.With(word, value) ?? throw new FormatException($"'{pair}' in {Variable} is not known; see {nameof(StandInOptions)}.");
        }

        return options;
    }

    private StandInOptions? With(string word, string value) => (word, value) switch
    {
        ("capability", _) when Version.TryParse(value, out var version) && Card.Of(version) is not null => this with { Capability = version },
        ("driver", _) when Version.TryParse(value, out var version) => this with { DriverVersion = version },
        ("memory", _) when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes) => this with { MemoryBytes = mebibytes << 20 },
        ("execute", "sample") => this with { Execution = Execution.Sample },
        ("execute", "no") => this with { Execution = Execution.None },
        ("approximate", "highest") => this with { Functions = ApproximateFunctions.Highest },
        ("approximate", "lowest") => this with { Functions = ApproximateFunctions.Lowest },
        ("refuse", _) when Refusal.TryParse(value, out var refusal) => this with { Refusals = [.. Refusals, refusal] },
        ("faults", { Length: > 0 }) => this with { FaultsFile = value },
        ("calls", { Length: > 0 }) => this with { CallsFile = value },
        ("counts", { Length: > 0 }) => this with { CountsFile = value },
        _ => null,
    };
}
