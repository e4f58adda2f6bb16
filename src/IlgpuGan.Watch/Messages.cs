using System.Text.Json.Serialization;

namespace IlgpuGan.Watch;

/// <summary>The first message of a stream: which runs there are. A page that knows others begins anew.</summary>
internal sealed record Hello(IReadOnlyList<string> Runs);

/// <summary>The last message of a stream.</summary>
/// <param name="HasTrained">Whether the process trained, and ends with its training.</param>
/// <param name="Again">What a user types to look again; null for nothing.</param>
internal sealed record End(bool HasTrained, string? Again);

/// <summary>What is new of a run; what is null is as it was.</summary>
/// <param name="Run">Number of the run.</param>
/// <param name="Status">How far it is.</param>
internal sealed record RunNews(int Run, RunStatus Status)
{
    public RunAbout? About { get; init; }

    public CurveNews? Reports { get; init; }

    public Dictionary<string, CurveNews>? Metrics { get; init; }

    public IReadOnlyList<FindingNews>? Findings { get; init; }

    public IReadOnlyList<long>? Samples { get; init; }
}

/// <summary>How far a run is.</summary>
/// <param name="State">What it does.</param>
/// <param name="Step">Steps made by the last report.</param>
/// <param name="Kimg">Thousand real images shown by then.</param>
/// <param name="ImagesPerSecond">Median of the last reports.</param>
/// <param name="Seconds">Seconds it has taken.</param>
/// <param name="SecondsLeft">Seconds to its end at that speed; null when it does not train, or nothing is known yet.</param>
/// <param name="Reading">The share of a long log that has been read; null when all is.</param>
internal sealed record RunStatus(RunState State, long Step, double Kimg, double ImagesPerSecond, double Seconds, double? SecondsLeft, double? Reading);

/// <summary>What does not change while a run goes on.</summary>
/// <param name="Steps">Steps to make in all.</param>
/// <param name="Device">Name of the device.</param>
/// <param name="Settings">What a user would tell somebody about it, in a few words.</param>
/// <param name="Divergence">The divergence that D's loss estimates; null for none.</param>
/// <param name="IsPoints">Whether it draws points, which nobody can ask for again.</param>
/// <param name="Labels">The labels that images can be asked for by.</param>
/// <param name="Version">Another when the run was replaced or went back, as its pictures then are others.</param>
internal sealed record RunAbout(long Steps, string Device, string Settings, string? Divergence, bool IsPoints, IReadOnlyList<LabelNews> Labels, long Version)
{
    /// <summary>Of a run that translates images; null for one that draws from noise.</summary>
    public TranslationNews? Translation { get; init; }
}

/// <summary>What a page can have translated.</summary>
/// <param name="MostBytes">Bytes of the largest file.</param>
internal sealed record TranslationNews(int MostBytes);

/// <summary>A label column.</summary>
internal sealed record LabelNews(string Name, IReadOnlyList<string> Values);

/// <summary>The rows of some curves from a row on; those the page has from there are replaced.</summary>
/// <param name="From">The first row.</param>
/// <param name="Stride">Reports that a row stands for.</param>
/// <param name="Columns">Values by name, with <c>step</c> among them.</param>
internal sealed record CurveNews(int From, int Stride, Dictionary<string, double?[]> Columns);

/// <summary>Something the watchdog found, or the user changed on the way.</summary>
internal sealed record FindingNews(string Kind, long Step, string Sentence, bool IsCollapse);

/// <summary>What is new of a lecture's training; what is null is as it was.</summary>
/// <param name="Moment">Whose turn it is.</param>
/// <param name="IsRunning">Whether updates are made until somebody says stop.</param>
/// <param name="Left">Updates that were asked for and are not made yet.</param>
internal sealed record LectureNews(LectureMoment Moment, bool IsRunning, int Left)
{
    public LectureSetting? Setting { get; init; }

    public LectureSight? Sight { get; init; }

    public CurveNews? Curve { get; init; }
}

/// <summary>What does not change during a lecture.</summary>
/// <param name="Source">The data.</param>
/// <param name="Loss">G's loss.</param>
/// <param name="DiscriminatorSteps">Updates of D for one of G.</param>
/// <param name="MostTimes">The most updates that can be asked for at once.</param>
internal sealed record LectureSetting(string Source, string Loss, int DiscriminatorSteps, int MostTimes)
{
    public PointsSetting? Points { get; init; }
}

/// <summary>What does not change of a picture of points.</summary>
/// <param name="Modes">Modes of the data.</param>
/// <param name="Extent">How far the picture goes, in thousandths.</param>
/// <param name="Grid">Rows and columns of D's picture.</param>
/// <param name="Reals">Some real points, x0, y0, x1, y1, ..., in thousandths.</param>
internal sealed record PointsSetting(int Modes, int Extent, int Grid, IReadOnlyList<int> Reals);

/// <summary>What there is to see after an update.</summary>
/// <param name="DiscriminatorUpdates">Updates of D so far.</param>
/// <param name="GeneratorUpdates">Updates of G so far.</param>
/// <param name="Value">V(G, D).</param>
/// <param name="Bound">What any D could reach; null where that is not known.</param>
/// <param name="RealBelief">Mean of D(x).</param>
/// <param name="FakeBelief">Mean of D(G(z)).</param>
internal sealed record LectureSight(long DiscriminatorUpdates, long GeneratorUpdates, double Value, double? Bound, double RealBelief, double FakeBelief)
{
    /// <summary>Generated points, as the real ones; null of images.</summary>
    public IReadOnlyList<int>? Points { get; init; }

    /// <summary>D over the picture, a byte a cell, rows from the top; null of images.</summary>
    public byte[]? Decision { get; init; }

    /// <summary>Generated images of the same latents, as a PNG file; null of points.</summary>
    public byte[]? Sheet { get; init; }
}

/// <summary>What a page asks of a lecture's training.</summary>
/// <param name="Act">What is to be done.</param>
/// <param name="Times">How many updates, for an act that is one.</param>
internal sealed record LectureRequest(LectureAct Act, int Times = 1);

/// <summary>Images that a page asks for.</summary>
/// <param name="Seed">Chooses the images; as text, as numbers of a browser are less exact.</param>
/// <param name="Count">Number of images.</param>
/// <param name="Truncation">How far latents may lie from the middle; null for as far as they do.</param>
/// <param name="Labels">What they are to be, by column; what is left out is as frequent as in the data.</param>
internal sealed record SampleRequest(string Seed, int Count, double? Truncation = null, Dictionary<string, string>? Labels = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(FiniteDoubleJson), typeof(FiniteSingleJson)],
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(End))]
[JsonSerializable(typeof(RunNews))]
[JsonSerializable(typeof(SampleRequest))]
[JsonSerializable(typeof(LectureNews))]
[JsonSerializable(typeof(LectureRequest))]
internal sealed partial class MessageJson : JsonSerializerContext;
