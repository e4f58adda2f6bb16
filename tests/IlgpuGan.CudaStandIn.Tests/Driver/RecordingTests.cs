using IlgpuGan.CudaStandIn.Driver;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>Streams that are recorded, and what they refuse meanwhile.</summary>
public sealed class RecordingTests : MachineFixture
{
    private const int Relaxed = 2;

    private readonly nint stream;
    private readonly ulong device;

    public RecordingTests()
    {
        stream = Machine.CreateStream(NonBlocking);
        device = Machine.Allocate(8);
    }

    [Fact]
    public void What_is_recorded_is_done_only_when_its_graph_is_launched_and_as_often()
    {
        var other = Machine.Allocate(8);
        Machine.Fill(other, 1, 8, stream);
        Machine.BeginCapture(stream, Relaxed);
        Machine.Copy(device, other, 8, stream);
        Machine.Fill(other, 5, 8, stream);
        var graph = Machine.EndCapture(stream);
        Assert.Equal([1], OnCard(other, 1, stream));

        var executable = Machine.Instantiate(graph, 0);
        Machine.DestroyGraph(graph);
        Machine.LaunchGraph(executable, stream);
        Machine.DestroyExecutable(executable);
        Assert.Equal([1], OnCard(device, 1, stream));
        Assert.Equal([5], OnCard(other, 1, stream));
    }

    [Fact]
    public void A_wait_is_refused_while_a_stream_is_recorded_and_spoils_the_recording() => Refuses(900, machine => machine.Synchronize(stream));

    [Fact]
    public void A_wait_for_the_context_is_refused_too() => Refuses(900, machine => machine.SynchronizeContext());

    [Fact]
    public void The_legacy_stream_is_refused_while_another_is_recorded() => Refuses(906, machine => machine.Fill(device, 0, 8, 0));

    [Fact]
    public void A_copy_of_pageable_memory_cannot_be_recorded() => Refuses(900, machine => machine.Copy(device, Host(1), 1, stream));

    [Fact]
    public void A_graph_is_not_launched_into_a_recording()
    {
        Machine.BeginCapture(stream, Relaxed);
        var executable = Machine.Instantiate(Machine.EndCapture(stream), 0);
        Refuses(900, machine => machine.LaunchGraph(executable, stream));
    }

    [Fact]
    public void A_stream_that_is_recorded_is_not_destroyed() => Refuses(900, machine => machine.DestroyStream(stream));

    [Fact]
    public void The_legacy_stream_itself_cannot_be_recorded() => Assert.Equal(CudaError.StreamCaptureUnsupported, Call(machine => machine.BeginCapture(0, Relaxed)));

    [Fact]
    public void A_recording_begins_once_and_ends_once()
    {
        Assert.Equal(CudaError.IllegalState, Call(machine => machine.EndCapture(stream)));
        Machine.BeginCapture(stream, Relaxed);
        Assert.Equal(CudaError.IllegalState, Call(machine => machine.BeginCapture(stream, Relaxed)));
        Machine.EndCapture(stream);
        Assert.Equal(CudaError.IllegalState, Call(machine => machine.EndCapture(stream)));
    }

    // The next call fails of the recording, and the stream is as before afterwards.
    private void Refuses(int error, Action<Machine> function)
    {
        Machine.BeginCapture(stream, Relaxed);
        Assert.Equal((CudaError)error, Call(function));
        Assert.NotEmpty(Said);
        Assert.Equal(CudaError.StreamCaptureInvalidated, Call(machine => machine.Fill(device, 0, 8, stream)));
        Assert.Equal(CudaError.StreamCaptureInvalidated, Call(machine => machine.EndCapture(stream)));
        Machine.Fill(device, 3, 8, stream);
        Assert.Equal([3], OnCard(device, 1, stream));
    }
}
