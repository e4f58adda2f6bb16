using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Bench;

/// <summary>What the stand-in for a CUDA card counted of a launch; its <c>LaunchCounts</c> says what each figure means.</summary>
internal sealed record LaunchCount
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public long Groups { get; init; }

    public long Threads { get; init; }

    public long WarpsOfGroup { get; init; }

    public long SharedBytes { get; init; }

    public long ResidentGroups { get; init; }

    public long LiveRegisters { get; init; }

    public long GroupsRun { get; init; }

    public long Instructions { get; init; }

    public long Moves { get; init; }

    public long Products { get; init; }

    public long Barriers { get; init; }

    public long CopyWaits { get; init; }

    public long CopySteps { get; init; }

    public long LoadRounds { get; init; }

    public long LoadedBytes { get; init; }

    public long LoadedSectors { get; init; }

    public long IdealLoadedSectors { get; init; }

    public long StoredBytes { get; init; }

    public long StoredSectors { get; init; }

    public long IdealStoredSectors { get; init; }

    public long BankPasses { get; init; }

    public long IdealBankPasses { get; init; }

    /// <summary>Instructions that take a slot of a scheduler: all but copies of registers, which an assembler leaves out wherever it can.</summary>
    [JsonIgnore]
    public long Slots => Instructions - Moves;

    /// <summary>Reads a line.</summary>
    /// <exception cref="JsonException">It is none of the stand-in's.</exception>
    public static LaunchCount Parse(string line) => JsonSerializer.Deserialize<LaunchCount>(line, Options) ?? throw new JsonException("a line is null");
}
