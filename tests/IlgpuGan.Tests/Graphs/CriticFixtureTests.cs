using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;
using IlgpuGan.Tests.Fixtures;

namespace IlgpuGan.Tests.Graphs;

/// <summary>
/// Gradient penalties and spectral normalisation, each with its gradients, evaluated on the host in double and on a device in float, against the
/// same in PyTorch (tests/fixtures-scripts/critic.py).
/// </summary>
[Collection(nameof(TestDevice))]
public sealed class CriticFixtureTests(TestDevice device)
{
    // Both sides compute in double; the file and the graph's constants are floats, 6e-8 each.
    private const double HostBound = 2e-6;

    // Values pass some ten sums of up to 64 floats each, gradients of penalties three times as many.
    private const double DeviceBound = 1e-4;

    private static readonly string[] Terms = ["loss", "r1", "r2", "wgan-gp"];

    private static readonly Fixture Fixture = new("critic8.safetensors");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Penalties_and_their_gradients_on_the_host_equal_those_of_PyTorch(bool isSpectral)
    {
        var critic = new Critic(isSpectral);
        var host = new HostReference();
        foreach (var (variable, values) in critic.Contents)
        {
            host.Upload(variable, values);
        }
        var results = host.Run(critic.Graph);
        Compare(critic, tensor => results[tensor], variable => host[variable], HostBound);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Penalties_and_their_gradients_on_the_device_equal_those_of_PyTorch(bool isSpectral)
    {
        var critic = new Critic(isSpectral);
        using var variables = new VariableStore(device.Open(), Precision.Fp32);
        foreach (var (variable, values) in critic.Contents)
        {
            variables.Upload(variable, values);
        }
        using var plan = Plan.Compile(variables, critic.Graph, [critic.Logits, .. critic.Values, .. critic.Gradients.SelectMany(list => list)]);
        plan.Run();
        Compare(critic, tensor => Doubles(plan.Fetch(tensor)), variable => Doubles(variables.Download(variable)), DeviceBound);
    }

    private static void Compare(Critic critic, Func<Tensor, double[]> value, Func<Variable, double[]> download, double bound)
    {
        string norm = critic.IsSpectral ? "spectral" : "plain";
        Close(Fixture[$"{norm}.logits"], value(critic.Logits), bound, "logits");
        for (int term = 0; term < Terms.Length; term++)
        {
            Close(Fixture[$"{norm}.{Terms[term]}"], value(critic.Values[term]), bound, Terms[term]);
            foreach (var (parameter, gradient) in critic.Network.Parameters.Parameters.Zip(critic.Gradients[term]))
            {
                Close(Fixture[$"{norm}.{Terms[term]}.gradient.{parameter.Name}"], value(gradient), bound, $"gradient of {Terms[term]} with respect to {parameter.Name}");
            }
        }
        if (critic.IsSpectral)
        {
            foreach (var (name, place, length) in Critic.Vectors)
            {
                Close(Fixture[$"spectral.u.{name}"], download(critic.Network.State[0].Variable)[place..(place + length)], bound, $"u of {name}");
            }
        }
    }

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

    private static void Close(float[] expected, double[] actual, double bound, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double most = bound * Math.Max(1e-3, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= most, $"{what}, element {i}: PyTorch has {expected[i]:R}, we {actual[i]:R} (bound {most:E1}).");
        }
    }

    /// <summary>The critic of the script as a graph.</summary>
    private sealed class Critic
    {
        /// <summary>Where the vector u of each layer lies, which begin on multiples of 16 floats.</summary>
        public static readonly (string Name, int Place, int Length)[] Vectors = [("layer0", 0, 4), ("layer1", 16, 8), ("layer2", 32, 1)];

        public Critic(bool isSpectral)
        {
            IsSpectral = isSpectral;
            Network = new Network("critic", Shape.Of(8, 8, 3)).SpectralNorm(isSpectral)
                .Convolution(4, 4, 2, 1).Bias().LeakyRelu(0.2f)
                .Convolution(8, 4, 2, 1).Bias().LeakyRelu(0.2f)
                .Convolution(1, 2, 1, 0).Bias();
            var (real, fake, share) = (Input("real"), Input("fake"), Input("share"));
            var values = new float[Network.Parameters.Values.Size];
            foreach (var parameter in Network.Parameters.Parameters)
            {
                Fixture[$"initial.{parameter.Name}"].CopyTo(values, parameter.Offset);
            }
            Contents[Network.Parameters.Values] = values;
            if (isSpectral)
            {
                var start = new float[Network.State[0].Variable.Size];
                foreach (var (name, place, _) in Vectors)
                {
                    Fixture[$"initial.u.{name}"].CopyTo(start, place);
                }
                Contents[Network.State[0].Variable] = start;
            }
            var weights = Network.Take(Graph);
            Tensor Judge(Tensor images) => Network.Apply(images, weights).Reshape(3, 1);
            Tensor Penalty(string name) => GradientPenalty.Named(name)!.Of(Judge, real, fake, _ => share);
            Logits = Judge(real);
            Values = [Objective.Named("non-saturating").Discriminator(Logits, Judge(fake)), Penalty("r1"), Penalty("r2"), Penalty("wgan-gp")];
            Gradients = [.. Values.Select(value => Differentiation.Gradients(value, Network.Parameters))];
        }

        public bool IsSpectral { get; }

        public Graph Graph { get; } = new();

        public Network Network { get; }

        public Dictionary<Variable, float[]> Contents { get; } = [];

        public Tensor Logits { get; }

        public Tensor[] Values { get; }

        public Tensor[][] Gradients { get; }

        private Tensor Input(string name)
        {
            var variable = new Variable(name, Fixture[name].Length);
            Contents[variable] = Fixture[name];
            return Graph.Read(variable, 0, Shape.Of(Fixture.Lengths(name)));
        }
    }
}
