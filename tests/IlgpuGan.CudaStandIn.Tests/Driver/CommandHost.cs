using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>A process that runs commands one after another, IlgpuGan.CudaStandIn.Commands; one that it ended in gets an exit code of its own, and the next another process.</summary>
public sealed class CommandHost : IDisposable
{
    /// <summary>The exit code of a command that did not come to its end.</summary>
    public const int NoEnd = -1;

    // Cards that were lost take their memory along.
    private const int MostRuns = 100;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    // Read as they come, so that no pipe fills.
    private readonly ConcurrentQueue<string?> said = [];
    private Process? process;
    private int runs;

    /// <summary>Runs a command.</summary>
    /// <param name="library">The driver.</param>
    /// <param name="words">Words for the stand-in.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">The command and its arguments.</param>
    /// <returns>Exit code, output and errors; <see cref="NoEnd"/> and the process's words where that ended or hung.</returns>
    public (int Code, string Output, string Error) Run(string library, string words, string folder, string[] arguments)
    {
        if (runs == MostRuns)
        {
            Dispose();
        }
        bool isFirst = runs == 0;
        process ??= Begin(library);
        runs++;
        var answer = Answer(process, JsonSerializer.Serialize((string[])[words, folder, .. arguments]));
        if (answer is not null)
        {
            var parts = JsonSerializer.Deserialize<JsonElement[]>(answer)!;
            return (parts[0].GetInt32(), parts[1].GetString()!, parts[2].GetString()!);
        }
        process.Kill();
        process.WaitForExit();
        string last = string.Join('\n', said);
        Dispose();
        if (isFirst)
        {
            return (NoEnd, "", last);
        }
        // Commands before this one may have spoilt the process: a fresh one decides.
        TestContext.Current.TestOutputHelper?.WriteLine(last);
        return Run(library, words, folder, arguments);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (process is not null)
        {
            process.Kill();
            process.Dispose();
        }
        (process, runs) = (null, 0);
        said.Clear();
    }

    private static string? Answer(Process process, string line)
    {
        try
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
            var answer = process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
            return answer.Wait(Longest, TestContext.Current.CancellationToken) ? answer.Result : null;
        }
        catch (IOException)
        {
            // It ended before.
            return null;
        }
    }

    private Process Begin(string library)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "IlgpuGan.CudaStandIn.Commands.dll"), library])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ILGPUGAN_CUDA_DRIVER"] = library;
        var begun = Process.Start(start)!;
        begun.ErrorDataReceived += (_, line) => said.Enqueue(line.Data);
        begun.BeginErrorReadLine();
        return begun;
    }
}
