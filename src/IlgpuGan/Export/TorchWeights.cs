using IlgpuGan.Networks;

namespace IlgpuGan.Export;

/// <summary>The weights of a network as the state dictionary of a PyTorch module.</summary>
internal static class TorchWeights
{
    /// <summary>The state dictionary of a network.</summary>
    /// <param name="network">Its layers.</param>
    /// <param name="weights">Its parameters, laid out as <see cref="Graphs.ParameterSet.Values"/>.</param>
    /// <param name="moments">Its measured moments; null where none were measured: then those of a module that has seen nothing, mean 0 and variance 1.</param>
    public static IReadOnlyDictionary<string, StateTensor> Save(Network network, float[] weights, float[]? moments) =>
        Save(TorchModule.TensorsOf(TorchLayout.Of(network)), weights, moments);

    /// <summary>The same of tensors under names of their own.</summary>
    public static IReadOnlyDictionary<string, StateTensor> Save(IEnumerable<TorchTensor> tensors, float[] weights, float[]? moments) =>
        tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Source switch
        {
            TorchSource.Count => new StateTensor(tensor.Shape, new long[1]),
            TorchSource.Moments when moments is null => new(tensor.Shape, [.. Enumerable.Repeat(IsVariance(tensor) ? 1f : 0f, tensor.Size)]),
            _ => new(tensor.Shape, tensor.Read(weights, moments ?? [])),
        });

    /// <summary>Takes the weights of a network, and its moments, out of a state dictionary.</summary>
    /// <param name="path">The file that it came from, for messages.</param>
    /// <param name="network">Its layers.</param>
    /// <param name="tensors">The state dictionary.</param>
    /// <returns>The weights, and the moments; null where the state dictionary has none, as of modules that do not keep running statistics.</returns>
    /// <exception cref="WeightsException">A tensor is missing, unknown, of another shape, or not finite.</exception>
    public static (float[] Weights, float[]? Moments) Load(string path, Network network, IReadOnlyDictionary<string, StateTensor> tensors) =>
        Load(path, network, TorchModule.TensorsOf(TorchLayout.Of(network)), tensors, "is of another network:", "name a run whose networks are built alike as --like of import; "
            + "train FOLDER --steps 1 with its --network, --size, --width and --latent makes one");

    /// <summary>The same under names of their own.</summary>
    /// <param name="path">The file that it came from, for messages.</param>
    /// <param name="network">Its layers.</param>
    /// <param name="layout">Its tensors.</param>
    /// <param name="tensors">The state dictionary.</param>
    /// <param name="verdict">What is said of a file that does not fit, before the reason.</param>
    /// <param name="remedy">What is said behind the reason.</param>
    /// <returns>The weights, and the moments; null where the state dictionary has none.</returns>
    /// <exception cref="WeightsException">A tensor is missing, unknown, of another shape, or not finite.</exception>
    public static (float[] Weights, float[]? Moments) Load(
        string path, Network network, IEnumerable<TorchTensor> layout, IReadOnlyDictionary<string, StateTensor> tensors, string verdict, string remedy)
    {
        string noun = network.Parameters.Name;
        var wanted = layout.ToList();
        if (tensors.Keys.Except(wanted.Select(tensor => tensor.Name)).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw Another($"tensor \"{unknown}\" has no place in this {noun}");
        }
        wanted.RemoveAll(tensor => tensor.Source == TorchSource.Count);
        bool hasMoments = wanted.Exists(tensor => tensor.Source == TorchSource.Moments && tensors.ContainsKey(tensor.Name));
        if (!hasMoments)
        {
            wanted.RemoveAll(tensor => tensor.Source == TorchSource.Moments);
        }
        foreach (var tensor in wanted)
        {
            if (!tensors.TryGetValue(tensor.Name, out var found))
            {
                throw Another($"it has no tensor \"{tensor.Name}\" [{string.Join(", ", tensor.Shape)}], which this {noun} needs");
            }
            if (found.Floats is not { } values || !found.Shape.SequenceEqual(tensor.Shape))
            {
                throw Another($"tensor \"{tensor.Name}\" is [{string.Join(", ", found.Shape)}] where this {noun} has [{string.Join(", ", tensor.Shape)}]");
            }
            if (!Array.TrueForAll(values, float.IsFinite))
            {
                throw WeightsException.Refuse(path, $"cannot be drawn with: tensor \"{tensor.Name}\" holds numbers that are not finite", "give an earlier checkpoint of that training");
            }
            if (IsVariance(tensor) && Array.Exists(values, value => value < 0))
            {
                throw WeightsException.Refuse(path, $"cannot be drawn with: tensor \"{tensor.Name}\" holds a negative variance", "give an earlier checkpoint of that training");
            }
        }
        // No larger than the file, now that its shapes are known to fit.
        var (weights, moments) = (new float[network.Parameters.Values.Size], hasMoments ? new float[network.Moments.Size] : null);
        foreach (var tensor in wanted)
        {
            tensor.Write(tensors[tensor.Name].Floats!, weights, moments ?? []);
        }
        return (weights, moments);

        WeightsException Another(string reason) => WeightsException.Refuse(path, $"{verdict} {reason}", remedy);
    }

    private static bool IsVariance(TorchTensor tensor) => tensor.Name.EndsWith("running_var", StringComparison.Ordinal);
}
