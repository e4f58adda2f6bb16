using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using IlgpuGan.Data;
using IlgpuGan.Graphs;

namespace IlgpuGan.Training;

/// <summary>What <c>options.json</c> holds: everything needed to continue a run, and to know later how it came about.</summary>
/// <param name="Format">Version of this record; <see cref="CurrentFormat"/>.</param>
/// <param name="Settings">What the user decided.</param>
/// <param name="Data">What the data was.</param>
/// <param name="DeviceName">The device the run was last opened on.</param>
/// <param name="Versions">The programs that made it.</param>
public sealed record RunRecord(int Format, RunSettings Settings, RunData Data, string DeviceName, RunVersions Versions)
{
    /// <summary>The labels that its images are conditioned on; null for none.</summary>
    public LabelChoice? Labels { get; init; }

    /// <summary>What the data was taken from, and what became of it; null for points, and for runs of versions that did not keep it.</summary>
    public ImageSetSummary? Taken { get; init; }

    /// <summary>The version of the record that this program writes and reads.</summary>
    public const int CurrentFormat = 1;
}

/// <summary>The data of a run.</summary>
/// <param name="Fingerprint">Equal for equal data.</param>
/// <param name="Count">Number of images; 0 where only their shape is known, as of weights that came from elsewhere.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="Channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
/// <param name="IsPoints">Whether it is points in the plane, which have no pixels.</param>
public sealed record RunData(string Fingerprint, int Count, int Height, int Width, int Channels, bool IsPoints)
{
    /// <summary>Bytes of one image: Height * Width * Channels.</summary>
    [JsonIgnore]
    public int BytesPerImage => Height * Width * Channels;

    /// <summary>Whether a run of this data goes on with other data: with the same, or, where only the shape is known, with all of that shape.</summary>
    internal bool Accepts(RunData data) => data == (Count > 0 ? this : this with { Fingerprint = data.Fingerprint, Count = data.Count });

    /// <summary>What a network draws: [Height, Width, Channels], or [2] for points.</summary>
    [JsonIgnore]
    internal Shape ImageShape => IsPoints ? Shape.Of(Channels) : Shape.Of(Height, Width, Channels);
}

/// <summary>Versions behind a run.</summary>
/// <param name="Engine">This library.</param>
/// <param name="Ilgpu">ILGPU, the kernel compiler.</param>
/// <param name="Dotnet">The .NET runtime.</param>
/// <param name="OperatingSystem">Name and version of the system, with its architecture.</param>
public sealed record RunVersions(string Engine, string Ilgpu, string Dotnet, string OperatingSystem)
{
    /// <summary>The versions at work now.</summary>
    public static RunVersions Current()
    {
        var engine = typeof(RunVersions).Assembly;
        var ilgpu = engine.GetReferencedAssemblies().FirstOrDefault(reference => reference.Name == "ILGPU");
        return new RunVersions(
            engine.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            ilgpu?.Version?.ToString(3) ?? "unknown",
            RuntimeInformation.FrameworkDescription,
            $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}");
    }
}
