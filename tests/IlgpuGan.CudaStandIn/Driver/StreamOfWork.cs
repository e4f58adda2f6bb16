using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>
/// Work in its order. Nothing is done before somebody waits for it: what a host may still change until then it is allowed to have changed. While it is
/// recorded it collects work for a graph instead.
/// </summary>
/// <param name="context">Whose it is.</param>
/// <param name="isBlocking">Whether it keeps an order with the legacy stream.</param>
public sealed class StreamOfWork(DriverContext context, bool isBlocking)
{
    private readonly Queue<StreamWork> queue = [];
    private List<StreamWork>? recorded;
    private bool isSpoilt;

    /// <summary>Whose it is.</summary>
    public DriverContext Context { get; } = context;

    /// <summary>Whether it keeps an order with the legacy stream.</summary>
    public bool IsBlocking { get; } = isBlocking;

    /// <summary>Whether it is being recorded.</summary>
    public bool IsRecorded => recorded is not null;

    /// <summary>Whether some work uses registered host memory.</summary>
    public bool Uses(ulong host, long bytes) => queue.Any(work => work.Uses(host, bytes));

    /// <summary>Puts work behind what there is.</summary>
    /// <exception cref="DriverException">The recording was spoilt before.</exception>
    public void Enqueue(StreamWork work, Machine machine)
    {
        if (recorded is null)
        {
            foreach (var earlier in Context.Before(this))
            {
                earlier.Finish(machine);
            }

            queue.Enqueue(work);
            return;
        }

        if (isSpoilt)
        {
            throw new DriverException(CudaError.StreamCaptureInvalidated);
        }

        recorded.Add(work);
    }

    /// <summary>Refuses what cannot be recorded, and spoils the recording.</summary>
    /// <exception cref="DriverException">The stream is recorded.</exception>
    public void RefuseRecorded(string what)
    {
        if (IsRecorded)
        {
            isSpoilt = true;
            throw new DriverException(CudaError.StreamCaptureUnsupported, $"{what} while the stream is recorded");
        }
    }

    /// <summary>Spoils a recording: its end gives no graph.</summary>
    public void Spoil() => isSpoilt = true;

    /// <summary>Does all the work that is left.</summary>
    /// <exception cref="DriverException">Some of it failed; the context is lost.</exception>
    public void Finish(Machine machine)
    {
        while (queue.TryDequeue(out var work))
        {
            try
            {
                work.Run(machine);
            }
            catch (KernelFaultException fault)
            {
                throw Context.Lose(ErrorOf(fault.Fault), work.Function, fault.Message, machine);
            }
            catch (DriverException fault)
            {
                throw Context.Lose(fault.Error, work.Function, fault.Message, machine);
            }
        }
    }

    /// <summary>Forgets the work that is left.</summary>
    public void Drop() => queue.Clear();

    /// <summary>Begins to record.</summary>
    /// <exception cref="DriverException">It is recorded.</exception>
    public void BeginRecording()
    {
        if (IsRecorded)
        {
            throw new DriverException(CudaError.IllegalState, "the stream is recorded already");
        }

        (recorded, isSpoilt) = ([], false);
    }

    /// <summary>Ends it.</summary>
    /// <returns>What came meanwhile.</returns>
    /// <exception cref="DriverException">It was not recorded, or the recording was spoilt.</exception>
    public IReadOnlyList<StreamWork> EndRecording()
    {
        var nodes = recorded ?? throw new DriverException(CudaError.IllegalState, "the stream is not recorded");
        recorded = null;
        return isSpoilt ? throw new DriverException(CudaError.StreamCaptureInvalidated) : nodes;
    }

    private static CudaError ErrorOf(FaultKind fault) => fault switch
    {
        FaultKind.OutsideGlobal or FaultKind.OutsideShared or FaultKind.Freed => CudaError.IllegalAddress,
        FaultKind.Misaligned => CudaError.MisalignedAddress,
        _ => CudaError.LaunchFailed,
    };
}
