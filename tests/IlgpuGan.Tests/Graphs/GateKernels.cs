using System.Collections.Concurrent;
using System.Reflection;
using IlgpuGan.Augmentation;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Graphs;

/// <summary>All kernels that plans hold, for looking at what becomes of them on devices that need not be there.</summary>
internal static class GateKernels
{
    /// <summary>Those of a training run of noise; without images where the size is 0.</summary>
    public static IReadOnlyList<DeviceLaunch> OfTraining(string network, string loss, int size, int channels, string augment, params ProductKernels[] devices)
    {
        using var device = ComputeDevice.Open("cpu");
        using var data = size == 0
            ? TrainingData.Of(PointSet.Ring(64, seed: 1))
            : TrainingData.Of(ImageSet.FromBytes("noise", size, size, channels, new byte[8 * size * size * channels]));
        using var trainer = new GanTrainer(device, Presets.Radford2016 with { Network = network, Loss = loss, Width = 4, LatentSize = 6, Batch = 4, Flip = true,
            InstanceNoise = 0.1f, Augment = augment }, data);
        return [.. from plan in trainer.Plans from products in devices from launch in plan.LaunchesFor(products) select launch];
    }

    /// <summary>Those of the table of operations and of its gradients.</summary>
    public static IReadOnlyList<DeviceLaunch> OfOperations(params ProductKernels[] devices)
    {
        using var device = ComputeDevice.Open("cpu");
        using var variables = new VariableStore(device);
        var launches = new List<DeviceLaunch>();
        foreach (var entry in OperationCases.All)
        {
            var inputs = new CaseInputs(seed: 1);
            var outputs = entry.Build(inputs);
            if (entry.Differentiable)
            {
                outputs = [.. outputs, .. Differentiation.Gradients(inputs.Project(outputs), [.. inputs.Targets])];
            }
            using var plan = Plan.Compile(variables, inputs.Graph, outputs);
            launches.AddRange(devices.SelectMany(plan.LaunchesFor));
        }
        return launches;
    }

    /// <summary>Looks at each kernel that has not been seen, on all cores, each with a compiler that is made anew after a fault; fails with all faults.</summary>
    public static void AssertAll<TCompiler>(IReadOnlyList<DeviceLaunch> launches, SeenKernels seen, Func<TCompiler> create, Action<TCompiler, DeviceLaunch> check)
        where TCompiler : IDisposable
    {
        var faults = new ConcurrentBag<string>();
        var kernels = new ConcurrentQueue<DeviceLaunch>(launches.Where(launch => seen.IsNew(launch.Entry)));
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            var compiler = create();
            while (kernels.TryDequeue(out var kernel))
            {
                try
                {
                    check(compiler, kernel);
                }
                catch (Exception fault)
                {
                    faults.Add($"{kernel.Name}, {kernel.Entry}: {fault}");
                    compiler.Dispose();
                    compiler = create();
                }
            }
            compiler.Dispose();
        });
        Assert.True(faults.IsEmpty, $"{faults.Count} kernels: {string.Join("\n\n", faults.Order(StringComparer.Ordinal).Take(12))}");
    }
}

/// <summary>The kernels that the tests of a class have looked at: its cases share most of theirs, and compiling them is what takes its time.</summary>
public sealed class SeenKernels
{
    private readonly HashSet<MethodInfo> entries = [];

    /// <summary>Whether a kernel comes for the first time.</summary>
    internal bool IsNew(MethodInfo entry) => entries.Add(entry);
}
