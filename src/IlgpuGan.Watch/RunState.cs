using System.Text.Json.Serialization;

namespace IlgpuGan.Watch;

/// <summary>What a run is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
internal enum RunState
{
    /// <summary>Its folder holds no run yet: data is being loaded.</summary>
    [JsonStringEnumMemberName("preparing")]
    Preparing,

    /// <summary>A process has it open.</summary>
    [JsonStringEnumMemberName("training")]
    Training,

    /// <summary>All its steps are made.</summary>
    [JsonStringEnumMemberName("finished")]
    Finished,

    /// <summary>It ended before, by a stop, the watchdog or a crash.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,
}
