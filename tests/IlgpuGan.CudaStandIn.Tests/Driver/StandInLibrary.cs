using System.Diagnostics;
using IlgpuGan.Tests;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>The driver as a library of machine code: published once a run of tests, at the first use. What uses it takes turns.</summary>
[CollectionDefinition(nameof(StandInLibrary))]
public sealed class StandInLibrary : ICollectionFixture<StandInLibrary>, IDisposable
{
    // What automake's tests answer where they cannot be run.
    private const int Lacking = 77;

    private readonly Lazy<(int Code, string Output, string Error)> published = new(Publish);

    /// <summary>Its file; skips the test where this machine lacks what publishing takes.</summary>
    public string Path
    {
        get
        {
            var (code, output, error) = published.Value;
            Assert.SkipWhen(code == Lacking, error.Trim());
            Assert.True(code == 0, error);
            return output.Trim();
        }
    }

    /// <summary>A process for what uses the driver: none of it may end that of the tests.</summary>
    public CommandHost Commands { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => Commands.Dispose();

    private static (int Code, string Output, string Error) Publish()
    {
        if (!OperatingSystem.IsLinux())
        {
            return (Lacking, "", "The stand-in for a CUDA card is a library of Linux.");
        }

        var script = System.IO.Path.Combine(Sources.Root, "tests", "cuda-stand-in.sh");
        using var process = Process.Start(new ProcessStartInfo("bash", [script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
