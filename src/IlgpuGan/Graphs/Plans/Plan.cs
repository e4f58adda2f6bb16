using System.Globalization;
using IlgpuGan.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Graphs.Plans;

/// <summary>
/// A compiled graph: a fixed list of kernel launches over one arena of device memory, replayed without allocating or synchronising.
/// How it is replayed is the affair of the device's runner. Set ILGPUGAN_TRACE=1 to see the time of each launch when the plan is disposed.
/// </summary>
public sealed class Plan : IDisposable
{
    private readonly VariableStore variables;
    private readonly Graph graph;
    private readonly IReadOnlyList<Tensor> outputs;
    private readonly PlanCompiler compiler;
    private readonly DeviceBuffer<float> arena;
    private readonly IReadOnlyList<IReadOnlyList<Launch>> segments;
    private readonly ISegmentRunner runner;
    private bool isDisposed;

    private Plan(
        VariableStore variables, Graph graph, IReadOnlyList<Tensor> outputs, ProductKernels products, IReadOnlyList<Launch>? ready = null)
    {
        (this.variables, this.graph, this.outputs) = (variables, graph, outputs);
        Precision = products.Precision;
        Device.Memory.Require(variables.MissingBytes(graph));
        compiler = new(variables, graph, outputs, products);
        arena = new(Device, compiler.ArenaSize);
        try
        {
            segments = ready is null ? compiler.Bind(arena.View) : [ready];
            bool isTraced = Environment.GetEnvironmentVariable("ILGPUGAN_TRACE") == "1";
            runner = Device.Kind == DeviceKind.Cpu ? new HostRunner(Device, segments, isTraced) : new DeviceRunner(Device, segments, isTraced);
        }
        catch
        {
            // Such as a kernel that a driver refuses; nobody will have a plan to dispose.
            arena.Dispose();
            throw;
        }
    }

    /// <summary>Compiles a graph for a device.</summary>
    /// <param name="variables">Memory of the variables that the graph reads and updates.</param>
    /// <param name="graph">The program: all its effects happen.</param>
    /// <param name="outputs">Tensors that <see cref="Fetch(Tensor)"/> can read after a run.</param>
    /// <exception cref="DeviceMemoryException">The device has too little memory.</exception>
    /// <exception cref="ArgumentException">An output is of another graph.</exception>
    public static Plan Compile(VariableStore variables, Graph graph, params IReadOnlyList<Tensor> outputs)
    {
        if (outputs.FirstOrDefault(output => output.Graph != graph) is { } stray)
        {
            throw new ArgumentException($"{stray} is of another graph; compile the graph that it was made in.");
        }
        var plan = Compile(variables, graph, Kernels(variables), outputs);
        plan.Device.Tuning.Save();
        return plan;
    }

    /// <summary>Compiles a graph for a device with kernels of one's choice, even those of another device.</summary>
    internal static Plan Compile(VariableStore variables, Graph graph, ProductKernels products, params IReadOnlyList<Tensor> outputs) =>
        new(variables, graph, outputs, products);

    /// <summary>A plan of kernels that no graph asks for.</summary>
    internal static Plan Of(VariableStore variables, params IReadOnlyList<Launch> launches) =>
        new(variables, new(), [], Kernels(variables), launches);

    /// <summary>Bytes that a plan takes for everything but variables, which are there after this: it is made but for its arena, and no kernel is timed.</summary>
    /// <exception cref="DeviceMemoryException">The device has too little memory for the variables.</exception>
    internal static long BytesOf(VariableStore variables, Graph graph)
    {
        variables.Device.Memory.Require(variables.MissingBytes(graph));
        return sizeof(float) * new PlanCompiler(variables, graph, [], new(variables.Device.Traits, variables.Precision)).ArenaSize;
    }

    private static ProductKernels Kernels(VariableStore variables) =>
        new(variables.Device.Traits, variables.Precision) { Choose = new Tuner(variables.Device, variables.Precision).Choose };

    /// <summary>The device it runs on.</summary>
    public ComputeDevice Device => variables.Device;

