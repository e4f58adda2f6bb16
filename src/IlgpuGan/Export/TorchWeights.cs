using IlgpuGan.Networks;

namespace IlgpuGan.Export;

/// <summary>The weights of a network as the state dictionary of a PyTorch module.</summary>
internal static class TorchWeights
{
    /// <summary>The state dictionary of a network.</summary>
    /// <param name="network">Its layers.</param>
    /// <param name="weights">Its parameters, laid out as <see cref="Graphs.ParameterSet.Values"/>.</param>
    /// <param name="moments">Its measured moments; null where none were measured: then those of a module that has seen nothing, mean 0 and variance 1.</param>
    public static IReadOnlyDictionary<string, SafetensorsTensor> Save(Network network, float[] weights, float[]? moments) =>
        TorchModule.TensorsOf(TorchLayout.Of(network)).ToDictionary(tensor => tensor.Name, tensor => tensor.Source switch
        {
            TorchSource.Count => new SafetensorsTensor(tensor.Shape, new long[1]),
            TorchSource.Moments when moments is null => new(tensor.Shape, [.. Enumerable.Repeat(tensor.Name.EndsWith("running_var", StringComparison.Ordinal) ? 1f : 0f, tensor.Size)]),
            _ => new(tensor.Shape, tensor.Read(weights, moments ?? [])),
        });

    /// <summary>Takes the weights of a network, and its moments, out of a state dictionary.</summary>
    /// <param name="path">The file that it came from, for messages.</param>
    /// <param name="network">Its layers.</param>
    /// <param name="tensors">The state dictionary.</param>
    /// <exception cref="SafetensorsException">A tensor is missing, unknown, of another shape, or not finite.</exception>
    public static (float[] Weights, float[] Moments) Load(string path, Network network, IReadOnlyDictionary<string, SafetensorsTensor> tensors)
    {
        var wanted = TorchModule.TensorsOf(TorchLayout.Of(network)).ToList();
        if (tensors.Keys.Except(wanted.Select(tensor => tensor.Name)).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new SafetensorsException(path, $"tensor \"{unknown}\" has no place in this {network.Parameters.Name}");
        wanted.RemoveAll(tensor => tensor.Source == TorchSource.Count);
        foreach (var tensor in wanted)
        {
            if (!tensors.TryGetValue(tensor.Name, out var found))
                throw new SafetensorsException(path, $"it has no tensor \"{tensor.Name}\" [{string.Join(", ", tensor.Shape)}], which this {network.Parameters.Name} needs");
            if (found.Floats is not { } values || !found.Shape.SequenceEqual(tensor.Shape))
                throw new SafetensorsException(path, $"tensor \"{tensor.Name}\" is [{string.Join(", ", found.Shape)}] where this {network.Parameters.Name} has [{string.Join(", ", tensor.Shape)}]");
            if (!Array.TrueForAll(values, float.IsFinite))
                throw new SafetensorsException(path, $"tensor \"{tensor.Name}\" holds numbers that are not finite");
        }
        // No larger than the file, now that its shapes are known to fit.
        var (weights, moments) = (new float[network.Parameters.Values.Size], new float[network.Moments.Size]);
        foreach (var tensor in wanted)
            tensor.Write(tensors[tensor.Name].Floats!, weights, moments);
        return (weights, moments);
    }
}
