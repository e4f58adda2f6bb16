using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>
/// Every case of the table, compiled to a plan and run on a device, against the host reference: the CPU, or the device that
/// ILGPUGAN_TEST_DEVICE names.
/// </summary>
[Collection(nameof(TestDevice))]
public sealed class DeviceOperationTests(TestDevice device)
{
    private const int Seed = 1406_2661;

    public static TheoryData<string> Cases => OperationCases.Names;

    public static TheoryData<string> Differentiable => OperationCases.Differentiable;

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_operation_gives_what_the_host_reference_gives(string name)
    {
        var entry = OperationCases.Named(name);
        var inputs = new CaseInputs(Seed);
        Compare(inputs, entry.Build(inputs), entry.Tolerance);
    }

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void An_operation_and_its_gradients_in_one_plan_give_what_the_host_reference_gives(string name)
    {
        var entry = OperationCases.Named(name);
        var inputs = new CaseInputs(Seed);
        var outputs = entry.Build(inputs);
        Tensor[] targets = [.. inputs.Targets];
        var gradients = Differentiation.Gradients(inputs.Project(outputs), targets);
        Compare(inputs, [.. outputs, .. gradients], entry.Tolerance.Times(8, "a gradient passes through the operation twice."));
    }

    /// <summary>Runs the plan twice: state must carry over, and the arena must not need to be clean.</summary>
    private void Compare(CaseInputs inputs, Tensor[] outputs, Tolerance tolerance)
    {
        using var variables = new VariableStore(device.Open(), Precision.Fp32);
        foreach (var (variable, values) in inputs.Contents)
        {
            variables.Upload(variable, values);
        }
        using var plan = Plan.Compile(variables, inputs.Graph, outputs);
        var drawn = new Dictionary<Tensor, double[]>();
        var host = new HostReference { Source = tensor => drawn[tensor] };
        foreach (var (variable, values) in inputs.Contents)
        {
            host.Upload(variable, values);
        }
        for (int run = 1; run <= 2; run++)
        {
            plan.Run();
            // Random numbers are for tests of their own; here they are inputs like others.
            foreach (var output in outputs.Where(output => output.Operation is RandomNormal or RandomUniform))
            {
                drawn[output] = [.. plan.Fetch(output).Select(value => (double)value)];
            }
            var expected = host.Run(inputs.Graph);
            foreach (var output in outputs)
            {
                Close(output, expected[output], plan.Fetch(output), tolerance, run);
            }
        }
    }

    private static void Close(Tensor output, double[] expected, float[] actual, Tolerance tolerance, int run)
    {
        Assert.Equal(expected.Length, actual.Length);
        double bound = tolerance.Relative * Math.Max(tolerance.Floor, expected.Max(Math.Abs));
        int worst = Enumerable.Range(0, expected.Length).MaxBy(i => double.IsNaN(actual[i]) ? double.MaxValue : Math.Abs(expected[i] - actual[i]));
        int wrong = expected.Zip(actual).Count(pair => !(Math.Abs(pair.First - pair.Second) <= bound));
        Assert.True(wrong == 0, $"{output}, run {run}: {wrong} of {expected.Length} elements are wrong, the worst [{worst}]: " +
            $"expected {expected[worst]:R}, got {actual[worst]:R} (bound {bound:E1}: {tolerance.Reason} Seed {Seed}.)");
    }
}

/// <summary>The device under test, opened once; every accelerator takes the whole machine, so its tests take turns.</summary>
[CollectionDefinition(nameof(TestDevice), DisableParallelization = true)]
public sealed class TestDevice : ICollectionFixture<TestDevice>, IDisposable
{
    private readonly string selector = Environment.GetEnvironmentVariable("ILGPUGAN_TEST_DEVICE") is { Length: > 0 } named ? named : "cpu";
    private ComputeDevice? device;

    /// <summary>Opens the device at the first call; skips the test where there is none of that kind.</summary>
    public ComputeDevice Open()
    {
        try
        {
            return device ??= ComputeDevice.Open(selector);
        }
        catch (DeviceException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => device?.Dispose();
}
