using System.Text.Json.Serialization;

namespace IlgpuGan.Watch;

/// <summary>What is fixed and what is trained.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LectureMoment>))]
internal enum LectureMoment
{
    /// <summary>Nothing was trained yet.</summary>
    [JsonStringEnumMemberName("beginning")]
    Beginning,

    /// <summary>G is fixed, D is trained.</summary>
    [JsonStringEnumMemberName("discriminator")]
    Discriminator,

    /// <summary>D is fixed, G is trained.</summary>
    [JsonStringEnumMemberName("generator")]
    Generator,

    /// <summary>One after the other, too quickly to be told apart.</summary>
    [JsonStringEnumMemberName("turns")]
    Turns,
}

/// <summary>What a page can ask for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LectureAct>))]
internal enum LectureAct
{
    /// <summary>Updates of D.</summary>
    [JsonStringEnumMemberName("discriminator")]
    Discriminator,

    /// <summary>Updates of G.</summary>
    [JsonStringEnumMemberName("generator")]
    Generator,

    /// <summary>Updates in the order of the algorithm.</summary>
    [JsonStringEnumMemberName("next")]
    Next,

    /// <summary>Updates in that order until another act.</summary>
    [JsonStringEnumMemberName("run")]
    Run,

    /// <summary>No more updates.</summary>
    [JsonStringEnumMemberName("pause")]
    Pause,

    /// <summary>Both networks as they were at first.</summary>
    [JsonStringEnumMemberName("restart")]
    Restart,
}
