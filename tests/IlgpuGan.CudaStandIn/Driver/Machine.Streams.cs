namespace IlgpuGan.CudaStandIn.Driver;

/// <content>Streams, and what is recorded from them.</content>
public sealed partial class Machine
{
    private const uint NonBlocking = 1;

    // Global, thread-local and relaxed; what the first two forbid other calls of this process is forbidden by none here.
    private const int LastCaptureMode = 2;

    /// <summary>A stream of the current context.</summary>
    public nint CreateStream(uint flags) => flags is 0 or NonBlocking
        ? handles.Add(Current.Create(isBlocking: flags == 0))
        : throw new DriverException(CudaError.InvalidValue, $"flags {flags} of a stream");

    /// <summary>Waits for a stream: its work is done now.</summary>
    public void Synchronize(nint handle)
    {
        var stream = StreamOf(handle);
        stream.RefuseRecorded("the stream is waited for");
        foreach (var earlier in stream.Context.Before(stream))
        {
            earlier.Finish(this);
        }

        stream.Finish(this);
    }

    /// <summary>Ends a stream, once its work is done.</summary>
    public void DestroyStream(nint handle)
    {
        var stream = StreamOf(handle);
        if (handle == 0)
        {
            throw new DriverException(CudaError.InvalidHandle, "the legacy stream cannot be destroyed");
        }

        stream.RefuseRecorded("the stream is destroyed");
        stream.Finish(this);
        stream.Context.Remove(handles.Remove<StreamOfWork>(handle));
    }

    /// <summary>Begins to record a stream.</summary>
    public void BeginCapture(nint handle, int mode)
    {
        if (mode is < 0 or > LastCaptureMode)
        {
            throw new DriverException(CudaError.InvalidValue, $"mode {mode} of a recording");
        }

        if (handle == 0)
        {
            throw new DriverException(CudaError.StreamCaptureUnsupported, "the legacy stream cannot be recorded");
        }

        StreamOf(handle).BeginRecording();
    }

    /// <summary>Ends it.</summary>
    /// <returns>The graph.</returns>
    public nint EndCapture(nint handle) => handles.Add(new RecordedGraph(StreamOf(handle).EndRecording()));

    /// <summary>A graph that can be launched.</summary>
    public nint Instantiate(nint graph, ulong flags)
    {
        _ = Current;
        return flags == 0
            ? handles.Add(new ExecutableGraph(handles.Get<RecordedGraph>(graph).Work))
            : throw new DriverException(CudaError.NotSupported, $"flags {flags} of a graph are not on the list of the stand-in");
    }

    /// <summary>Puts all of a graph on a stream.</summary>
    public void LaunchGraph(nint graph, nint handle)
    {
        var stream = StreamOf(handle);
        stream.RefuseRecorded("a graph is launched");
        foreach (var work in handles.Get<ExecutableGraph>(graph).Work)
        {
            stream.Enqueue(work, this);
        }
    }

    /// <summary>Frees a graph that can be launched; what was put on streams is done all the same.</summary>
    public void DestroyExecutable(nint graph)
    {
        _ = Current;
        handles.Remove<ExecutableGraph>(graph);
    }

    /// <summary>Frees a graph.</summary>
    public void DestroyGraph(nint graph) => handles.Remove<RecordedGraph>(graph);

    // While any stream is recorded the legacy stream is left alone. A driver allows it where the one that is recorded does not block; who relies on that
    // fails where it does.
    private StreamOfWork StreamOf(nint handle)
    {
        var context = Current;
        if (handle != 0)
        {
            var stream = handles.Get<StreamOfWork>(handle);
            return stream.Context == context ? stream : throw new DriverException(CudaError.InvalidContext, "the stream is of another context");
        }

        if (context.Streams.FirstOrDefault(stream => stream.IsRecorded) is { } recorded)
        {
            recorded.Spoil();
            throw new DriverException(CudaError.StreamCaptureImplicit, "the legacy stream is used while another is recorded");
        }

        return context.Legacy;
    }
}

/// <summary>What was recorded from a stream.</summary>
public sealed record RecordedGraph(IReadOnlyList<StreamWork> Work);

/// <summary>The same, ready to be launched.</summary>
public sealed record ExecutableGraph(IReadOnlyList<StreamWork> Work);
