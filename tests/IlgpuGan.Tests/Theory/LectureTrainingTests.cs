using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Tests.Training;
using IlgpuGan.Theory;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Theory;

/// <summary>A training whose updates a lecturer makes.</summary>
public sealed class LectureTrainingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ring")]
    [InlineData("grid")]
    public void The_divergence_of_the_data_from_itself_is_0_and_from_what_is_elsewhere_log_2(string name)
    {
        var truth = PointSet.Create(name, 4096, seed: 1);
        float[] same = PointSet.Create(name, 4096, seed: 2).Points, far = [.. same.Select(value => value + 5)];

        // What chance leaves of the 4096 in 160 or 500 cells once its mean is taken off: sqrt(2 x 500) / (8 x 4096) = 0.001.
        Assert.InRange(JensenShannon.Of(truth, same), 0, 0.004);
        // Where the fakes are, are 0.0003 of the reals, and log 2 loses 0.0015 by that.
        Assert.Equal(Math.Log(2), JensenShannon.Of(truth, far), 2e-3);
        Assert.Equal(Math.Log(2), JensenShannon.Of(truth, [.. far.Select(_ => float.NaN)]), 2e-3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void The_divergence_of_a_ring_that_has_lost_modes_is_that_of_the_closed_form(int kept)
    {
        var truth = PointSet.Ring(40_000, seed: 1);
        float[] points = [.. Enumerable.Range(0, truth.Count).Where(i => truth.ModeOf[i] < kept).SelectMany(i => truth.Points[(2 * i)..((2 * i) + 2)])];
        // 1/8 on each mode against 1 / kept on some.
        double p = 1.0 / 8, q = 1.0 / kept;
        double expected = 0.5 * ((kept * p * Math.Log(2 * p / (p + q))) + ((8 - kept) * p * Math.Log(2)) + (kept * q * Math.Log(2 * q / (p + q))));

        Assert.Equal(expected, JensenShannon.Of(truth, points), 0.005);
    }

    [Fact]
    public void With_G_fixed_V_rises_towards_its_bound_and_with_D_fixed_it_falls()
    {
        using var training = Open("ring");
        var first = training.Look();
        Assert.InRange(first.Value, -4, first.Bound!.Value);
        Assert.Equal(2 * 4096, first.Points.Length);
        Assert.Equal(LectureTraining.Grid * LectureTraining.Grid, first.Decision.Length);
        Assert.Empty(first.Sheet);

        Repeat(training, Trained.Discriminator, 150);
        var told = training.Look();
        Assert.Equal((150, 0), (told.DiscriminatorUpdates, told.GeneratorUpdates));
        Assert.Equal(first.Bound, told.Bound);
        Assert.Equal(first.Points, told.Points);
        Assert.True(told.Value > first.Value + 0.3, $"V is {told.Value} after {first.Value}");
        // Of 4096 of each a mean is known to a few hundredths.
        Assert.True(told.Value < told.Bound + 0.05, $"V is {told.Value} and its bound {told.Bound}");
        Assert.True(told.RealBelief > 0.5 && told.FakeBelief < 0.5);

        Repeat(training, Trained.Generator, 40);
        var fooled = training.Look();
        Assert.Equal((150, 40), (fooled.DiscriminatorUpdates, fooled.GeneratorUpdates));
        Assert.Equal(told.Decision, fooled.Decision);
        Assert.Equal(told.RealBelief, fooled.RealBelief);
        Assert.True(fooled.Value < told.Value - 0.1, $"V is {fooled.Value} after {told.Value}");

        training.Restart();
        var again = training.Look();
        Assert.Equal((first.Value, first.Bound, 0, 0), (again.Value, again.Bound, again.DiscriminatorUpdates, again.GeneratorUpdates));
        Assert.Equal(first.Decision, again.Decision);
    }

    [Fact]
    public void The_order_of_the_algorithm_is_kept_by_whoever_asks_for_it()
    {
        using var training = Open("ring", options => options with { DiscriminatorSteps = 2 });
        var order = new List<Trained>();
        for (int i = 0; i < 4; i++)
        {
            order.Add(training.Next);
            training.Update(training.Next);
        }

        Assert.Equal([Trained.Discriminator, Trained.Discriminator, Trained.Generator, Trained.Discriminator], order);
        training.Update(Trained.Generator);
        Assert.Equal(Trained.Discriminator, training.Next);
    }

    [Fact]
    public void Of_faces_there_is_a_sheet_of_the_same_latents_and_no_bound()
    {
        using var training = Open("faces", options => options with { Width = 4, Batch = 4 });
        var first = training.Look();
        training.Update(Trained.Discriminator);
        var second = training.Look();
        training.Update(Trained.Generator);
        var third = training.Look();

        Assert.Equal("PNG"u8.ToArray(), first.Sheet[1..4]);
        Assert.Null(first.Bound);
        Assert.Empty(first.Points);
        Assert.Equal(first.Sheet, second.Sheet);
        Assert.NotEqual(second.Sheet, third.Sheet);
        Assert.NotEqual(first.Value, second.Value);
    }

    [Fact]
    public void A_loss_that_has_no_V_is_refused()
    {
        var fault = Assert.Throws<OptionException>(() => Open("ring", options => options with { Loss = "hinge" }));

        Assert.Contains("minimax", fault.Message, StringComparison.Ordinal);
    }

    private static void Repeat(LectureTraining training, Trained trained, int times)
    {
        for (int i = 0; i < times; i++)
        {
            training.Update(trained);
        }
    }

    private static LectureTraining Open(string source, Func<TrainingOptions, TrainingOptions>? change = null)
    {
        var settings = LectureTraining.Usual(source);
        settings = settings with
        {
            Data = source == "faces" ? settings.Data with { FaceCount = 16, Size = new(16, 16), UseCache = false } : settings.Data,
            Training = (change ?? (options => options))(settings.Training),
            Device = "cpu",
        };
        return LectureTraining.Open(settings, new TrainingEngine(), new RecordingObserver(), Cancellation);
    }
}
