using IlgpuGan.Evaluation;

namespace IlgpuGan.Tests.Evaluation;

public sealed class ModeCountTests
{
    private static readonly int[] Classes = [2, 3];

    // All six combinations once.
    private static readonly int[] Even = [0, 0, 0, 1, 0, 2, 1, 0, 1, 1, 1, 2];

    [Fact]
    public void Combinations_are_counted_with_their_shares_largest_first()
    {
        // (1, 2) three times, (0, 0) twice, (0, 1) once.
        var count = ModeCount.Of([1, 2, 0, 0, 1, 2, 0, 1, 0, 0, 1, 2], Even, Classes);

        Assert.Equal((6, 6L, 3), (count.Samples, count.Possible, count.Found));
        Assert.Equal([3 / 6.0, 2 / 6.0, 1 / 6.0], count.Shares);
    }

    [Fact]
    public void Even_modes_do_not_diverge_from_uniform()
    {
        var count = ModeCount.Of(Even, Even, Classes);

        Assert.Equal(6, count.Found);
        Assert.Equal(0, count.KlToUniform, 12);
        Assert.Equal(0, count.KlToData, 12);
        Assert.Equal(0, count.OutsideData);
    }

    [Fact]
    public void A_single_mode_diverges_by_the_logarithm_of_the_number_of_modes()
    {
        var count = ModeCount.Of([1, 1, 1, 1], Even, Classes);

        Assert.Equal(1, count.Found);
        Assert.Equal(Math.Log(6), count.KlToUniform, 12);
    }

    [Fact]
    public void Divergences_are_those_of_the_definition()
    {
        // p = (3/4, 1/4) of modes (0, 0) and (0, 1), where the data has q = (1/2, 1/2).
        var count = ModeCount.Of([0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 1], Classes);

        Assert.Equal(0.75 * Math.Log(0.75 * 6) + 0.25 * Math.Log(0.25 * 6), count.KlToUniform, 12);
        Assert.Equal(0.75 * Math.Log(0.75 / 0.5) + 0.25 * Math.Log(0.25 / 0.5), count.KlToData, 12);
    }

    [Fact]
    public void A_combination_that_the_data_never_has_is_infinitely_far_from_it()
    {
        var count = ModeCount.Of([0, 0, 1, 1, 1, 1, 0, 0], [0, 0, 0, 1], Classes);

        Assert.Equal(double.PositiveInfinity, count.KlToData);
        Assert.Equal(0.5, count.OutsideData);
    }

    [Theory]
    [InlineData(1000, 26_000, 0.0193)] // the sum over the binomial by log-gamma; (K - 1) / 2N is 0.0192
    [InlineData(10, 10, 0.5332)] // the sum of 10 terms with exact binomial coefficients
    [InlineData(1, 5, 0)]
    public void Chance_makes_even_draws_diverge_by_its_mean(int modes, int samples, double expected)
    {
        var count = ModeCount.Of(new int[samples], [0], [modes]);

        Assert.Equal(expected, count.KlOfChance, 0.001);
    }

    [Fact]
    public void The_mean_of_chance_is_that_of_simulated_draws()
    {
        const int modes = 20, samples = 50, repetitions = 2000;
        var random = new Random(4);
        double mean = Enumerable.Range(0, repetitions)
            .Average(_ => ModeCount.Of([.. Enumerable.Range(0, samples).Select(_ => random.Next(modes))], [0], [modes]).KlToUniform);

        // One deviation of a draw is about 0.06, so that of the mean 0.0014; four of them.
        Assert.Equal(mean, ModeCount.Of(new int[samples], [0], [modes]).KlOfChance, 0.006);
    }

    [Fact]
    public void Shares_of_a_column_leave_the_others_aside() =>
        Assert.Equal([0.25, 0, 0.75], ModeCount.SharesOf([0, 2, 1, 2, 0, 0, 1, 2], 1, Classes), (a, b) => Math.Abs(a - b) < 1e-12);

    [Fact]
    public void Wrong_labels_are_counted_by_column_and_by_image()
    {
        //                                    right  second wrong  both wrong  right
        var wrong = WrongLabels.Of([0, 0, 1, 1, 1, 2, 0, 1], [0, 0, 1, 0, 0, 1, 0, 1], 2);

        Assert.Equal(0.5, wrong.Any);
        Assert.Equal([0.25, 0.5], wrong.Columns);
        Assert.Throws<ArgumentException>(() => WrongLabels.Of([0, 0], [0], 2));
    }
}
