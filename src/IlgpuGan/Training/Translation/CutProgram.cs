using IlgpuGan.Graphs;
using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>
/// Park et al. 2020: G translates x into images like y, and what its layers make of a place of G(x) is to be like what they make of that place of x and unlike what they make of other places
/// of it; and so for G(y) and y, where identity has a weight. Of fastcut half of the inputs are translated mirrored, and their features mirrored back before they are compared.
/// </summary>
internal sealed class CutProgram(TrainingOptions options, TranslationNetworks networks, TranslationBatches batches) : TranslationProgram(options, networks)
{
    private const float Temperature = 0.07f;

    private readonly IReadOnlyList<int> layers = networks.ContentLayers;
    private Tensor? x, y, map;
    private IReadOnlyList<Tensor> translated = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Terms => [.. Translation.Nce > 0 ? ["nce"] : (string[])[], .. Translation.Identity > 0 ? ["identity"] : (string[])[]];

    /// <inheritdoc/>
    protected override void AddDiscriminators()
    {
        (x, y) = batches.Images(Graph, RealBatches);
        map = Translation.Method == TranslationMethod.FastCut ? Map() : null;
        translated = Layers(Generators[0], Seen(x, map), pass: 0);
        UpdateDiscriminators(null, new Game(Discriminators[0], y, translated[^1]));
    }

    /// <inheritdoc/>
    protected override void AddGenerators() => UpdateGenerators([new(Discriminators[0], y!, translated[^1])],
    [
        .. Translation.Nce > 0 ? [(Contrast(map is null ? translated : Layers(Generators[0], x!, pass: 1), translated[^1], map, pass: 2), Translation.Nce)] : ((Tensor, float)[])[],
        .. Translation.Identity > 0 ? [(OfTargets(), Translation.Identity)] : ((Tensor, float)[])[],
    ]);

    private Tensor OfTargets()
    {
        var kept = Layers(Generators[0], y!, pass: 3);
        return Contrast(kept, kept[^1], null, pass: 4);
    }

    /// <summary>How far features of a translation are from those of the same places of what was translated, beside those of others: equation 3, mean over layers, images and places.</summary>
    /// <param name="original">What the layers made of what was translated.</param>
    /// <param name="translation">The translation.</param>
    /// <param name="back">The maps that what it is made of was seen through, which are their own inverse; null for none.</param>
    /// <param name="pass">Tells apart what is drawn for it.</param>
    private Tensor Contrast(IReadOnlyList<Tensor> original, Tensor translation, Tensor? back, int pass)
    {
        var made = Layers(Generators[0], translation, pass);
        return layers.Select((layer, i) => OfLayer(i, original[layer], Seen(made[layer], back), (int)TranslationStream.Places + pass * layers.Count + i))
            .Aggregate((sum, loss) => sum + loss) * (1f / layers.Count);
    }

    private Tensor OfLayer(int head, Tensor original, Tensor made, int stream)
    {
        var key = Graph.RandomUniform(Shape.Of(2), Options.Seed, stream, GeneratorUpdates);
        // What is to be met stands still: nothing is learnt by moving it.
        var (wanted, found) = (Taken(original).Detach(), Taken(made));
        int batch = made.Shape[0];
        // The place itself is among those that it is told from.
        var all = Enumerable.Range(0, batch).Select(image => Graph.MatrixProduct(Of(found, image), Of(wanted, image), transposeRight: true) * (1 / Temperature))
            .Select(likeness => likeness.LogSumExp().Mean()).Aggregate((sum, mean) => sum + mean) * (1f / batch);
        return all - (found * wanted).SumColumns().Mean() * (1 / Temperature);

        Tensor Taken(Tensor features)
        {
            var places = Graph.GatherPlaces(features, key, Translation.NcePlaces);
            return Heads[head].Apply(places.Reshape(places.Shape.Rows, places.Shape.Columns), WeightsOf(Heads[head]));
        }

        Tensor Of(Tensor rows, int image)
        {
            int size = rows.Shape.Size / batch, columns = rows.Shape.Columns;
            return Graph.Slice(rows.Reshape(1, rows.Shape.Size), image * size, size).Reshape(size / columns, columns);
        }
    }

    private Tensor Seen(Tensor images, Tensor? through) => through is null ? images : Graph.AffineSample(images, through, Border.Reflect);

    /// <summary>A map for each image, with equal chance as it is or mirrored: [N, 6].</summary>
    private Tensor Map()
    {
        var isMirrored = (Graph.RandomUniform(Shape.Of(Options.Batch, 1), Options.Seed, (int)TranslationStream.Mirror, DiscriminatorUpdates) - 0.5f).Step();
        return Graph.Literal(Shape.Of(6), 1, 0, 0, 0, 1, 0) - Graph.Broadcast(isMirrored, Shape.Of(Options.Batch, 6)) * Graph.Literal(Shape.Of(6), 2, 0, 0, 0, 0, 0);
    }
}
