using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IlgpuGan.Devices;
using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Graphs.Plans;

/// <summary>The device memory of variables, counters and byte sources: what outlives a plan's run. Plans share it.</summary>
/// <param name="device">Where the memory is.</param>
/// <param name="precision">How the plans over this memory multiply.</param>
public sealed class VariableStore(ComputeDevice device, Precision precision = Precision.Tf32) : IDisposable
{
    private const int MaxCounters = 64;

    private readonly Dictionary<Variable, DeviceBuffer<float>> variables = [];
    private readonly Dictionary<Literal, DeviceBuffer<float>> literals = [];
    private readonly Dictionary<ByteSource, DeviceBytes> sources = [];
    private readonly Dictionary<LabelSource, DeviceBuffer<int>> labels = [];
    private readonly Dictionary<Counter, int> indices = [];
    private DeviceBuffer<int>? counters;

    /// <summary>The device.</summary>
    public ComputeDevice Device { get; } = device;

    /// <summary>How the plans over this memory multiply.</summary>
    public Precision Precision { get; } = precision;

    /// <summary>Bytes of device memory in use.</summary>
    public long Bytes => variables.Values.Sum(buffer => buffer.LengthInBytes) + labels.Values.Sum(buffer => buffer.LengthInBytes);

    internal ArrayView<int> Counters => (counters ??= Zeroed<int>(MaxCounters)).View;

    /// <summary>Sets a variable, or its first numbers; those that were never set are 0.</summary>
    /// <exception cref="ArgumentException">There are more than it holds.</exception>
    /// <exception cref="DeviceMemoryException">The device has too little memory.</exception>
    public unsafe void Upload(Variable variable, ReadOnlySpan<float> values)
    {
        if (values.Length > variable.Size)
        {
            throw new ArgumentException($"{variable.Name} holds {variable.Size} floats, not {values.Length}.");
        }
        if (values.IsEmpty)
        {
            return;
        }
        // Held still until the device has read it.
        fixed (float* first = values)
        {
            View(variable).SubView(0, values.Length).CopyFromCPUUnsafeAsync(Device.Stream, ref *first, values.Length);
            Device.Stream.Synchronize();
        }
    }

    /// <summary>Waits for the device and reads a variable.</summary>
    public float[] Download(Variable variable)
    {
        var host = new float[variable.Size];
        View(variable).SubView(0, host.Length).CopyToCPU(Device.Stream, host);
        Device.Stream.Synchronize();
        return host;
    }

    /// <summary>Sets a counter.</summary>
    public void Upload(Counter counter, int value)
    {
        Counters.SubView(Index(counter), 1).CopyFromCPU(Device.Stream, [value]);
        Device.Stream.Synchronize();
    }

    /// <summary>Waits for the device and reads a counter.</summary>
    public int Download(Counter counter)
    {
        var host = new int[1];
        Counters.SubView(Index(counter), 1).CopyToCPU(Device.Stream, host);
        Device.Stream.Synchronize();
        return host[0];
    }

    /// <summary>Says where the bytes of a source lie: all of its images, or (staged) just the batch at hand.</summary>
    public void Bind(ByteSource source, DeviceBytes bytes) => sources[source] = bytes;

    /// <summary>Lays the labels of a whole data set on the device.</summary>
    /// <param name="source">What graphs read.</param>
    /// <param name="values">[Count, columns], each at least 0 and below its column's class count.</param>
    /// <exception cref="ArgumentException">There are more or fewer of them, or one is no class.</exception>
    public void Upload(LabelSource source, ReadOnlySpan<int> values)
    {
        int columns = source.Classes.Count;
        if (values.Length != (long)source.Count * columns)
        {
            throw new ArgumentException($"{source.Name} holds {source.Count} x {columns} labels, not {values.Length}.");
        }
        // Each label as its place in the one-hot row, so that the kernel needs no table of the classes.
        var places = new int[values.Length];
        int first = 0;
        for (int column = 0; column < columns; first += source.Classes[column++])
        {
            for (int i = column; i < values.Length; i += columns)
            {
                places[i] = values[i] >= 0 && values[i] < source.Classes[column] ? first + values[i]
                    : throw new ArgumentException($"{source.Name} has {source.Classes[column]} classes in column {column}; {values[i]} is none of them.");
            }
        }
        if (!labels.TryGetValue(source, out var buffer))
        {
            labels[source] = buffer = new DeviceBuffer<int>(Device, places.Length);
        }
        buffer.View.CopyFromCPU(Device.Stream, places);
        Device.Stream.Synchronize();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in variables.Values)
        {
            buffer.Dispose();
        }
        foreach (var buffer in literals.Values)
        {
            buffer.Dispose();
        }
        foreach (var buffer in labels.Values)
        {
            buffer.Dispose();
        }
        counters?.Dispose();
    }

    /// <summary>Bytes of the variables of a graph that have no memory yet.</summary>
    internal long MissingBytes(Graph graph) => graph.Tensors
        .SelectMany(tensor => tensor.Operation is Read read ? [read.Variable] : tensor.Operation.Writes())
        .Distinct().Where(variable => !variables.ContainsKey(variable)).Sum(variable => (long)variable.Size * sizeof(float));

    internal ArrayView<float> View(Variable variable)
    {
        if (!variables.TryGetValue(variable, out var buffer))
        {
            variables[variable] = buffer = Zeroed<float>(variable.Size + Alignment.Floats);
        }
        return buffer.View;
    }

    internal ArrayView<float> View(Literal literal)
    {
        if (!literals.TryGetValue(literal, out var buffer))
        {
            literals[literal] = buffer = Zeroed<float>(literal.Values.Length + Alignment.Floats);
            buffer.View.SubView(0, literal.Values.Length).CopyFromCPU(Device.Stream, literal.Values);
            Device.Stream.Synchronize();
        }
        return buffer.View.SubView(0, literal.Values.Length);
    }

    internal DeviceBytes BytesOf(ByteSource source) =>
        sources.TryGetValue(source, out var bound) ? bound
        : throw new InvalidOperationException($"No bytes are bound to {source.Name}.");

    /// <summary>[Count, columns]: places of the ones in the one-hot rows.</summary>
    internal ArrayView<int> View(LabelSource source) =>
        labels.TryGetValue(source, out var buffer) ? buffer.View
        : throw new InvalidOperationException($"No labels were uploaded to {source.Name}.");

    internal int Index(Counter counter)
    {
        if (!indices.TryGetValue(counter, out int index))
        {
            indices[counter] = index = indices.Count < MaxCounters ? indices.Count
                : throw new InvalidOperationException($"More than {MaxCounters} counters.");
        }
        return index;
    }

    private unsafe DeviceBuffer<T> Zeroed<T>(long length)
        where T : unmanaged
    {
        var buffer = new DeviceBuffer<T>(Device, length);
        if (Device.Kind == DeviceKind.Cpu)
        {
            // ILGPU's way there is a loop in .NET, which is slow until it is compiled again.
            NativeMemory.Clear(Unsafe.AsPointer(ref buffer.View[0]), (nuint)buffer.LengthInBytes);
        }
        else
        {
            buffer.View.MemSetToZero(Device.Stream);
        }
        return buffer;
    }
}
