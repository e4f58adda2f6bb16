using IlgpuGan.Graphs;
using IlgpuGan.Networks;

namespace IlgpuGan.Training.Transfer;

/// <summary>
/// Which layers of a network are which of another of its family, that may be of other images. Layers are counted from the latent, or from the logit: stages of the
/// same size are the same whatever stages lie between them and the image. The layer at the image is that at the image.
/// </summary>
internal static class LayerPairs
{
    /// <summary>The layers of a new network with those of the old one, null where it has none such.</summary>
    public static IEnumerable<(PlacedLayer New, PlacedLayer? Old)> Of(Network old, Network made)
    {
        var olds = Keys(old).ToDictionary(pair => pair.Key, pair => pair.Layer);
        return Keys(made).Select(pair => (pair.Layer, olds.GetValueOrDefault(pair.Key)));
    }

    /// <summary>The parameters of a new layer with those of the old one that are called the same within it.</summary>
    public static IEnumerable<(Parameter New, Parameter? Old)> Of(PlacedLayer? old, PlacedLayer made)
    {
        var olds = old is null ? [] : Names(old.Parameters).ToDictionary(pair => pair.Name, pair => pair.Parameter);
        return Names(made.Parameters).Select(pair => (pair.Parameter, olds.GetValueOrDefault(pair.Name)));
    }

    /// <summary>Whether a network makes images, rather than judging them.</summary>
    public static bool IsGenerator(Network network) => network.Parameters.Name == "generator";

    /// <summary>The layers with weights and what belongs to them, from the latent or the logit on.</summary>
    public static IReadOnlyList<PlacedLayer> Inwards(Network network) => IsGenerator(network) ? network.Placed : [.. network.Placed.Reverse()];

    /// <summary>The layer that makes the image, or reads it.</summary>
    public static PlacedLayer AtImage(Network network) => Inwards(network).Last(layer => layer.HasWeights);

    /// <summary>The layer that reads the latent, or makes the logit.</summary>
    public static PlacedLayer AtEnd(Network network) => Inwards(network).First(layer => layer.HasWeights && layer.Layer is not EmbeddingLayer);

    private static IEnumerable<((int Level, string Kind, int Number) Key, PlacedLayer Layer)> Keys(Network network)
    {
        bool isGenerator = IsGenerator(network);
        var layers = Inwards(network);
        int image = layers.ToList().IndexOf(AtImage(network));
        // Labels beside the latent are no stage.
        long[] sizes = [.. layers.Where(layer => layer.Layer is not EmbeddingLayer).Select(SizeOf).Distinct().Order()];
        var seen = new Dictionary<(int, string), int>();
        foreach (var (index, layer) in layers.Index())
        {
            // What shifts the image belongs to the layer that makes it.
            var key = (index >= image ? -1 : Array.IndexOf(sizes, SizeOf(layer)), layer.Layer.GetType().FullName!);
            seen[key] = seen.GetValueOrDefault(key) + 1;
            yield return ((key.Item1, key.Item2, seen[key]), layer);
        }

        // G's stages by what they make, D's by what they read: both by the larger picture.
        long SizeOf(PlacedLayer layer) => (isGenerator ? layer.Output : layer.Input) is { Rank: 3 } shape ? (long)shape[0] * shape[1] : 0;
    }

    // layer5.weight and layer6.weight of a residual are the first and the second weight of it.
    private static IEnumerable<(string Name, Parameter Parameter)> Names(IReadOnlyList<Parameter> parameters)
    {
        int first = parameters.Select(Block.NumberOf).Min() ?? 0;
        return parameters.Select(parameter => (Block.NumberOf(parameter) is { } number
            ? $"{number - first}{parameter.Name[parameter.Name.IndexOf('.', StringComparison.Ordinal)..]}" : parameter.Name, parameter));
    }
}
