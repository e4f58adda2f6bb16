using IlgpuGan.CudaStandIn.Driver;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>When copies read and write, and what memory holds.</summary>
public sealed class CopyTests : MachineFixture
{
    private readonly nint stream;
    private readonly ulong device;

    public CopyTests()
    {
        stream = Machine.CreateStream(NonBlocking);
        device = Machine.Allocate(8);
    }

    [Fact]
    public void Fresh_memory_of_the_card_holds_no_number_and_lies_on_256_bytes()
    {
        Assert.Equal(0ul, device % 256);
        Assert.True(float.IsNaN(BitConverter.ToSingle(At(device, 4))));
        Assert.Equal(CudaError.Unknown, Call(machine => machine.Copy(Host(0, 0), device, 2, stream)));
        Assert.Contains("was never written", Said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_from_pageable_memory_takes_what_is_there_at_the_call()
    {
        var host = Host(1, 2);
        Machine.Copy(device, host, 2, stream);
        Set(host, 9);
        Assert.Equal([1, 2], OnCard(device, 2, stream));
    }

    [Fact]
    public void A_copy_from_registered_memory_takes_what_is_there_when_its_turn_comes()
    {
        var host = Host(1, 2);
        Machine.Register(host, 2, flags: 1);
        Machine.Copy(device, host, 2, stream);
        Set(host, 9);
        Assert.Equal([9, 2], OnCard(device, 2, stream));
    }

    [Fact]
    public void A_copy_to_registered_memory_is_there_only_when_somebody_has_waited()
    {
        var host = Host(1, 2);
        Machine.Register(host, 2, flags: 0);
        Machine.Fill(device, 7, 8, stream);
        Machine.Copy(host, device, 2, stream);
        Assert.Equal([1, 2], At(host, 2));
        Machine.Synchronize(stream);
        Assert.Equal([7, 7], At(host, 2));
    }

    [Fact]
    public void Registered_memory_may_not_be_let_go_while_a_copy_of_it_is_under_way()
    {
        var host = Host(1, 2);
        Machine.Register(host, 2, flags: 0);
        Machine.Copy(device, host, 2, stream);
        Assert.Equal(CudaError.IllegalAddress, Call(machine => machine.Unregister(host)));
        Assert.Contains("let go while a copy of them is under way", Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_is_registered_once_and_let_go_where_it_begins()
    {
        var host = Host(1, 2, 3, 4);
        Machine.Register(host, 3, flags: 0);
        Assert.Equal(CudaError.HostMemoryAlreadyRegistered, Call(machine => machine.Register(host + 2, 2, flags: 0)));
        Assert.Equal(CudaError.HostMemoryNotRegistered, Call(machine => machine.Unregister(host + 1)));
        Machine.Unregister(host);
        Machine.Register(host, 4, flags: 0);
    }

    [Fact]
    public void A_copy_that_goes_beyond_the_cards_memory_or_between_two_places_of_the_host_is_refused()
    {
        Assert.Equal(CudaError.InvalidValue, Call(machine => machine.Copy(device + 1, Host(new byte[8]), 8, stream)));
        Assert.Contains("go beyond the 8 bytes", Said, StringComparison.Ordinal);
        Assert.Equal(CudaError.InvalidValue, Call(machine => machine.Copy(Host(1), Host(2), 1, stream)));
    }

    [Fact]
    public void Memory_that_was_freed_is_called_so()
    {
        Machine.Free(device);
        Assert.Equal(CudaError.InvalidValue, Call(machine => machine.Free(device)));
        Assert.Contains("freed before", Said, StringComparison.Ordinal);
        Assert.Equal(CudaError.InvalidValue, Call(machine => machine.Fill(device, 0, 8, stream)));
        Assert.Contains("it was freed", Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_runs_out_and_comes_back()
    {
        var all = Machine.Allocate(Machine.FreeBytes);
        Assert.Equal(CudaError.OutOfMemory, Call(machine => machine.Allocate(1)));
        Assert.Empty(Said);
        Machine.Free(all);
        Machine.Free(Machine.Allocate(512));
    }
}
