using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>NVIDIA's assembler, where it is installed: what the driver does with PTX when a kernel is loaded, on a machine without a card.</summary>
internal static partial class Ptxas
{
    /// <summary>What a kernel takes.</summary>
    /// <param name="Registers">Registers of a thread.</param>
    /// <param name="SpilledBytes">Bytes of registers that went to memory.</param>
    /// <param name="SharedBytes">Bytes of shared memory of a group.</param>
    public sealed record Usage(int Registers, int SpilledBytes, int SharedBytes);

    /// <summary>Assembles PTX for a card (such as sm_80); skips the test where there is no assembler, fails where it refuses.</summary>
    public static async Task<Usage> AssembleAsync(string ptx, string card, CancellationToken cancel)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, ptx, cancel);
            using var process = Start(new ProcessStartInfo("ptxas", ["-v", $"-arch={card}", file, "-o", $"{file}.cubin"]) { RedirectStandardError = true });
            string report = await process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            Assert.True(process.ExitCode == 0, report);
            return new Usage(Number(Registers().Match(report)), Spills().Matches(report).Sum(Number), Number(Shared().Match(report)));
        }
        finally
        {
            File.Delete(file);
            File.Delete($"{file}.cubin");
        }
    }

    private static int Number(Match match) => match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("ptxas, the assembler of the CUDA toolkit, is not installed.");
            throw;
        }
    }

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Registers();

    [GeneratedRegex(@"(\d+) bytes (?:stack frame|spill stores|spill loads)")]
    private static partial Regex Spills();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex Shared();
}
