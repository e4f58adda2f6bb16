using IlgpuGan.Graphs;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>
/// Isola et al. 2017: D tells pairs of x and y from pairs of x and G(x), G makes it take these for those and keeps near y: its loss is that of the objective + L1 |y - G(x)|. With feature
/// matching (Wang et al. 2018, equation 4) what D's layers make of both is to be near, too.
/// </summary>
internal sealed class Pix2PixProgram(TrainingOptions options, TranslationNetworks networks, TranslationBatches batches) : TranslationProgram(options, networks)
{
    private Game? game;
    private Tensor? target, translated;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Terms => [.. Translation.L1 > 0 ? ["l1"] : (string[])[], .. Translation.FeatureMatching > 0 ? ["features"] : (string[])[]];

    /// <inheritdoc/>
    protected override void AddDiscriminators()
    {
        var (x, y) = batches.Images(Graph, RealBatches);
        (target, translated) = (y, Translate(Generators[0], x, pass: 0));
        game = new(Discriminators[0], Graph.Concatenate(x, y), Graph.Concatenate(x, translated));
        UpdateDiscriminators(null, game);
    }

    /// <inheritdoc/>
    protected override void AddGenerators() => UpdateGenerators([game!],
    [
        .. Translation.L1 > 0 ? [(Distance(target!, translated!), Translation.L1)] : ((Tensor, float)[])[],
        .. Translation.FeatureMatching > 0 ? [(Features(), Translation.FeatureMatching)] : ((Tensor, float)[])[],
    ]);

    private Tensor Features()
    {
        var discriminator = Discriminators[0];
        var layers = PatchGan.FeatureLayers(discriminator);
        IReadOnlyList<Tensor> Of(Tensor images) => discriminator.ApplyByLayers(images, WeightsOf(discriminator));
        var (real, fake) = (Of(game!.Real), Of(game.Fake));
        return layers.Select(layer => Distance(real[layer], fake[layer])).Aggregate((sum, distance) => sum + distance) * (1f / layers.Count);
    }
}
