using System.Globalization;
using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Devices;

/// <summary>
/// Whether a device computes what the host computes: products by every kernel that it will multiply with, sums and random numbers, a few thousand
/// numbers each. A driver can compile a kernel to something else without a word (Mesa did), and a training on wrong sums only looks like a bad one.
/// </summary>
/// <param name="record">Who has passed before.</param>
/// <param name="read">What becomes of the numbers that come back from a device, by the name of the case: to plant a fault.</param>
internal sealed class SelfTest(SelfTestRecord record, Func<string, float[], float[]>? read = null)
{
    /// <summary>The self-test of this user.</summary>
    public static SelfTest OfUser => new(SelfTestRecord.OfUser);

    /// <summary>Devices that were tested, for they had not passed before.</summary>
    public int Runs { get; private set; }

    /// <summary>What is wrong with a device, as one clause with the remedy; null when nothing is. The processor is what others are compared with.</summary>
    public string? FaultOf(ComputeDevice device, DeviceDescription description)
    {
        if (device.Kind == DeviceKind.Cpu || record.HasPassed(description))
        {
            return null;
        }
        Runs++;
        string remedy = $"bring its driver up to date{(description.Driver.Length > 0 ? $" (it is {description.Driver})" : "")}";
        try
        {
            foreach (var entry in SelfTestCases.Of(device.Traits))
            {
                if (Fault(device, entry) is { } fault)
                {
                    return $"it computes wrongly ({fault}); {remedy}";
                }
            }
        }
        catch (DeviceMemoryException)
        {
            return "it has no memory left for a self-test; end what else runs on it";
        }
        // Drivers fail in any way they like.
        catch (Exception error)
        {
            return $"it does not run our kernels ({DriverFault.Describe(error)}); {remedy}";
        }
        record.Keep(description);
        return null;
    }

    /// <summary>What is wrong with a device in one case; null when nothing is.</summary>
    internal string? Fault(ComputeDevice device, SelfTestCase entry)
    {
        using var memory = new SelfTestMemory(device);
        var actual = entry.Run(memory);
        actual = read?.Invoke(entry.Name, actual) ?? actual;
        var expected = entry.Expected();
        // What is no number is no closer than the bound either.
        int[] wrong = [.. Enumerable.Range(0, expected.Length).Where(i => !(Math.Abs(actual[i] - expected[i]) <= entry.Bound))];
        return wrong.Length == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{entry.Name}: {wrong.Length} of {expected.Length} numbers, the first {actual[wrong[0]]:G6} for {expected[wrong[0]]:G6}");
    }
}

/// <summary>Something to compute on a device and on the host.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Bound">How far a number may lie off.</param>
/// <param name="Run">On the device.</param>
/// <param name="Expected">On the host.</param>
internal sealed record SelfTestCase(string Name, Type Kernel, double Bound, Func<SelfTestMemory, float[]> Run, Func<double[]> Expected);

/// <summary>Memory of one case on a device.</summary>
internal sealed class SelfTestMemory(ComputeDevice device) : IDisposable
{
    private readonly List<IDisposable> buffers = [];

    /// <summary>What kernels are chosen by.</summary>
    public DeviceTraits Traits => device.Traits;

    /// <summary>Numbers on the device.</summary>
    public ArrayView<T> Upload<T>(params T[] values)
        where T : unmanaged
    {
        var buffer = new DeviceBuffer<T>(device, values.Length);
        buffers.Add(buffer);
        buffer.View.CopyFromCPU(device.Stream, values);
        device.Stream.Synchronize();
        return buffer.View;
    }

    /// <summary>Memory for a result, of what is no number: a place that nothing is stored in shows.</summary>
    public ArrayView<float> Empty(int count) => Upload([.. Enumerable.Repeat(float.NaN, count)]);

    /// <summary>Runs a kernel and reads its output.</summary>
    public float[] Run<TKernel, TParameters>(TParameters parameters, ArrayView<float> output)
        where TKernel : struct, IDeviceKernel<TParameters>
        where TParameters : struct
    {
        var kernel = new DeviceKernel<TKernel, TParameters>(TKernel.Grid(parameters));
        kernel.Load(device);
        kernel.Enqueue(device.Stream, parameters);
        var host = new float[output.Length];
        output.CopyToCPU(device.Stream, host);
        device.Stream.Synchronize();
        return host;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in buffers)
        {
            buffer.Dispose();
        }
    }
}
