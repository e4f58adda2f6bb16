using IlgpuGan.Cli;

if (OpenFiles.Complaint() is { } complaint)
{
    StandardStreams.Error.WriteLine(complaint);
    return 2;
}

ForeignFinalizers.Outlive();
return CommandLine.Run(args, StandardStreams.Output, StandardStreams.Error);
