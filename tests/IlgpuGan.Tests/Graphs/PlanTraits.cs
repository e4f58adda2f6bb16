using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Devices that need not be there: plans are compiled for them and bound to memory, but not run.</summary>
internal static class PlanTraits
{
    private static readonly Dictionary<string, ProductKernels> Known = new()
    {
        ["processor, AVX2"] = new(new() { Kind = DeviceKind.Cpu, VectorBits = 256, Multiprocessors = 2 }, Precision.Fp32),
        ["processor, AVX-512"] = new(new() { Kind = DeviceKind.Cpu, VectorBits = 512, Multiprocessors = 2 }, Precision.Fp32),
        ["OpenCL card"] = new(new() { Kind = DeviceKind.OpenCl, GroupThreads = 256, Multiprocessors = 64 }, Precision.Fp32),
        ["OpenCL on a processor"] = new(
            new() { Kind = DeviceKind.OpenCl, IsProcessor = true, VectorBits = 256, Multiprocessors = 4, SharedBytes = 1 << 19 }, Precision.Fp32),
        ["tensor cores"] = new(new() { Kind = DeviceKind.Cuda, HasTensorCores = true, GroupThreads = 1024, MostSharedBytes = 227 << 10, Multiprocessors = 132 }, Precision.Tf32),
    };

    /// <summary>Names of all.</summary>
    public static TheoryData<string> Names => [.. Known.Keys];

    /// <summary>Compiles and binds a graph; the launches are gone with their memory.</summary>
    public static (long ArenaFloats, IReadOnlyList<Launch> Launches) Compile(
        string name, VariableStore variables, Graph graph, params IReadOnlyList<Tensor> outputs)
    {
        var compiler = new PlanCompiler(variables, graph, outputs, Known[name]);
        using var memory = new DeviceBuffer<float>(variables.Device, compiler.ArenaSize);
        return (compiler.ArenaSize, [.. compiler.Bind(memory.View).SelectMany(segment => segment)]);
    }
}
