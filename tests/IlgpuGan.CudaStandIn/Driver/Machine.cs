using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>
/// A machine with one card and its driver: what the exported functions call. Each function is one method here, by what it does; handles are numbers,
/// addresses of the card are addresses of this process.
/// </summary>
/// <param name="options">What card and driver it is.</param>
/// <param name="error">Where faults of the caller are said.</param>
/// <param name="before">The machine that this process had before: its handles name nothing here.</param>
public sealed partial class Machine(StandInOptions options, TextWriter error, Machine? before = null) : IDisposable
{
    private readonly Lock gate = new();
    private readonly HandleTable handles = new(before?.handles);
    private readonly ErrorTexts texts = new();
    private readonly ThreadLocal<DriverContext?> current = new();
    private readonly Card card = Card.Of(options.Capability)!;
    private bool isInitialised;

    /// <summary>What was called, and what was said of it.</summary>
    public CallRecord Record { get; } = new(options, error);

    /// <summary>What card and driver it is.</summary>
    public StandInOptions Options => options;

    /// <summary>Runs the body of an exported function, one at a time: counts it, refuses it if it shall fail, and turns exceptions into what it answers.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="body">What it does.</param>
    /// <param name="refused">What it does although it fails.</param>
    public CudaError Call(string function, Action body, Action? refused = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        lock (gate)
        {
            try
            {
                if (Record.Begin(function) is var error and not CudaError.Success)
                {
                    refused?.Invoke();
                    return error;
                }

                body();
                return CudaError.Success;
            }
            catch (DriverException fault)
            {
                if (fault.IsFault)
                {
                    Record.Say(function, $"{fault.Message} (error {(int)fault.Error})");
                }

                return fault.Error;
            }
            // Nothing may pass the border to a caller that knows no exceptions.
            catch (Exception fault)
            {
                Record.Say(function, $"the stand-in itself fails: {fault}");
                return CudaError.Unknown;
            }
        }
    }

    /// <summary>The text of an error as cuGetErrorString gives it.</summary>
    /// <exception cref="DriverException">It is none.</exception>
    public nint TextOf(CudaError code) => texts.PointerTo(code) is not 0 and var text ? text : throw new DriverException(CudaError.InvalidValue);

    /// <summary>cuInit.</summary>
    public void Initialise(uint flags)
    {
        if (flags != 0)
        {
            throw new DriverException(CudaError.InvalidValue, $"flags {flags}");
        }

        isInitialised = true;
    }

    /// <summary>The number of cuDriverGetVersion.</summary>
    public int DriverVersion => (options.DriverVersion.Major * 1000) + (options.DriverVersion.Minor * 10);

    /// <summary>The card of a number.</summary>
    /// <exception cref="DriverException">The driver is not initialised, or the number is not 0.</exception>
    public Card CardOf(int ordinal) =>
        !isInitialised ? throw new DriverException(CudaError.NotInitialized, "cuInit was not called")
        : ordinal != 0 ? throw new DriverException(CudaError.InvalidDevice, $"there is no card {ordinal}")
        : card;

    /// <summary>A context, current to this thread.</summary>
    public nint CreateContext(uint flags, int ordinal)
    {
        _ = CardOf(ordinal);
        if (flags != 0)
        {
            throw new DriverException(CudaError.NotSupported, $"flags {flags} of a context are not on the list of the stand-in");
        }

        var context = new DriverContext();
        current.Value = context;
        return handles.Add(context);
    }

    /// <summary>Ends a context, once its work is done.</summary>
    public void DestroyContext(nint handle)
    {
        var context = handles.Remove<DriverContext>(handle);
        if (current.Value == context)
        {
            current.Value = null;
        }

        if (context.Fault == CudaError.Success)
        {
            context.Finish(this);
        }
    }

    /// <summary>Makes a context the current one of this thread, or none with the handle 0.</summary>
    public void SetCurrent(nint handle) => current.Value = handle == 0 ? null : handles.Get<DriverContext>(handle);

    /// <summary>The current context of this thread.</summary>
    /// <exception cref="DriverException">There is none, or it is lost.</exception>
    public DriverContext Current
    {
        get
        {
            var context = current.Value ?? throw new DriverException(CudaError.InvalidContext, "no context is current to this thread");
            return context.Fault == CudaError.Success ? context : throw new DriverException(context.Fault);
        }
    }

    /// <summary>Waits for all streams of the current context.</summary>
    public void SynchronizeContext()
    {
        Current.RefuseRecorded("the context is waited for");
        Current.Finish(this);
    }

    /// <summary>Executes a launch.</summary>
    public void Execute(PtxKernel kernel, Dim3 grid, Dim3 block, int sharedBytes, byte[] parameters)
    {
        if (options.Execution == Execution.None)
        {
            return;
        }

        var counts = options.Execution == Execution.Sample
            ? (sampler ??= new(memory, executorOptions)).Run(kernel, grid, block, sharedBytes, parameters)
            : Executor.Launch(kernel, grid, block, sharedBytes, parameters, memory, executorOptions);
        if (options.CountsFile is { } file)
        {
            File.AppendAllText(file, $"{CountLine.Of(kernel, block, sharedBytes, counts)}\n");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        current.Dispose();
        memory.Dispose();
    }
}
