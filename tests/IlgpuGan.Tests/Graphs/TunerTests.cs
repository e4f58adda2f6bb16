using System.Text.Json;
using System.Text.Json.Nodes;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>The choice among kernels is measured once, remembered, never changes a result, and no file of timings can stop a run.</summary>
[Collection(nameof(TestDevice))]
public sealed class TunerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> notices = [];

    [Fact]
    public void A_choice_is_measured_once_and_kept_in_a_file()
    {
        Run(TuningMode.Quick);
        var (shape, kernel) = Assert.Single(Choices());
        Assert.Contains("MatrixProduct", shape, StringComparison.Ordinal);

        // Another device finds what is written, even if it is not what it would measure.
        string other = Kernels().Single(name => name != kernel);
        Edit(content => content["Choices"]![shape] = other);
        using var device = Tuned(TuningMode.Quick);

        Assert.Equal(other, device.Tuning.Find(shape));
        Assert.Empty(notices);
    }

    [Fact]
    public void No_choice_changes_a_bit()
    {
        float[] untuned = Run(TuningMode.Off);
        Run(TuningMode.Quick);
        var (shape, _) = Assert.Single(Choices());

        foreach (string kernel in Kernels())
        {
            Edit(content => content["Choices"]![shape] = kernel);
            Assert.Equal(untuned, Run(TuningMode.Quick));
        }
    }

    [Fact]
    public void Off_writes_nothing()
    {
        Run(TuningMode.Off);

        Assert.False(Directory.Exists(folder.Path) && Directory.EnumerateFiles(folder.Path).Any());
    }

    [Fact]
    public void Full_measures_what_is_known_once_more()
    {
        Run(TuningMode.Quick);
        var (shape, _) = Assert.Single(Choices());
        Edit(content => content["Choices"]![shape] = "of old");

        Run(TuningMode.Full);

        Assert.Contains(Choices()[shape], Kernels());
    }

    [Fact]
    public void Timings_of_other_kernels_are_replaced()
    {
        Run(TuningMode.Quick);
        var (shape, _) = Assert.Single(Choices());
        Edit(content => (content["Kernels"], content["Choices"]![shape], content["Choices"]!["x"]) = ("older", "of old", "of old"));

        Run(TuningMode.Quick);

        Assert.Contains(Assert.Single(Choices()).Value, Kernels());
        Assert.Empty(notices);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("{\"Kernels\":null,\"Choices\":{}}")]
    [InlineData("{\"Kernels\":\"x\",\"Choices\":{\"y\":null}}")]
    public void A_damaged_file_costs_one_notice_and_is_made_anew(string text)
    {
        Run(TuningMode.Quick);
        File.WriteAllText(TheFile(), text);

        Run(TuningMode.Quick);

        Assert.Contains(TheFile(), Assert.Single(notices), StringComparison.Ordinal);
        Assert.Single(Choices());
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_one_notice()
    {
        File.WriteAllText(folder["taken"], "");

        Run(TuningMode.Quick, folder["taken"]);

        Assert.Contains("Tune off", Assert.Single(notices), StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private ComputeDevice Tuned(TuningMode mode, string? place = null)
    {
        var device = ComputeDevice.Open("cpu");
        device.Tune(mode, notices.Add, place ?? folder.Path);
        return device;
    }

    private float[] Run(TuningMode mode, string? place = null)
    {
        using var device = Tuned(mode, place);
        using var variables = new VariableStore(device);
        var (graph, product) = Product(variables);
        using var plan = Plan.Compile(variables, graph, product);
        plan.Run();
        return plan.Fetch(product);
    }

    private static (Graph Graph, Tensor Product) Product(VariableStore variables)
    {
        var graph = new Graph();
        var a = graph.Read(Speedometer.Random(variables, "a", 40 * 30), 0, Shape.Of(40, 30));
        var b = graph.Read(Speedometer.Random(variables, "b", 30 * 50), 0, Shape.Of(30, 50));
        return (graph, graph.MatrixProduct(a, b));
    }

    private static IReadOnlyList<string> Kernels()
    {
        using var device = ComputeDevice.Open("cpu");
        using var variables = new VariableStore(device);
        var (graph, product) = Product(variables);
        IReadOnlyList<string> names = [];
        var kernels = new ProductKernels(device.Traits, Precision.Fp32)
        {
            Choose = (_, _, candidates) =>
            {
                names = [.. candidates.Select(candidate => candidate.Name)];
                return candidates[0];
            },
        };
        using var plan = Plan.Compile(variables, graph, kernels, product);
        Assert.SkipWhen(names.Count < 2, "This processor has one kernel to choose from.");
        return names;
    }

    private string TheFile() => Assert.Single(Directory.GetFiles(folder.Path));

    private Dictionary<string, string> Choices() =>
        JsonNode.Parse(File.ReadAllText(TheFile()))!["Choices"].Deserialize<Dictionary<string, string>>()!;

    private void Edit(Action<JsonNode> change)
    {
        var content = JsonNode.Parse(File.ReadAllText(TheFile()))!;
        change(content);
        File.WriteAllText(TheFile(), content.ToJsonString());
    }
}
