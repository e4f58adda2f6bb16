using System.Diagnostics;
using IlgpuGan.Tests;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>What a program left behind.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
/// <param name="Calls">The functions of the driver that it called, in their order.</param>
/// <param name="Faults">What the stand-in found wrong.</param>
internal sealed record CommandEnd(int Code, string Output, string Error, string[] Calls, string[] Faults)
{
    /// <summary>What the command line itself said last on standard error.</summary>
    public string LastLine => Error.Split('\n').LastOrDefault(line => line.Length > 0 && !line.StartsWith("CUDA stand-in:", StringComparison.Ordinal)) ?? "";
}

/// <summary>Runs the command line on a card of the stand-in, in a folder of its own.</summary>
[Collection(nameof(StandInLibrary))]
public abstract class CardFixture(StandInLibrary library) : IDisposable
{
    /// <summary>A run of a few small steps.</summary>
    protected const string Ring = "train ring --network mlp --width 8 --depth 2 --batch 16 --device cuda --tune off --no-watchdog --report-every 2";

    private readonly TemporaryFolder folder = new();

    /// <summary>The library of the driver.</summary>
    protected StandInLibrary Library { get; } = library;

    /// <summary>A path in the test's folder.</summary>
    internal string this[string name] => folder[name];

    /// <inheritdoc/>
    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the command line; the arguments are separated by spaces.</summary>
    /// <param name="arguments">The arguments; what begins with ./ lies in the test's folder.</param>
    /// <param name="card">Words for the stand-in.</param>
    internal CommandEnd Run(string arguments, string card = "")
    {
        var (code, output, error) = Library.Commands.Run(Library.Path, Words(card), folder.Path, arguments.Split(' '));
        return new(code, output, error, Lines("calls"), Lines("faults"));
    }

    /// <summary>The same for a command that must succeed and do nothing wrong.</summary>
    internal CommandEnd Succeed(string arguments, string card = "")
    {
        var end = Run(arguments, card);
        Assert.True(end.Code == 0, $"{arguments}: exit code {end.Code}\n{end.Error}");
        Assert.Empty(end.Faults);
        return end;
    }

    /// <summary>Runs a program as a process of its own, in the test's folder.</summary>
    /// <param name="arguments">The arguments, separated by spaces.</param>
    /// <param name="card">Words for the stand-in.</param>
    /// <param name="driver">Another library than the stand-in.</param>
    /// <param name="program">Another program than the command line.</param>
    internal async Task<CommandEnd> StartAsync(string arguments, string card = "", string? driver = null, string program = "IlgpuGan.Cli")
    {
        var start = new ProcessStartInfo("dotnet", [System.IO.Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments.Split(' ')])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["ILGPUGAN_CUDA_DRIVER"] = driver ?? Library.Path;
        start.Environment["ILGPUGAN_CUDA_STAND_IN"] = Words(card);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return new(process.ExitCode, await output, error, Lines("calls"), Lines("faults"));
    }

    /// <summary>What a run has learnt: its newest checkpoint, byte for byte.</summary>
    internal byte[] Newest(string run) => File.ReadAllBytes(Directory.GetFiles(this[$"{run}/checkpoints"], "step-*.safetensors").Order(StringComparer.Ordinal).Last());

    // Each program has a record of its own.
    private string Words(string card)
    {
        File.Delete(this["calls"]);
        File.Delete(this["faults"]);
        return $"calls={this["calls"]};faults={this["faults"]};{card}";
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string[] Lines(string name) => File.Exists(this[name]) ? File.ReadAllLines(this[name]) : [];
}
