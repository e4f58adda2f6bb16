using IlgpuGan.Cli;
using IlgpuGan.Ranks;

if (OpenFiles.Complaint() is { } complaint)
{
    StandardStreams.Error.WriteLine(complaint);
    return 2;
}

// A starter of ranks gives them terminals that are none: what they say goes to its output, which may be a pipe.
if (RankEnvironment.Current is not null)
{
    Environment.SetEnvironmentVariable("TERM", "dumb");
}

ForeignFinalizers.Outlive();
return CommandLine.Run(args, StandardStreams.Output, StandardStreams.Error);
