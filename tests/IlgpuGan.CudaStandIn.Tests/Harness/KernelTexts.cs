using System.Reflection;
using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Tests.Harness;
using ILGPU;

namespace IlgpuGan.CudaStandIn.Tests.Harness;

/// <summary>The PTX of the engine's kernels, compiled without a card and once for all tests of a class.</summary>
public sealed class KernelTexts : IDisposable
{
    private readonly PtxCompiler compiler = new();
    private readonly Dictionary<Type, string> texts = [];

    /// <summary>The text of a kernel whose groups have so many threads.</summary>
    public string Of(Type kernel, Type parameters, int threads)
    {
        if (!texts.TryGetValue(kernel, out string? text))
        {
            var entry = typeof(KernelEntry).GetMethod(nameof(KernelEntry.Run), BindingFlags.Public | BindingFlags.Static)!.MakeGenericMethod(kernel, parameters);
            texts[kernel] = text = compiler.Ptx(entry, new(threads, null));
        }
        return text;
    }

    /// <inheritdoc/>
    public void Dispose() => compiler.Dispose();
}
