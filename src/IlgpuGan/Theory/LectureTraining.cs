using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;
using IlgpuGan.Training;

namespace IlgpuGan.Theory;

/// <summary>Which network an update trains; the other one is fixed.</summary>
internal enum Trained
{
    Discriminator,
    Generator,
}

/// <summary>What there is to see of a lecture's training between two updates.</summary>
/// <param name="DiscriminatorUpdates">Updates of D so far.</param>
/// <param name="GeneratorUpdates">Updates of G so far.</param>
/// <param name="Value">V(G, D) = E log D(x) + E log(1 - D(G(z))), over reals and fakes that no update was made for.</param>
/// <param name="Bound">The most that any D could reach against this G, 2 JSD - log 4; null where the data's distribution is not known.</param>
/// <param name="RealBelief">Mean of D(x).</param>
/// <param name="FakeBelief">Mean of D(G(z)).</param>
internal sealed record LectureLook(long DiscriminatorUpdates, long GeneratorUpdates, double Value, double? Bound, double RealBelief, double FakeBelief)
{
    /// <summary>Of a training on points: what G draws, x0, y0, x1, y1, ...; empty of one on images.</summary>
    public float[] Points { get; init; } = [];

    /// <summary>Of a training on points: D over the square of side 2 <see cref="LectureTraining.Extent"/> around the origin, rows from the top, 0 for fake and 255 for real.</summary>
    public byte[] Decision { get; init; } = [];

    /// <summary>Of a training on images: what G draws of the same latents, as the bytes of a PNG file; empty of one on points.</summary>
    public byte[] Sheet { get; init; } = [];
}

/// <summary>A small training for a class to watch, whose updates a lecturer makes one by one: fix G and train D, fix D and train G (Goodfellow et al. 2014, algorithm 1).</summary>
internal sealed class LectureTraining : IDisposable
{
    /// <summary>How far from the origin the picture of points goes, along each axis.</summary>
    public const float Extent = 1.35f;

    /// <summary>Rows and columns of D's picture.</summary>
    public const int Grid = 80;

    // Points and images that V is measured on, apart from those that updates are made of, and as many images as the back row can still make out.
    private const int MeasuredPoints = 4096, MeasuredImages = 128, ShownImages = 36;

    private readonly ITrainingDevice device;
    private readonly TrainingData data;
    private readonly ISingleUpdates trainer;
    private readonly TrainingOptions options;
    private readonly float[] reals;
    private readonly float[] grid;

    // Of D since G's last, in the order of the algorithm.
    private int discriminatorUpdates;

    private LectureTraining(ITrainingDevice device, TrainingData data, ISingleUpdates trainer, RunSettings settings)
    {
        (this.device, this.data, this.trainer, options, Source) = (device, data, trainer, settings.Training, settings.Data.Source);
        reals = data.Images is { } images ? RealsOf(images) : data.Points!.Points[..(2 * MeasuredPoints)];
        grid = data.Points is null ? [] : [.. from row in Enumerable.Range(0, Grid) from column in Enumerable.Range(0, Grid) from at in (int[])[column, Grid - 1 - row] select Place(at)];
    }

    /// <summary>Losses that have V(G, D).</summary>
    public static IReadOnlyList<string> Losses { get; } = ["non-saturating", "minimax"];

    /// <summary>Options that change what is trained.</summary>
    public static IReadOnlyList<string> Options { get; } =
    [
        "network", "width", "depth", "latent", "loss", "penalty", "penalty-weight", "batch", "d-steps", "lr", "d-lr", "g-lr", "seed", "size", "channels", "fit", "faces", "no-cache", "device", "tune",
    ];

    /// <summary>The data.</summary>
    public string Source { get; }

    /// <summary>G's loss, one of <see cref="Losses"/>.</summary>
    public string Loss => options.Loss;

    /// <summary>Updates of D for one of G.</summary>
    public int DiscriminatorSteps => options.DiscriminatorSteps;

    /// <summary>The real points; null of a training on images.</summary>
    public PointSet? Points => data.Points;

    /// <summary>Whose update is next in the order of the algorithm.</summary>
    public Trained Next => discriminatorUpdates < options.DiscriminatorSteps ? Trained.Discriminator : Trained.Generator;

