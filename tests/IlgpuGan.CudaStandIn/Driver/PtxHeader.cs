using System.Globalization;
using System.Text.RegularExpressions;

namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>What a driver looks at before it compiles a text: the version of the language and the card that it is for.</summary>
public static partial class PtxHeader
{
    /// <summary>The newest version of the language that a driver knows.</summary>
    /// <param name="driver">The CUDA version of the driver.</param>
    public static Version NewestOf(Version driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        // CUDA 11.0 to 11.8 brought 7.0 to 7.8, 12.0 to 12.5 8.0 to 8.5; then 12.6 brought none.
        return driver switch
        {
            { Major: >= 13 } => new(9, driver.Minor),
            { Major: 12, Minor: >= 6 } => new(8, driver.Minor - 1),
            { Major: >= 11 } => new(driver.Major - 4, driver.Minor),
            _ => new(6, driver.Minor),
        };
    }

    /// <summary>Refuses what the driver or the card is too old for.</summary>
    /// <exception cref="DriverException">It is.</exception>
    public static void Check(string text, StandInOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!(VersionDirective().Match(text) is { Success: true } said && Version.TryParse(said.Groups[1].Value, out var version)))
        {
            throw new DriverException(CudaError.InvalidPtx, "the text has no .version");
        }

        if (version > NewestOf(options.DriverVersion))
        {
            throw new DriverException(CudaError.UnsupportedPtxVersion, $"a driver of CUDA {options.DriverVersion} knows PTX up to {NewestOf(options.DriverVersion)}, and the text is of {version}");
        }

        if (!(TargetDirective().Match(text) is { Success: true } target && int.Parse(target.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var number))
        {
            throw new DriverException(CudaError.InvalidPtx, "the text has no .target sm_NN");
        }

        // What is for one architecture alone, such as sm_90a, runs on no newer one.
        var card = (options.Capability.Major * 10) + options.Capability.Minor;
        if (number > card || (target.Groups[2].Length > 0 && number != card))
        {
            throw new DriverException(CudaError.NoBinaryForGpu, $"the text is for sm_{number}{target.Groups[2].Value}, and the card is sm_{card}");
        }
    }

    [GeneratedRegex(@"^\s*\.version\s+(\d+\.\d+)", RegexOptions.Multiline)]
    private static partial Regex VersionDirective();

    [GeneratedRegex(@"^\s*\.target\s+sm_(\d+)([a-z]?)", RegexOptions.Multiline)]
    private static partial Regex TargetDirective();
}
