using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Objectives;
using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>
/// Choi et al. 2018: one G translates an image x with labels c into one with the labels c' of another image; D tells real from translated and reads labels off both, and
/// G(G(x, c'), c) is to be x again. So it would be, too, if G changed what no label speaks of and changed it back: G(x, c), asked for what is there, is to be x as well, as Zhu et al. 2017
/// have it between two sets. The paper is without; there, skins and backgrounds were exchanged.
/// </summary>
internal sealed class StarGanProgram(TrainingOptions options, TranslationNetworks networks, TranslationBatches batches) : TranslationProgram(options, networks)
{
    private readonly int labels = batches.LabelColumns.Sum();
    private Tensor? image, has, asked, translated;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Terms => ["classes", "cycle", .. Translation.Identity > 0 ? ["identity"] : (string[])[]];

    /// <inheritdoc/>
    protected override Tensor Judge(Network discriminator, Tensor images)
    {
        var (logits, _) = Verdict(images);
        return logits.Reshape(logits.Shape.Size, 1);
    }

    /// <inheritdoc/>
    protected override void AddDiscriminators()
    {
        (image, _) = batches.Images(Graph, RealBatches);
        has = batches.Labels!(Graph, RealBatches, Options.Seed);
        // Another seed shuffles anew: labels of other images, in the data's frequencies.
        asked = batches.Labels(Graph, RealBatches, ~Options.Seed);
        translated = Translate(Generators[0], image, pass: 0, asked);
        UpdateDiscriminators(ClassLoss(image, has) * Translation.ClassWeight, new Game(Discriminators[0], image, translated));
    }

    /// <inheritdoc/>
    protected override void AddGenerators() => UpdateGenerators([new(Discriminators[0], image!, translated!)],
    [
        (ClassLoss(translated!, asked!), Translation.ClassWeight),
        (Distance(Translate(Generators[0], translated!, pass: 1, has), image!), Translation.Cycle),
        .. Translation.Identity > 0 ? [(Distance(Translate(Generators[0], image!, pass: 2, has), image!), Translation.Identity)] : ((Tensor, float)[])[],
    ]);

    private (Tensor Logits, Tensor Labels) Verdict(Tensor images) => StarGan.Verdict(Discriminators[0].Apply(images, WeightsOf(Discriminators[0])), labels);

    /// <summary>Cross entropy of the labels that D reads off images, over all columns.</summary>
    private Tensor ClassLoss(Tensor images, Tensor wanted) => CrossEntropy.OfColumns(Verdict(images).Labels, wanted, batches.LabelColumns);
}
