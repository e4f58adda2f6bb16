using IlgpuGan.Graphs;
using IlgpuGan.Objectives;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Objectives;

/// <summary>The loss that a D has which cannot tell fakes from reals; the watchdog measures three of its findings by it.</summary>
public sealed class EquilibriumTests
{
    public static TheoryData<string> Losses => [.. Objective.Names];

    /// <summary>A D that says the same of all images, whatever that is, can do no better.</summary>
    [Theory]
    [MemberData(nameof(Losses))]
    public void It_is_the_least_loss_of_a_D_that_says_the_same_of_all(string name)
    {
        var objective = Objective.Named(name);
        double Blind(double v) => Loss(objective, [v, v, v, v], [v, v, v, v]);
        double best = Enumerable.Range(-4000, 8001).Select(i => i * 1e-3).MinBy(Blind);
        // Near its least a smooth loss differs by the square of the grid's step; the logit is a float.
        Assert.Equal(objective.Equilibrium, Blind(best), 1e-5);
    }

    /// <summary>Where fakes are as reals, so are D's answers: no way of telling them apart gains anything (all these losses are convex in the pair of answers).</summary>
    [Theory]
    [MemberData(nameof(Losses))]
    public void No_D_is_better_where_fakes_are_as_reals(string name)
    {
        var objective = Objective.Named(name);
        const int Seed = 7;
        var random = new Random(Seed);
        for (int trial = 0; trial < 50; trial++)
        {
            double[] answers = [.. Enumerable.Range(0, 6).Select(_ => random.NextDouble() * 6 - 3)];
            double[] shuffled = [.. answers];
            random.Shuffle(shuffled);
            Assert.True(Loss(objective, answers, shuffled) >= objective.Equilibrium - 1e-5, $"seed {Seed}, trial {trial}");
        }
    }

    private static double Loss(Objective objective, double[] real, double[] fake)
    {
        var graph = new Graph();
        Tensor Of(double[] values) => graph.Literal(Shape.Of(values.Length, 1), [.. values.Select(value => (float)value)]);
        var loss = objective.Discriminator(Of(real), Of(fake));
        return new HostReference().Run(graph)[loss][0];
    }
}
