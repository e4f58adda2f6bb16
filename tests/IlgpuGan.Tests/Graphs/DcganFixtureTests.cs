using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Tests.Fixtures;

namespace IlgpuGan.Tests.Graphs;

/// <summary>
/// Ten steps of DCGAN through graph, differentiation and Adam, evaluated on the host in double and on a device in float, against the
/// same ten steps in PyTorch (tests/fixtures-scripts/dcgan_step.py).
/// </summary>
[Collection(nameof(TestDevice))]
public sealed class DcganFixtureTests(TestDevice device)
{
    // Both sides compute in double; the file and the graph's constants (1/m, epsilon, rates) are floats, 6e-8 each.
    private static readonly Bounds HostBounds = new(1e-6, 1e-6, 1e-6);

    // Values and gradients pass some twenty sums of up to 128 floats. Adam divides a gradient by its own size: an element a thousandth
    // of the largest still moves by a whole 2e-4 a step, so weights agree to a share of that, not of themselves.
    private static readonly Bounds DeviceBounds = new(2e-5, 1e-4, 2e-4);

    private static readonly Fixture Fixture = new("dcgan16.safetensors");

    [Theory]
    [InlineData("nonsaturating")]
    [InlineData("minimax")]
    public void Ten_steps_on_the_host_equal_those_of_PyTorch(string goal)
    {
        var step = Step(goal);
        var host = new HostReference();
        Compare(step, goal, HostBounds, (variable, values) => host.Upload(variable, values), () =>
        {
            var values = host.Run(step.Graph);
            return tensor => values[tensor];
        }, variable => host[variable]);
    }

    [Theory]
    [InlineData("nonsaturating")]
    [InlineData("minimax")]
    public void Ten_steps_on_the_device_equal_those_of_PyTorch(string goal)
    {
        var step = Step(goal);
        using var variables = new VariableStore(device.Open(), Precision.Fp32);
        using var plan = Plan.Compile(variables, step.Graph, [step.LossD, step.LossG, .. step.Probabilities, .. step.GradientsG, .. step.GradientsD]);
        Compare(step, goal, DeviceBounds, (variable, values) => variables.Upload(variable, values), () =>
        {
            plan.Run();
            return tensor => Doubles(plan.Fetch(tensor));
        }, variable => Doubles(variables.Download(variable)));
    }

    private static DcganStep Step(string goal) =>
        new(new(Side: 16, Channels: 3, Width: 4, Latent: 8, Batch: 4), minimax: goal == "minimax");

    private static void Compare(
        DcganStep step, string goal, Bounds bounds, Action<Variable, float[]> upload, Func<Func<Tensor, double[]>> run, Func<Variable, double[]> download)
    {
        foreach (var set in (ParameterSet[])[step.Generator, step.Discriminator])
        {
            float[] values = new float[set.Values.Size];
            foreach (var parameter in set.Parameters)
            {
                Fixture[$"initial.{Name(parameter)}"].CopyTo(values, parameter.Offset);
            }
            upload(set.Values, values);
        }
        foreach (var (mean, variance) in step.Running.Values)
        {
            upload(mean, new float[mean.Size]);
            upload(variance, [.. Enumerable.Repeat(1f, variance.Size)]);
        }

        for (int i = 0; i < 10; i++)
        {
            upload(step.Reals, Fixture.Entry("reals", i));
            upload(step.Latents, Fixture.Entry("latents", i));
            var value = run();
            Close(Fixture.Entry($"{goal}.losses", i), [value(step.LossD)[0], value(step.LossG)[0]], bounds.Values, $"losses of step {i}");
            Close(Fixture.Entry($"{goal}.probabilities", i), [.. step.Probabilities.Select(p => value(p)[0])], bounds.Values, $"probabilities of step {i}");
            if (i == 0)
            {
                foreach (var (parameter, gradient) in Parameters(step).Zip((Tensor[])[.. step.GradientsG, .. step.GradientsD]))
                {
                    Close(Fixture[$"{goal}.gradient.{Name(parameter)}"], value(gradient), bounds.Gradients, $"gradient of {Name(parameter)}");
                }
            }
            if (i is 0 or 9)
            {
                foreach (var parameter in Parameters(step))
                {
                    Close(Fixture[$"{goal}.after{i + 1}.{Name(parameter)}"],
                        download(parameter.Set.Values)[parameter.Offset..(parameter.Offset + parameter.Shape.Size)], bounds.Weights, $"{Name(parameter)} after step {i + 1}");
                }
            }
        }
        foreach (var (name, (mean, variance)) in step.Running)
        {
            Close(Fixture[$"{goal}.running.{name}.mean"], download(mean), bounds.Weights, $"running mean of {name}");
            Close(Fixture[$"{goal}.running.{name}.variance"], download(variance), bounds.Weights, $"running variance of {name}");
        }
    }

    private static IEnumerable<Parameter> Parameters(DcganStep step) => [.. step.Generator.Parameters, .. step.Discriminator.Parameters];

    private static string Name(Parameter parameter) => $"{parameter.Set.Name}.{parameter.Name}";

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

    private static void Close(float[] expected, double[] actual, double bound, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double most = bound * expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= most, $"{what}, element {i}: PyTorch has {expected[i]:R}, we {actual[i]:R} (bound {most:E1}).");
        }
    }

    /// <summary>Errors allowed, relative to the largest element of the tensor: losses and probabilities, gradients, weights and statistics.</summary>
    private sealed record Bounds(double Values, double Gradients, double Weights);
}