    /// <summary>How its products round their factors: as the store asks, but in single precision where the device has no tensor cores.</summary>
    public Precision Precision { get; }

    /// <summary>Number of segments: one more than <see cref="Graph.EndSegment"/> was called.</summary>
    public int Segments => segments.Count;

    /// <summary>Bytes of device memory for everything but variables.</summary>
    public long ArenaBytes => arena.LengthInBytes;

    /// <summary>Kernel launches of one run of all segments.</summary>
    public int Launches => segments.Sum(segment => segment.Count);

    /// <summary>The launches of all segments in order.</summary>
    internal IEnumerable<Launch> AllLaunches => segments.SelectMany(segment => segment);

    /// <summary>What the same graph would launch on a GPU of certain traits: to look at, not to run, for its memory is gone.</summary>
    internal IReadOnlyList<DeviceLaunch> LaunchesFor(ProductKernels products)
    {
        var other = new PlanCompiler(variables, graph, outputs, products);
        using var memory = Device.Accelerator.Allocate1D<float>(other.ArenaSize);
        return [.. other.Bind(memory.View).SelectMany(DeviceRunner.OnDevice)];
    }

    /// <summary>Floating-point operations of one run of a segment, in products and convolutions as the mathematics counts them.</summary>
    public double Flops(int segment) => segments[segment].Sum(launch => launch.Cost.Flops);

    /// <summary>Bytes that one run of a segment moves if each launch touches each of its tensors once.</summary>
    internal double Bytes(int segment) => segments[segment].Sum(launch => launch.Cost.Bytes);

    /// <summary>Runs all segments in order. Returns before the device has finished.</summary>
    public void Run()
    {
        for (int segment = 0; segment < segments.Count; segment++)
        {
            Run(segment);
        }
    }

    /// <summary>Runs one segment. Returns before the device has finished.</summary>
    public void Run(int segment)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (segments[segment].Count > 0)
        {
            runner.Run(segment);
        }
    }

    /// <summary>Waits for the device and reads a tensor that was named as output, or a window of a variable.</summary>
    /// <exception cref="ArgumentException">It was not: what it held is overwritten, or was never stored.</exception>
    public float[] Fetch(Tensor tensor)
    {
        var host = new float[tensor.Shape.Size];
        Fetch(tensor, host);
        return host;
    }

    /// <summary>Waits for the device and reads the first elements of a tensor that was named as output, in row-major order.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="elements">Filled; at most as long as the tensor.</param>
    /// <exception cref="ArgumentException">It was not named, or has fewer elements.</exception>
    public unsafe void Fetch(Tensor tensor, Span<float> elements)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (tensor.Graph != graph)
        {
            throw new ArgumentException($"{tensor} is no output of this plan but of another graph.");
        }
        var view = compiler.View(tensor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elements.Length, tensor.Shape.Size);
        if (elements.IsEmpty)
        {
            return;
        }
        // Held still until the device has written it.
        fixed (float* first = elements)
        {
            view.SubView(0, elements.Length).CopyToCPUUnsafeAsync(Device.Stream, ref *first, elements.Length);
            Device.Stream.Synchronize();
        }
    }

    /// <summary>Time, rate and bandwidth of each launch, mean over all runs, most costly first; empty unless tracing.</summary>
    public IEnumerable<string> Trace()
    {
        foreach (var group in runner.Times.GroupBy(item => item.Launch.Name).OrderByDescending(group => group.Sum(item => item.Seconds)))
        {
            double seconds = group.Sum(item => item.Seconds);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{seconds * 1e3,8:F3} ms  {group.Sum(item => item.Launch.Cost.Flops) / seconds / 1e9,6:F1} GFLOP/s  {group.Sum(item => item.Launch.Cost.Bytes) / seconds / 1e9,6:F1} "
                    + $"GB/s  {group.Count(),3} x {group.Key}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }
        isDisposed = true;
        foreach (string line in Trace())
        {
            Console.Error.WriteLine(line);
        }
        runner.Dispose();
        arena.Dispose();
    }
}
