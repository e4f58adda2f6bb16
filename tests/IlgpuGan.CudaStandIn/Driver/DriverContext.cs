namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>A context of the card. Once its work has failed it is lost: whatever is asked of it fails the same way.</summary>
public sealed class DriverContext
{
    private readonly List<StreamOfWork> streams = [];

    /// <summary>A context with its legacy stream.</summary>
    public DriverContext()
    {
        Legacy = new(this, isBlocking: true);
        streams.Add(Legacy);
    }

    /// <summary>The stream of the handle 0.</summary>
    public StreamOfWork Legacy { get; }

    /// <summary>What its work failed with, or success.</summary>
    public CudaError Fault { get; private set; }

    /// <summary>All its streams.</summary>
    public IReadOnlyList<StreamOfWork> Streams => streams;

    /// <summary>A stream more.</summary>
    public StreamOfWork Create(bool isBlocking)
    {
        var stream = new StreamOfWork(this, isBlocking);
        streams.Add(stream);
        return stream;
    }

    /// <summary>A stream less.</summary>
    public void Remove(StreamOfWork stream) => streams.Remove(stream);

    /// <summary>Marks it as lost and says why.</summary>
    /// <returns>What the function that waited answers.</returns>
    public DriverException Lose(CudaError error, string function, string what, Machine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        Fault = error;
        foreach (var stream in streams)
        {
            stream.Drop();
        }

        machine.Record.Say(function, what);
        return new DriverException(error);
    }

    /// <summary>Does the work of all streams.</summary>
    /// <exception cref="DriverException">Some of it failed.</exception>
    public void Finish(Machine machine)
    {
        foreach (var stream in streams)
        {
            stream.Finish(machine);
        }
    }

    /// <summary>Refuses what would wait for a stream that is recorded, and spoils the recording.</summary>
    /// <exception cref="DriverException">One is.</exception>
    public void RefuseRecorded(string what)
    {
        foreach (var stream in streams)
        {
            stream.RefuseRecorded(what);
        }
    }

    /// <summary>The streams that a stream keeps an order with and whose work was asked for before: the legacy stream with those that block, each way.</summary>
    public IEnumerable<StreamOfWork> Before(StreamOfWork stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return stream == Legacy ? streams.Where(other => other != Legacy && other.IsBlocking) : stream.IsBlocking ? [Legacy] : [];
    }
}
