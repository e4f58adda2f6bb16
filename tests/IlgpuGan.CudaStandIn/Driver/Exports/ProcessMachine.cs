namespace IlgpuGan.CudaStandIn.Driver.Exports;

/// <summary>The machine of a process that has loaded the library; its functions have no other place to find it in.</summary>
internal static class ProcessMachine
{
    private static readonly Machine Machine = Create();

    /// <summary>Runs an exported function on it.</summary>
    /// <returns>CUDA's number of the error, 0 for none.</returns>
    public static int Call(string function, Action<Machine> body, Action<Machine>? refused = null) =>
        (int)Machine.Call(function, () => body(Machine), () => refused?.Invoke(Machine));

    /// <summary>Refuses a function that is not on the list.</summary>
    public static int Refuse(string function) => Call(function, _ => throw new DriverException(CudaError.NotSupported, "this function is not on the list of the stand-in"));

    private static Machine Create()
    {
        var error = new StandardError();
        try
        {
            return new Machine(StandInOptions.Parse(Environment.GetEnvironmentVariable(StandInOptions.Variable)), error);
        }
        catch (FormatException fault)
        {
            error.WriteLine($"CUDA stand-in: {fault.Message}");
            return new Machine(new StandInOptions { Refusals = [new Refusal("*", 1, IsLasting: true, CudaError.Unknown)] }, error);
        }
    }
}
