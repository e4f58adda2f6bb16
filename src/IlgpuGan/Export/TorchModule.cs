using IlgpuGan.Networks;

namespace IlgpuGan.Export;

/// <summary>One module of a network as PyTorch has it: a layer with its tensors in PyTorch's layouts. A shift after a convolution is part of that convolution.</summary>
/// <param name="Layer">What it does.</param>
/// <param name="Tensors">Its tensors by the last part of their names: <c>weight</c>, <c>bias</c>, <c>running_mean</c> and so on.</param>
/// <param name="Main">The modules of a residual; empty elsewhere.</param>
/// <param name="Shortcut">The modules of the way around a residual; empty elsewhere, and for the input itself.</param>
internal sealed record TorchModule(
    Layer Layer, IReadOnlyDictionary<string, TorchTensor> Tensors, IReadOnlyList<TorchModule> Main, IReadOnlyList<TorchModule> Shortcut)
{
    /// <summary>All tensors of modules, in the order of the layers.</summary>
    public static IEnumerable<TorchTensor> TensorsOf(IEnumerable<TorchModule> modules) =>
        modules.SelectMany(module => module.Tensors.Values.Concat(TensorsOf(module.Main)).Concat(TensorsOf(module.Shortcut)));
}

/// <summary>Where the numbers of a tensor are kept.</summary>
internal enum TorchSource
{
    /// <summary>Among the network's parameters.</summary>
    Weights,

    /// <summary>Among the measured moments of its batch normalisations.</summary>
    Moments,

    /// <summary>Nowhere: a count that PyTorch keeps and nothing depends on.</summary>
    Count,
}

/// <summary>One tensor of a state dictionary of PyTorch.</summary>
/// <param name="Name">Its name, such as <c>3.weight</c>.</param>
/// <param name="Shape">Its shape; empty for a count.</param>
/// <param name="Source">Where its numbers are kept.</param>
/// <param name="Place">The place there of each of its elements, by their row-major number.</param>
internal sealed record TorchTensor(string Name, int[] Shape, TorchSource Source, Func<int, int> Place)
{
    /// <summary>Number of elements.</summary>
    public int Size => Shape.Aggregate(1, (product, length) => product * length);

    /// <summary>Its elements.</summary>
    /// <param name="weights">The network's parameters, laid out as <see cref="Graphs.ParameterSet.Values"/>.</param>
    /// <param name="moments">Its moments, laid out as <see cref="Network.Moments"/>.</param>
    public float[] Read(float[] weights, float[] moments)
    {
        var source = Source == TorchSource.Weights ? weights : moments;
        var values = new float[Size];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = source[Place(i)];
        }
        return values;
    }

    /// <summary>Puts its elements where they are kept.</summary>
    public void Write(float[] values, float[] weights, float[] moments)
    {
        var target = Source == TorchSource.Weights ? weights : moments;
        for (int i = 0; i < values.Length; i++)
        {
            target[Place(i)] = values[i];
        }
    }
}
