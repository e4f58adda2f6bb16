using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using IlgpuGan.Devices;
using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Graphs.Plans;

/// <summary>
/// A compiled graph: a fixed list of kernel launches over one arena of device memory, replayed without allocating or synchronising.
/// On the CPU accelerator a whole segment is one launch; on CUDA it is recorded in its second run and one launch from then on. Set ILGPUGAN_TRACE=1 to see the time of each launch when the plan is disposed.
/// </summary>
public sealed class Plan : IDisposable
{
    private readonly VariableStore variables;
    private readonly Graph graph;
    private readonly IReadOnlyList<Tensor> outputs;
    private readonly PlanCompiler compiler;
    private readonly DeviceBuffer<float> arena;
    private readonly IReadOnlyList<IReadOnlyList<Launch>> segments;
    private readonly SegmentReplay[] replays = [];
    private readonly HostProgram[] programs = [];
    private readonly GCHandle[] handles = [];
    private readonly MemoryBuffer1D<int, Stride1D.Dense>? gate;
    private readonly Action<AcceleratorStream, KernelConfig, ArrayView<int>, long, int>? team;
    private readonly LaunchTimes? times;

    private Plan(
        VariableStore variables, Graph graph, IReadOnlyList<Tensor> outputs, ProductKernels products, IReadOnlyList<Launch>? ready = null)
    {
        (this.variables, this.graph, this.outputs) = (variables, graph, outputs);
        Precision = products.Precision;
        Device.Memory.Require(variables.MissingBytes(graph));
        compiler = new(variables, graph, outputs, products);
        var accelerator = Device.Accelerator;
        arena = new(Device, compiler.ArenaSize);
        segments = ready is null ? compiler.Bind(arena.View) : [ready];
        bool isTraced = Environment.GetEnvironmentVariable("ILGPUGAN_TRACE") == "1";
        if (Device.Kind != DeviceKind.Cpu)
        {
            foreach (var launch in AllLaunches.Cast<DeviceLaunch>())
                launch.Load(Device);
            times = isTraced ? new() : null;
            replays = [.. segments.Select(segment => new SegmentReplay(() => Enqueue(segment),
                Device.Kind == DeviceKind.Cuda ? launches => CudaGraph.Capture(Device.Stream, launches) : null))];
            return;
        }
        programs = [.. segments.Select(segment => new HostProgram([.. segment.Cast<IHostTask>()]))];
        handles = [.. programs.Select(program => GCHandle.Alloc(program))];
        gate = accelerator.Allocate1D<int>(Team.GateSize);
        gate.MemSetToZero(Device.Stream);
        team = accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, ArrayView<int>, long, int>>(((Action<ArrayView<int>, long, int>)Team.Entry).Method);
        if (isTraced)
            foreach (var program in programs)
                program.Trace();
    }

    /// <summary>Compiles a graph for a device.</summary>
    /// <param name="variables">Memory of the variables that the graph reads and updates.</param>
    /// <param name="graph">The program: all its effects happen.</param>
    /// <param name="outputs">Tensors that <see cref="Fetch"/> can read after a run.</param>
    /// <exception cref="DeviceMemoryException">The device has too little memory.</exception>
    public static Plan Compile(VariableStore variables, Graph graph, params IReadOnlyList<Tensor> outputs)
    {
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
        return [.. other.Bind(memory.View).SelectMany(segment => segment).Cast<DeviceLaunch>()];
    }

    /// <summary>Floating-point operations of one run of a segment, in products and convolutions as the mathematics counts them.</summary>
    public double Flops(int segment) => segments[segment].Sum(launch => launch.Flops);

    /// <summary>Runs all segments in order. Returns before the device has finished.</summary>
    public void Run()
    {
        for (int segment = 0; segment < segments.Count; segment++)
            Run(segment);
    }

    /// <summary>Runs one segment. Returns before the device has finished.</summary>
    public void Run(int segment)
    {
        if (times is not null)
        {
            times.Run(segments[segment].Cast<DeviceLaunch>(), Device.Stream);
            return;
        }
        if (team is null)
        {
            replays[segment].Run(Device.Stream);
            return;
        }
        team(Device.Stream, CpuBackend.Threads, gate!.View, (long)GCHandle.ToIntPtr(handles[segment]), Device.Workers);
        if (programs[segment].Failure is { } failure)
            throw new InvalidOperationException($"A kernel failed on {Device.Name}: {failure.Message}", failure);
    }

    private void Enqueue(IReadOnlyList<Launch> segment)
    {
        foreach (var launch in segment)
            ((DeviceLaunch)launch).Enqueue(Device.Stream);
    }

    /// <summary>Waits for the device and reads a tensor that was named as output.</summary>
    public float[] Fetch(Tensor tensor)
    {
        var host = new float[tensor.Shape.Size];
        compiler.View(tensor).CopyToCPU(Device.Stream, host);
        Device.Stream.Synchronize();
        return host;
    }

    /// <summary>Time, rate and bandwidth of each launch, mean over all runs, most costly first; empty unless tracing.</summary>
    public IEnumerable<string> Trace()
    {
        var timed = programs.SelectMany((program, i) => (program.Runs > 0 ? program.Ticks ?? [] : []).Zip(segments[i],
            (ticks, launch) => (Seconds: (double)ticks / Stopwatch.Frequency / program.Runs, Launch: launch)));
        foreach (var group in timed.Concat(times?.Means ?? []).GroupBy(item => item.Launch.Name).OrderByDescending(group => group.Sum(item => item.Seconds)))
        {
            double seconds = group.Sum(item => item.Seconds);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{seconds * 1e3,8:F3} ms  {group.Sum(item => item.Launch.Flops) / seconds / 1e9,6:F1} GFLOP/s  {group.Sum(item => item.Launch.Bytes) / seconds / 1e9,6:F1} GB/s  {group.Count(),3} x {group.Key}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (string line in Trace())
            Console.Error.WriteLine(line);
        foreach (var replay in replays)
            replay.Dispose();
        foreach (var handle in handles)
            handle.Free();
        gate?.Dispose();
        arena.Dispose();
    }
}
