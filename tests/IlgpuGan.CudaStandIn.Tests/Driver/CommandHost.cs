using System.Diagnostics;
using System.Text.Json;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>A process that runs commands one after another. One that fails may end it, as what an allocation that fails leaves half made is finalised; the next gets another process.</summary>
public sealed class CommandHost : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private Process? process;

    /// <summary>Runs a command.</summary>
    /// <param name="library">The driver.</param>
    /// <param name="words">Words for the stand-in.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">The command and its arguments.</param>
    /// <returns>Exit code, output and errors; null where the process ended.</returns>
    public (int Code, string Output, string Error)? Run(string library, string words, string folder, string[] arguments)
    {
        process ??= Begin(library);
        try
        {
            process.StandardInput.WriteLine(JsonSerializer.Serialize((string[])[words, folder, .. arguments]));
            process.StandardInput.Flush();
            var answer = process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
            if (answer.Wait(Longest, TestContext.Current.CancellationToken) && answer.Result is { } line)
            {
                var parts = JsonSerializer.Deserialize<JsonElement[]>(line)!;
                return (parts[0].GetInt32(), parts[1].GetString()!, parts[2].GetString()!);
            }
        }
        catch (IOException)
        {
            // It ended before.
        }
        Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (process is not null)
        {
            process.Kill();
            process.Dispose();
        }
        process = null;
    }

    private static Process Begin(string library)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "IlgpuGan.CudaStandIn.Commands.dll"), library])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ILGPUGAN_CUDA_DRIVER"] = library;
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }
}
