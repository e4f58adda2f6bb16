using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.Kernels;

namespace IlgpuGan.CudaStandIn.Tests.Harness;

/// <summary>A card's memory, and the engine's kernels run over it.</summary>
internal sealed unsafe class Card(KernelTexts texts) : IDisposable
{
    /// <summary>The memory.</summary>
    public MemoryMap Memory { get; } = new();

    /// <summary>How launches are executed.</summary>
    public ExecutorOptions Options { get; init; } = new() { CountsTraffic = true };

    /// <summary>What is done to a text before it is run: the fault that a test plants.</summary>
    public Func<string, string> Change { get; init; } = text => text;

    /// <summary>Bytes of shared memory that a launch lacks: the fault that a test plants.</summary>
    public int SharedBytesLeftOut { get; init; }

    /// <summary>Memory that holds values.</summary>
    public MemoryBlock Upload<T>(params ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var block = Memory.Allocate((long)values.Length * sizeof(T));
        values.CopyTo(new((void*)block.Address, values.Length));
        block.MarkWritten(block.Address, block.Bytes);
        return block;
    }

    /// <summary>Memory that nobody has written.</summary>
    public MemoryBlock Empty(int floats) => Memory.Allocate((long)floats * sizeof(float));

    /// <summary>What memory holds; all of it must have been written.</summary>
    public static T[] Download<T>(MemoryBlock block)
        where T : unmanaged
    {
        Assert.Null(block.FirstUnwritten(block.Address, block.Bytes));
        return new ReadOnlySpan<T>((void*)block.Address, (int)(block.Bytes / sizeof(T))).ToArray();
    }

    /// <summary>Runs a kernel on the grid that it expects.</summary>
    public LaunchCounts Run<TKernel, TParameters>(TParameters arguments, params (string Name, MemoryBlock Block)[] views)
        where TKernel : struct, IDeviceKernel<TParameters>
        where TParameters : struct =>
        Run(typeof(TKernel), TKernel.Grid(arguments), arguments, views);

    /// <summary>Runs a kernel.</summary>
    public LaunchCounts Run(Type kernel, GridSize grid, object arguments, params (string Name, MemoryBlock Block)[] views)
    {
        string text = Change(texts.Of(kernel, arguments.GetType(), grid.Threads));
        byte[] parameters = ParameterBytes.Of(arguments, views.ToDictionary(view => view.Name, view => view.Block));
        return Executor.Launch(Assert.Single(PtxModule.Parse(text).Kernels), new(grid.Groups), new(grid.Threads), grid.SharedBytes - SharedBytesLeftOut, parameters, Memory, Options);
    }

    /// <inheritdoc/>
    public void Dispose() => Memory.Dispose();
}