    /// <summary>
    /// What is trained where nothing is given: the game of the course, without an average of G's weights, which would hide what an update does, and on points without a penalty, which would
    /// keep D from its bound. In turns ring finds all 8 modes in 2,000 updates of G, grid all 25 in 3,000.
    /// </summary>
    /// <param name="source">The data.</param>
    public static RunSettings Usual(string source)
    {
        var settings = MatchStudy.Usual(source);
        var training = settings.Training with { AverageHalfLifeKimg = 0 };
        return settings with
        {
            Training = !PointSet.IsName(source) ? training
                : training with { Penalty = "none", PenaltyWeight = null, Depth = 3, LatentSize = 16, Width = source == "grid" ? 128 : 64, LearningRate = source == "grid" ? 1e-3f : 5e-4f },
        };
    }

    /// <summary>Loads the data and builds both networks.</summary>
    /// <param name="settings">What is trained, from <see cref="Usual"/>.</param>
    /// <param name="engine">Opens the device.</param>
    /// <param name="observer">Hears of the data.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    /// <exception cref="DataException">The images cannot be loaded.</exception>
    public static LectureTraining Open(RunSettings settings, ITrainingEngine engine, IRunObserver observer, CancellationToken cancellation)
    {
        Trial.CheckData(settings);
        OptionCheck.OneOf("--loss", settings.Training.Loss, Losses);
        settings.Validate();
        var device = engine.Open(settings.Device, settings.Tune, observer.Notice);
        TrainingData? data = null;
        try
        {
            data = TrainingData.LoadFor(settings, made: null, observer, shape => device.Check(settings.Training, shape), cancellation);
            return new(device, data, device.CreateSingleUpdates(settings.Training, data), settings);
        }
        catch
        {
            data?.Dispose();
            device.Dispose();
            throw;
        }
    }

    /// <summary>One update of one network; the other one is fixed.</summary>
    public void Update(Trained trained)
    {
        if (trained == Trained.Discriminator)
        {
            trainer.UpdateDiscriminator();
            discriminatorUpdates++;
        }
        else
        {
            trainer.UpdateGenerator();
            discriminatorUpdates = 0;
        }
    }

    /// <summary>Sets both networks to what they are before the first update.</summary>
    public void Restart()
    {
        trainer.Restart();
        discriminatorUpdates = 0;
    }

    /// <summary>Looks at both networks as they are; changes nothing of the training.</summary>
    public LectureLook Look()
    {
        int count = data.Points is null ? MeasuredImages : MeasuredPoints;
        float[] fakes = trainer.Draw(options.Seed, 0, count);
        float[] onReals = trainer.Judge(reals), onFakes = trainer.Judge(fakes);
        var look = new LectureLook(
            trainer.DiscriminatorUpdates, trainer.Step, -onReals.Average(logit => Softplus(-logit)) - onFakes.Average(logit => Softplus(logit)),
            data.Points is { } truth ? (2 * JensenShannon.Of(truth, fakes)) - Math.Log(4) : null, onReals.Average(Sigmoid), onFakes.Average(Sigmoid));
        return data.Points is null ? look with { Sheet = SheetOf(fakes) } : look with { Points = fakes, Decision = [.. trainer.Judge(grid).Select(logit => (byte)Math.Round(255 * Sigmoid(logit)))] };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        trainer.Dispose();
        data.Dispose();
        device.Dispose();
    }

    // Without overflow on either side.
    private static double Softplus(float logit) => Math.Max(logit, 0) + Math.Log(1 + Math.Exp(-Math.Abs((double)logit)));

    private static double Sigmoid(float logit) => 1 / (1 + Math.Exp(-(double)logit));

    // Centres of the cells.
    private static float Place(int cell) => Extent * (((2 * cell) + 1f) / Grid - 1);

    // Evenly from the whole set, as many sets are sorted.
    private static float[] RealsOf(ImageSet images)
    {
        int size = images.Height * images.Width * images.Channels;
        var values = new float[MeasuredImages * size];
        for (int i = 0; i < MeasuredImages; i++)
        {
            ImageBytes.ToValues(images.Image((int)((long)i * images.Count / MeasuredImages)), values.AsSpan(i * size, size));
        }

        return values;
    }

    private byte[] SheetOf(float[] fakes)
    {
        var shape = data.Describe();
        var layout = GridLayout.For(ShownImages, shape.Height, shape.Width);
        // Pixel by pixel, as a page enlarges it and asks for many a second.
        layout = GridLayout.Within(side: 1, layout.Columns, layout.Rows, shape.Height, shape.Width);
        return ImageGrid.Encode(layout, ImageBytes.Of(fakes.AsSpan(0, ShownImages * shape.BytesPerImage)), ShownImages, shape.Height, shape.Width, shape.Channels);
    }
}
