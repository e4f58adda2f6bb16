using System.CommandLine;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan lab</c>: the theory as experiments.</summary>
internal static class LabCommand
{
    public static Command Create(CliContext context) => new("lab", "Experiments that show the theory: each prints a table and draws one picture, or is a page to step through.")
    {
        LabDivergenceCommand.Create(context),
        LabDiracCommand.Create(context),
        LabFailuresCommand.Create(context),
        LabGradientsCommand.Create(context),
        LabLectureCommand.Create(context),
        LabMatchCommand.Create(context),
        LabModesCommand.Create(context),
        LabSequenceCommand.Create(context),
    };
}
