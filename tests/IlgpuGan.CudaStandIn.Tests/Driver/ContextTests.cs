using IlgpuGan.CudaStandIn.Driver;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>Contexts, streams and handles.</summary>
public sealed class ContextTests : MachineFixture
{
    [Fact]
    public void Nothing_works_without_a_current_context_or_in_another_thread()
    {
        var answer = CudaError.Success;
        var thread = new Thread(() => answer = Call(machine => machine.Allocate(8)));
        thread.Start();
        thread.Join();
        Assert.Equal(CudaError.InvalidContext, answer);

        Machine.SetCurrent(0);
        Assert.Equal(CudaError.InvalidContext, Call(machine => machine.CreateStream(NonBlocking)));
        Machine.SetCurrent(Context);
        Machine.CreateStream(NonBlocking);
    }

    [Fact]
    public void A_handle_whose_object_is_gone_or_of_another_kind_names_nothing()
    {
        var stream = Machine.CreateStream(NonBlocking);
        Assert.Equal(CudaError.InvalidHandle, Call(machine => machine.Unload(stream)));
        Assert.Contains($"0x{stream:x} is no LoadedModule but a StreamOfWork", Said, StringComparison.Ordinal);
        Machine.DestroyStream(stream);
        Assert.Equal(CudaError.InvalidHandle, Call(machine => machine.Synchronize(stream)));
        Assert.Contains("it was destroyed", Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Streams_keep_an_order_with_the_legacy_stream_unless_they_do_not_block()
    {
        ulong first = Machine.Allocate(8), second = Machine.Allocate(8), third = Machine.Allocate(8);
        Machine.Fill(first, 1, 8, Machine.CreateStream(0));
        Machine.Fill(third, 3, 8, Machine.CreateStream(NonBlocking));
        Machine.Fill(second, 2, 8, 0);
        Assert.Equal(1, At(first, 1)[0]);
        Machine.Synchronize(0);
        Assert.Equal(2, At(second, 1)[0]);
        Assert.NotEqual(3, At(third, 1)[0]);
        Machine.SynchronizeContext();
        Assert.Equal(3, At(third, 1)[0]);
    }

    [Fact]
    public void A_context_whose_work_has_failed_answers_everything_with_that()
    {
        var stream = Machine.CreateStream(NonBlocking);
        var device = Machine.Allocate(8);
        Machine.Fill(device, 1, 8, stream);
        // A graph that sets memory which is freed by then.
        Machine.BeginCapture(stream, 2);
        Machine.Fill(device, 2, 8, stream);
        var graph = Machine.Instantiate(Machine.EndCapture(stream), 0);
        Machine.Free(device);
        Machine.LaunchGraph(graph, stream);
        Assert.Equal(CudaError.InvalidValue, Call(machine => machine.Synchronize(stream)));
        Assert.Contains("cuMemsetD8Async: 8 bytes at", Said, StringComparison.Ordinal);
        Assert.Equal(CudaError.InvalidValue, Call(machine => machine.Allocate(8)));
        Assert.Equal(CudaError.Success, Call(machine => machine.DestroyContext(Context)));
    }

    [Fact]
    public void The_driver_says_what_is_asked_of_its_card_and_refuses_what_is_not_on_the_list()
    {
        Assert.Equal(13000, Machine.DriverVersion);
        Assert.Equal((9, 0, 132), (Machine.CardOf(0).Attribute(75), Machine.CardOf(0).Attribute(76), Machine.CardOf(0).Attribute(16)));
        Assert.Equal(CudaError.NotSupported, Call(machine => machine.CardOf(0).Attribute(102)));
        Assert.Contains("attribute 102", Said, StringComparison.Ordinal);
        Assert.Equal(CudaError.InvalidDevice, Call(machine => machine.CardOf(1)));
    }
}
