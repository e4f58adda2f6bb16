namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>Counts the calls, refuses those that shall fail, and says aloud what was done wrongly.</summary>
/// <param name="options">Which calls, and where it is written.</param>
/// <param name="error">Where it is said.</param>
public sealed class CallRecord(StandInOptions options, TextWriter error)
{
    private readonly Dictionary<string, long> calls = [];
    private long all;

    /// <summary>Notes a call.</summary>
    /// <returns>The error that it shall fail with, or success.</returns>
    public CudaError Begin(string function)
    {
        var count = calls.GetValueOrDefault(function) + 1;
        calls[function] = count;
        all++;
        if (options.CallsFile is { } file)
        {
            File.AppendAllText(file, $"{function}\n");
        }

        return options.Refusals.FirstOrDefault(refusal => refusal.Meets(function, count, all))?.Error ?? CudaError.Success;
    }

    /// <summary>Says what was done wrongly.</summary>
    public void Say(string function, string what)
    {
        var line = $"CUDA stand-in: {function}: {what}";
        error.WriteLine(line);
        if (options.FaultsFile is { } file)
        {
            File.AppendAllText(file, $"{line}\n");
        }
    }
}
