using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;

namespace IlgpuGan.Training.Transfer;

/// <summary>Makes the weights of a new network of those of an old one, as far as they are of the same family.</summary>
/// <param name="old">The parent's.</param>
/// <param name="made">The new one.</param>
internal sealed class NetworkTransfer(NetworkSide old, NetworkSide made)
{
    private readonly List<string> anew = [];
    private readonly HashSet<Parameter> taken = [];

    /// <summary>The parameters of the new network that nothing of the old one fits, the layer at the image last.</summary>
    public IReadOnlyList<string> Anew => anew;

    /// <summary>Whether anything but shifts, scales and tables of labels was taken.</summary>
    public bool IsAnythingTaken => taken.Any(parameter => parameter.Shape.Rank > 1 && Block.NumberOf(parameter) is not null);

    /// <summary>Whether each parameter of the new network is what it was in the old.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Whether new stages hand the picture on as they get it.</summary>
    public bool PassesOn { get; private set; }

    /// <summary>Whether a parameter has come from the old network.</summary>
    public bool IsTaken(Parameter parameter) => taken.Contains(parameter);

    /// <summary>Puts what fits in place of what a new network has.</summary>
    /// <param name="from">The parent's tensors.</param>
    /// <param name="oldVariable">The old network's weights or average, by which the tensors are named.</param>
    /// <param name="state">The new run's tensors.</param>
    /// <param name="newVariable">The same of the new network.</param>
    public void Give(IReadOnlyDictionary<string, StateTensor> from, Variable oldVariable, Dictionary<string, StateTensor> state, Variable newVariable)
    {
        float[] Old(Parameter parameter) => from[$"{oldVariable.Name}.{parameter.Name}"].Floats!;
        float[] New(Parameter parameter) => state[$"{newVariable.Name}.{parameter.Name}"].Floats!;
        anew.Clear();
        foreach (var (layer, olds) in LayerPairs.Of(old.Network, made.Network))
        {
            foreach (var (parameter, before) in LayerPairs.Of(olds, layer))
            {
                if (before is null || MapsOf(layer, parameter, before, Old) is not { } maps)
                {
                    anew.Add(parameter.Name);
                    IsWhole = false;
                    continue;
                }

                AxisMap.Apply(maps, Old(before), New(parameter));
                IsWhole &= maps.All(map => map.IsIdentity);
                taken.Add(parameter);
            }
        }

        IsWhole &= old.Network.Parameters.Parameters.Count == taken.Count;
        if (HasShorterTable && made.Network.Layers.OfType<EmbeddingLayer>().FirstOrDefault() is { } table)
        {
            var rows = New(table.Embedding);
            Array.Clear(rows);
            for (int label = 0; label < made.Features; label++)
            {
                rows[(label * made.Features) + label] = 1;
            }
        }

        PassesOn = PictureStages.PassOn(old, made, Old, New);
    }

    // Fewer labels have a shorter table: each is then a feature of its own, and what it was in the old table is in the weights behind.
    private bool HasShorterTable => made.Features > 0 && made.Features < old.Features;

    /// <summary>How a parameter is made of the old one, axis by axis; null where it cannot be.</summary>
    private List<AxisMap>? MapsOf(PlacedLayer layer, Parameter parameter, Parameter before, Func<Parameter, float[]> values)
    {
        if (parameter.Shape.Rank != before.Shape.Rank)
        {
            return null;
        }

        var maps = Enumerable.Range(0, parameter.Shape.Rank).Select(axis => AxisMap.Same(parameter.Shape[axis])).ToList();
        if (layer.Layer is EmbeddingLayer)
        {
            (maps[0], maps[1]) = (Labels, AxisMap.First(old.Features, made.Features, isNewNought: false));
        }

        if (layer.Layer is HeadLayer head)
        {
            if (parameter == head.Embedding)
            {
                maps[0] = Labels;
            }

            Set(LayerEnds.Writes(head), AxisMap.Same(1).Then(RowOf(old.LabelOutputs, made.LabelOutputs)));
        }

        if (made.Image.Rank == 3 && layer == LayerPairs.AtImage(made.Network))
        {
            int pixels = made.PixelsOf(layer.Layer);
            if (pixels != old.PixelsOf(layer.Layer))
            {
                return null;
            }

            if (LayerPairs.IsGenerator(made.Network))
            {
                Set(LayerEnds.Writes(layer.Layer), AxisMaps.DrawnChannels(old.Channels, made.Channels).Times(pixels));
            }
            else
            {
                Set(LayerEnds.Reads(layer.Layer), AxisMaps.SeenChannels(old.Channels, made.Channels).Times(pixels).Then(RowOf(old.LabelChannels, made.LabelChannels)));
            }
        }
        else if (made.Image.Rank == 3 && LayerPairs.IsGenerator(made.Network) && layer.Layer is BiasLayer && layer.Output.Equals(made.Image))
        {
            Set(LayerEnds.Writes(layer.Layer), AxisMaps.DrawnChannels(old.Channels, made.Channels));
        }

        if (LayerPairs.IsGenerator(made.Network) && layer == LayerPairs.AtEnd(made.Network))
        {
            var features = HasShorterTable ? Folded(values) : AxisMap.First(old.Features, made.Features, isNewNought: true);
            Set(LayerEnds.Reads(layer.Layer), AxisMap.First(old.Latent, made.Latent, isNewNought: false).Then(features));
        }

        return maps.Index().All(map => map.Item.OldLength == before.Shape[map.Index] && map.Item.Length == parameter.Shape[map.Index]) ? maps : null;

        void Set(IEnumerable<(Parameter Parameter, int Axis)> ends, AxisMap map)
        {
            foreach (var (_, axis) in ends.Where(end => end.Parameter == parameter))
            {
                maps[axis] = map;
            }
        }
    }

    private AxisMap Labels => old.Labels is { } olds && made.Labels is { } news ? AxisMaps.Labels(olds, news)
        : AxisMap.First(old.Labels?.Width ?? 0, made.Labels?.Width ?? 0, isNewNought: false);

    // Of labels that the old network did not see nothing is known; those that the new one does not see are left out.
    private AxisMap RowOf(int oldLength, int length) => oldLength > 0 && length > 0 ? Labels : AxisMap.First(oldLength, length, isNewNought: true);

    private AxisMap Folded(Func<Parameter, float[]> values)
    {
        var table = values(old.Network.Layers.OfType<EmbeddingLayer>().First().Embedding);
        return new(old.Features, [.. Labels.Entries.Select(entry => (IReadOnlyList<Share>)[.. Enumerable.Range(0, old.Features)
            .Select(feature => new Share(feature, entry!.Sum(share => share.Weight * table[(share.Index * old.Features) + feature])))])]);
    }
}
