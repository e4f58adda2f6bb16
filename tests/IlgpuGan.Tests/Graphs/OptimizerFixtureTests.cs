using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Tests.Fixtures;

namespace IlgpuGan.Tests.Graphs;

/// <summary>
/// Six steps of every optimiser whose rates change from step to step, evaluated on the host in double and on a device in float, against
/// PyTorch's (tests/fixtures-scripts/optimisers.py).
/// </summary>
[Collection(nameof(TestDevice))]
public sealed class OptimizerFixtureTests(TestDevice device)
{
    private const int Steps = 6, Size = 37;

    // Both sides compute in double; what the file holds is rounded to floats, 6e-8 each.
    private const double HostBound = 2e-7;

    // A handful of roundings a step, of weights up to 3 and of steps up to 1; 1 - beta2 of 0.017 has lost six bits as a float.
    private const double DeviceBound = 1e-5;

    private static readonly Fixture Fixture = new("optimisers.safetensors");

    public static TheoryData<UpdateRule, bool> Rules => [.. Enum.GetValues<UpdateRule>().SelectMany(rule => new[] { (rule, false), (rule, true) })];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Steps_on_the_host_equal_those_of_PyTorch(UpdateRule rule, bool decays)
    {
        var step = new Step(rule, decays);
        var host = new HostReference();
        Compare(step, HostBound, (variable, values) => host.Upload(variable, values), () => host.Run(step.Graph), variable => host[variable]);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Steps_on_the_device_equal_those_of_PyTorch(UpdateRule rule, bool decays)
    {
        var step = new Step(rule, decays);
        using var variables = new VariableStore(device.Open(), Precision.Fp32);
        using var plan = Plan.Compile(variables, step.Graph);
        Compare(step, DeviceBound, (variable, values) => variables.Upload(variable, values), plan.Run,
            variable => [.. variables.Download(variable).Select(value => (double)value)]);
    }

    private static void Compare(Step step, double bound, Action<Variable, float[]> upload, Action run, Func<Variable, double[]> download)
    {
        float[] initial = new float[step.Set.Values.Size];
        Fixture["initial"].CopyTo(initial, 0);
        upload(step.Set.Values, initial);
        for (int i = 0; i < Steps; i++)
        {
            upload(step.Gradients, Fixture.Entry("gradients", i));
            upload(step.Rates, Fixture.Entry("rates", i));
            run();
            var (expected, actual) = (Fixture.Entry($"{step.Name}.values", i), download(step.Set.Values));
            for (int k = 0; k < Size; k++)
            {
                Assert.True(Math.Abs(expected[k] - actual[k]) <= bound * Math.Max(1, Math.Abs(expected[k])),
                    $"{step.Name}, step {i}, element {k}: PyTorch has {expected[k]:R}, we {actual[k]:R} (bound {bound:E1}).");
            }
        }
    }

    /// <summary>One update by gradients and rates that the host gives.</summary>
    private sealed class Step
    {
        public Step(UpdateRule rule, bool decays)
        {
            Name = rule.ToString().ToLowerInvariant() + (decays ? ".decayed" : "");
            Set.Add("weight", Shape.Of(Size), 0, 1);
            var counter = new Counter("updates");
            var constants = Fixture["constants"];
            Graph.Update(Set, [Graph.Read(Gradients, 0, Shape.Of(Size))], new(rule)
            {
                LearningRate = Graph.Read(Rates, 0, Shape.Scalar),
                Beta1 = Graph.Read(Rates, 1, Shape.Scalar),
                Beta2 = Graph.Read(Rates, 2, Shape.Scalar),
                Epsilon = constants[0],
                WeightDecay = decays ? constants[1] : 0,
            }, counter);
            Graph.Advance(counter);
        }

        public string Name { get; }

        public Graph Graph { get; } = new();

        public ParameterSet Set { get; } = new("net");

        public Variable Gradients { get; } = new("gradients", Size);

        public Variable Rates { get; } = new("rates", 3);
    }
}
