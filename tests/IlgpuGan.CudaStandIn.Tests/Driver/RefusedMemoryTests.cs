using IlgpuGan.CudaStandIn.Commands;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>What a program has left that goes on after a card had no memory for it.</summary>
public sealed class RefusedMemoryTests(StandInLibrary library) : CardFixture(library)
{
    [Fact]
    public async Task Memory_that_a_card_refuses_leaves_nothing_behind_that_ends_the_program_later()
    {
        var end = await StartAsync($"{Library.Path} {RefusedMemory.Name}", program: "IlgpuGan.CudaStandIn.Commands");

        Assert.Contains("not enough memory on cuda:0", end.Error, StringComparison.Ordinal);
        Assert.True(end.Code == 0, end.Error);
    }
}
