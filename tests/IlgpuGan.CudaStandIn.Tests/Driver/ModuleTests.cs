using IlgpuGan.CudaStandIn.Driver;
using IlgpuGan.CudaStandIn.Tests.Harness;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>Modules, launches, and what becomes of a kernel that fails.</summary>
public sealed class ModuleTests : MachineFixture
{
    private static readonly string Copy = Assembly.Kernel("ld.global.b32 %r2, [%rd3];\nst.global.b32 [%rd4], %r2;", promise: ".maxntid 2, 1, 1");

    private readonly nint stream, module, function;
    private readonly ulong input, output;

    public ModuleTests()
    {
        stream = Machine.CreateStream(NonBlocking);
        (input, output) = (Machine.Allocate(32), Machine.Allocate(32));
        Machine.Fill(input, 5, 32, stream);
        module = Machine.LoadModule(Copy);
        function = Machine.FunctionOf(module, "test");
    }

    [Fact]
    public void A_launch_is_done_in_its_turn_with_the_parameters_of_its_call()
    {
        var parameters = Parameters(input, output);
        Machine.Launch(function, new(1), new(2), 0, stream, parameters);
        Assert.NotEqual([5, 5, 5, 5], At(output, 4));
        Machine.Fill(input, 6, 32, stream);
        Assert.Equal([5, 5, 5, 5], OnCard(output, 4, stream));
    }

    [Fact]
    public void A_kernel_that_faults_loses_the_context_and_is_told_of()
    {
        Machine.Launch(function, new(1), new(2), 0, stream, Parameters(input + 24, output));
        Assert.Equal(CudaError.IllegalAddress, Call(machine => machine.Synchronize(stream)));
        Assert.Contains("CUDA stand-in: cuLaunchKernel: OutsideGlobal: test, line", Said, StringComparison.Ordinal);
        Assert.Contains("group 0, thread 1", Said, StringComparison.Ordinal);
        Assert.Equal(CudaError.IllegalAddress, Call(machine => machine.Launch(function, new(1), new(2), 0, stream, Parameters(input, output))));
        Assert.Equal(CudaError.IllegalAddress, Call(machine => machine.Free(input)));
    }

    [Fact]
    public void An_address_that_is_no_multiple_is_an_error_of_its_own()
    {
        Machine.Launch(function, new(1), new(1), 0, stream, Parameters(input + 2, output));
        Assert.Equal(CudaError.MisalignedAddress, Call(machine => machine.Synchronize(stream)));
    }

    [Theory]
    [InlineData(8, 1, 2, 0, CudaError.InvalidValue, "takes 16 bytes of parameters and is launched with 8")]
    [InlineData(16, 1, 3, 0, CudaError.LaunchOutOfResources, "with 3 threads in a group, and was compiled for 2")]
    [InlineData(16, 0, 2, 0, CudaError.InvalidValue, "is launched with groups")]
    [InlineData(16, 1, 2, 49153, CudaError.InvalidValue, "49153 bytes of dynamic shared memory, and may have 49152")]
    public void A_launch_that_the_kernel_does_not_take_is_refused_at_the_call(int parameterBytes, int groups, int threads, int shared, CudaError error, string reason)
    {
        var parameters = Parameters(input, output)[..parameterBytes];
        Assert.Equal(error, Call(machine => machine.Launch(function, new(groups), new(threads), shared, stream, parameters)));
        Assert.Contains(reason, Said, StringComparison.Ordinal);
        Machine.Synchronize(stream);
    }

    [Fact]
    public void More_shared_memory_is_given_to_a_kernel_that_asks_up_to_what_the_card_has()
    {
        const int MostDynamicShared = 8;
        Machine.SetAttribute(function, MostDynamicShared, 227 << 10);
        Machine.Launch(function, new(1), new(2), 227 << 10, stream, Parameters(input, output));
        Machine.Synchronize(stream);
        Assert.Equal(CudaError.InvalidValue, Call(machine => machine.SetAttribute(function, MostDynamicShared, (227 << 10) + 1)));
    }

    [Fact]
    public void A_kernel_of_a_module_that_was_unloaded_is_launched_no_more_not_by_a_graph_either()
    {
        Machine.BeginCapture(stream, 2);
        Machine.Launch(function, new(1), new(2), 0, stream, Parameters(input, output));
        var graph = Machine.Instantiate(Machine.EndCapture(stream), 0);
        Machine.Unload(module);
        Assert.Equal(CudaError.InvalidHandle, Call(machine => machine.Launch(function, new(1), new(2), 0, stream, Parameters(input, output))));
        Machine.LaunchGraph(graph, stream);
        Assert.Equal(CudaError.InvalidHandle, Call(machine => machine.Synchronize(stream)));
        Assert.Contains("its module was unloaded", Said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_not_understood_and_a_kernel_that_is_not_there_are_named()
    {
        Assert.Equal(CudaError.InvalidPtx, Call(machine => machine.LoadModule(Assembly.Kernel("frobnicate.f32 %f1, %f2;"))));
        Assert.Contains("frobnicate", Said, StringComparison.Ordinal);
        Assert.Equal(CudaError.NotFound, Call(machine => machine.FunctionOf(module, "other")));
    }

    private static byte[] Parameters(ulong first, ulong second) => [.. BitConverter.GetBytes(first), .. BitConverter.GetBytes(second)];
}
