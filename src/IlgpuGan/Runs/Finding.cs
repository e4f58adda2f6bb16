using System.Text.Json.Serialization;
using IlgpuGan.Options;

namespace IlgpuGan.Runs;

/// <summary>What can be wrong with a training.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingKind>))]
public enum FindingKind
{
    /// <summary>A number is NaN or infinite.</summary>
    [JsonStringEnumMemberName("not-finite")]
    NotFinite,

    /// <summary>D tells reals from fakes with ease and G no longer learns from it.</summary>
    [JsonStringEnumMemberName("discriminator-wins")]
    DiscriminatorWins,

    /// <summary>D says the same of all, and yet fakes are not like reals.</summary>
    [JsonStringEnumMemberName("discriminator-blind")]
    DiscriminatorBlind,

    /// <summary>G makes much the same of all latents.</summary>
    [JsonStringEnumMemberName("mode-collapse")]
    ModeCollapse,

    /// <summary>Single fakes are good, but part of the distribution is missing.</summary>
    [JsonStringEnumMemberName("mode-dropping")]
    ModeDropping,

    /// <summary>G copies the data.</summary>
    [JsonStringEnumMemberName("memorising")]
    Memorising,

    /// <summary>Adaptive augmentation is as strong as it can be.</summary>
    [JsonStringEnumMemberName("augmentation-limit")]
    AugmentationLimit,

    /// <summary>G draws the augmentations too: turned pictures, colours turned over.</summary>
    [JsonStringEnumMemberName("augmentation-leak")]
    AugmentationLeak,

    /// <summary>No fake is like a real, whatever the losses say, and none of the others explains it.</summary>
    [JsonStringEnumMemberName("unlike-reals")]
    UnlikeReals,

    /// <summary>A translation leaves its inputs as they are.</summary>
    [JsonStringEnumMemberName("unchanged")]
    Unchanged,

    /// <summary>A translation makes light what is dark.</summary>
    [JsonStringEnumMemberName("inverted")]
    Inverted,

    /// <summary>The losses swing ever more.</summary>
    [JsonStringEnumMemberName("oscillation")]
    Oscillation,
}

/// <summary>Something that the watchdog found; one line of <c>log.jsonl</c>.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Step">The step at which it was sure.</param>
/// <param name="Onset">The step of the first report that shows it.</param>
/// <param name="Sentence">What is wrong and what to try.</param>
public sealed record Finding([property: JsonPropertyName("finding")] FindingKind Kind, long Step, long Onset, string Sentence)
{
    /// <summary>What is wrong and what to try.</summary>
    public string Sentence { get; init; } = OptionNames.In(Sentence);

    /// <summary>The step that the run went back to because of it; null if it did not.</summary>
    public long? BackTo { get; init; }

    /// <summary>The number of that return, from 1 on; null where there was none.</summary>
    public int? Rollback { get; init; }

    /// <summary>Whether the training is lost without intervention: what <see cref="CollapseAction"/> is for.</summary>
    [JsonIgnore]
    public bool IsCollapse => Kind is FindingKind.NotFinite or FindingKind.DiscriminatorWins or FindingKind.ModeCollapse or FindingKind.ModeDropping or FindingKind.Oscillation;
}
