using IlgpuGan.Graphs;
using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>
/// Zhu et al. 2017: G translates x into images like y, F translates y into images like x, each with a D of its own; F(G(x)) is to be x again and G(F(y)) to be y, and G(y) and F(x) are to
/// change nothing. The Ds are shown earlier translations, too.
/// </summary>
internal sealed class CycleGanProgram : TranslationProgram
{
    private readonly TranslationBatches batches;
    private readonly ImagePool? targets, inputs;
    private Tensor? x, y, fakeX, fakeY;

    /// <exception cref="OptionException">Identity is asked for between images of different channels.</exception>
    public CycleGanProgram(TrainingOptions options, TranslationNetworks networks, TranslationBatches batches)
        : base(options, networks)
    {
        this.batches = batches;
        if (Translation.Identity > 0 && !Generators[0].Input.Equals(Generators[1].Input))
        {
            throw new OptionException($"--identity {Translation.Identity} keeps targets that are translated as they are, and they have {Generators[1].Input.Columns} channels where what is translated "
                + $"has {Generators[0].Input.Columns}; give --identity 0.");
        }
        if (Translation.Pool > 0)
        {
            targets = new("pool", options, Generators[0].Output, (int)TranslationStream.Pool);
            inputs = new("back-pool", options, Generators[1].Output, (int)TranslationStream.Pool + 1);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Terms => [.. Translation.Cycle > 0 ? ["cycle"] : (string[])[], .. Translation.Identity > 0 ? ["identity"] : (string[])[]];

    /// <inheritdoc/>
    public override IReadOnlyList<Variable> State => [.. base.State, .. new[] { targets, inputs }.OfType<ImagePool>().Select(pool => pool.Images)];

    /// <inheritdoc/>
    protected override void AddDiscriminators()
    {
        (x, y) = batches.Images(Graph, RealBatches);
        (fakeY, fakeX) = (Translate(Generators[0], x, pass: 0), Translate(Generators[1], y, pass: 1));
        UpdateDiscriminators(null,
            new Game(Discriminators[0], y, targets?.Exchange(Graph, fakeY, DiscriminatorUpdates) ?? fakeY),
            new Game(Discriminators[1], x, inputs?.Exchange(Graph, fakeX, DiscriminatorUpdates) ?? fakeX));
    }

    /// <inheritdoc/>
    protected override void AddGenerators() => UpdateGenerators([new(Discriminators[0], y!, fakeY!), new(Discriminators[1], x!, fakeX!)],
    [
        .. Translation.Cycle > 0
            ? [(Distance(Translate(Generators[1], fakeY!, pass: 2), x!) + Distance(Translate(Generators[0], fakeX!, pass: 3), y!), Translation.Cycle)] : ((Tensor, float)[])[],
        .. Translation.Identity > 0
            ? [(Distance(Translate(Generators[0], y!, pass: 4), y!) + Distance(Translate(Generators[1], x!, pass: 5), x!), Translation.Identity)] : ((Tensor, float)[])[],
    ]);
}
