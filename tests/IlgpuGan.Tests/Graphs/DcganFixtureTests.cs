using IlgpuGan.Graphs;
using IlgpuGan.Tests.Fixtures;

namespace IlgpuGan.Tests.Graphs;

/// <summary>
/// Ten steps of DCGAN through graph, differentiation and Adam, evaluated on the host, against the same ten steps in PyTorch
/// (tests/fixtures-scripts/dcgan_step.py).
/// </summary>
public sealed class DcganFixtureTests
{
    // Both sides compute in double; the file and the graph's constants (1/m, epsilon, rates) are floats, 6e-8 each.
    private const double Bound = 1e-6;

    private static readonly Fixture Fixture = new("dcgan16.safetensors");

    [Theory]
    [InlineData("nonsaturating")]
    [InlineData("minimax")]
    public void Ten_steps_equal_those_of_PyTorch(string goal)
    {
        var step = new DcganStep(new(Side: 16, Channels: 3, Width: 4, Latent: 8, Batch: 4), minimax: goal == "minimax");
        var host = new HostReference();
        foreach (var parameter in Parameters(step))
            host.Upload(parameter, Fixture[$"initial.{Name(parameter)}"]);
        foreach (var (_, variance) in step.Running.Values)
            host[variance] = [.. Enumerable.Repeat(1.0, variance.Size)];

        for (int i = 0; i < 10; i++)
        {
            host.Upload(step.Reals, Fixture.Entry("reals", i));
            host.Upload(step.Latents, Fixture.Entry("latents", i));
            var values = host.Run(step.Graph);
            Close(Fixture.Entry($"{goal}.losses", i), [values[step.LossD][0], values[step.LossG][0]], $"losses of step {i}");
            Close(Fixture.Entry($"{goal}.probabilities", i), [.. step.Probabilities.Select(p => values[p][0])], $"probabilities of step {i}");
            if (i == 0)
                foreach (var (parameter, gradient) in Parameters(step).Zip((Tensor[])[.. step.GradientsG, .. step.GradientsD]))
                    Close(Fixture[$"{goal}.gradient.{Name(parameter)}"], values[gradient], $"gradient of {Name(parameter)}");
            if (i is 0 or 9)
                foreach (var parameter in Parameters(step))
                    Close(Fixture[$"{goal}.after{i + 1}.{Name(parameter)}"], host.Window(parameter), $"{Name(parameter)} after step {i + 1}");
        }
        foreach (var (name, (mean, variance)) in step.Running)
        {
            Close(Fixture[$"{goal}.running.{name}.mean"], host[mean], $"running mean of {name}");
            Close(Fixture[$"{goal}.running.{name}.variance"], host[variance], $"running variance of {name}");
        }
    }

    private static IEnumerable<Parameter> Parameters(DcganStep step) => [.. step.Generator.Parameters, .. step.Discriminator.Parameters];

    private static string Name(Parameter parameter) => $"{parameter.Set.Name}.{parameter.Name}";

    private static void Close(float[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double bound = Bound * expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= bound, $"{what}, element {i}: PyTorch has {expected[i]:R}, we {actual[i]:R} (bound {bound:E1}).");
    }
}
