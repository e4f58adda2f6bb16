using System.Runtime.InteropServices;

namespace IlgpuGan.CudaStandIn.Driver.Exports;

/// <summary>
/// The machine of a process that has loaded the library; its functions have no other place to find it in. Tests that run one program after another in their own
/// process give each a machine of its own.
/// </summary>
internal static class ProcessMachine
{
    private static Machine machine = Create(Environment.GetEnvironmentVariable(StandInOptions.Variable), null);

    /// <summary>Runs an exported function on it.</summary>
    /// <returns>CUDA's number of the error, 0 for none.</returns>
    public static int Call(string function, Action<Machine> body, Action<Machine>? refused = null)
    {
        var current = machine;
        return (int)current.Call(function, () => body(current), () => refused?.Invoke(current));
    }

    /// <summary>Puts another machine in the place of this one, whose memory is gone. No call may be under way.</summary>
    [UnmanagedCallersOnly(EntryPoint = "standInRestart")]
    public static void Restart(nint words)
    {
        var old = machine;
        machine = Create(Marshal.PtrToStringUTF8(words), old);
        old.Dispose();
    }

    /// <summary>Refuses a function that is not on the list.</summary>
    public static int Refuse(string function) => Call(function, _ => throw new DriverException(CudaError.NotSupported, "this function is not on the list of the stand-in"));

    private static Machine Create(string? words, Machine? before)
    {
        var error = new StandardError();
        try
        {
            return new Machine(StandInOptions.Parse(words), error, before);
        }
        catch (FormatException fault)
        {
            error.WriteLine($"CUDA stand-in: {fault.Message}");
            return new Machine(new StandInOptions { Refusals = [new Refusal("*", 1, IsLasting: true, CudaError.Unknown)] }, error, before);
        }
    }
}
