using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using IlgpuGan.Data;
using IlgpuGan.Options;

namespace IlgpuGan.Runs;

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

    /// <summary>What its networks began with; null where they began with noise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ParentRun? Parent { get; init; }

    /// <summary>The version of the record that this program writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Checked settings that the run may go on with, and this record with a program's own parts, of which a file has only the names.</summary>
    /// <param name="folder">The run's folder, for the message.</param>
    /// <param name="change">Makes of its settings those that it is to go on with.</param>
    /// <exception cref="OptionException">A value is not allowed.</exception>
    /// <exception cref="RunFolderException">The first setting that may not change, by the name of its option.</exception>
    internal (RunRecord Record, RunSettings Settings) GoingOn(string folder, Func<RunSettings, RunSettings> change)
    {
        var settings = change(Settings);
        settings.Training.CheckOwn(isToDraw: false);
        var record = this with { Settings = Settings with { Training = Settings.Training with { Own = settings.Training.Own } } };
        settings.Validate(record.Settings);
        record.CheckResume(folder, settings);
        return (record, settings);
    }

    /// <summary>Checks that the run may go on with other settings.</summary>
    /// <param name="folder">The run's folder, for the message.</param>
    /// <param name="wanted">What it is to go on with.</param>
    /// <exception cref="RunFolderException">The first setting that may not change, by the name of its option.</exception>
    internal void CheckResume(string folder, RunSettings wanted)
    {
        var (saved, asked) = (Settings.ShapedAs(Data), wanted.ShapedAs(Data));
        if (OptionRows.Table.FirstContradiction(saved, asked) is { } option)
        {
            throw new RunFolderException(
                $"--{option.Name} {option.Text(asked) ?? "left out"} contradicts {folder}, which was made with {option.Text(saved) ?? "the default"}; "
                + $"leave --{option.Name} out to resume, or give another --out to start anew: {KeptReasons.Of(option)}, and --from begins another run with what fits.");
        }
    }
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
