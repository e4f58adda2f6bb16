using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Networks.Translation;

/// <summary>
/// The networks from image to image on a device against the same in PyTorch in double precision. Weights and images are the formulas of tests/fixtures-scripts/translation.py,
/// which prints what stands here: how many numbers there are, their mean, the mean of their squares, and eight of them from the first to the last.
/// </summary>
[Collection(nameof(TestDevice))]
public sealed class TranslationFixtureTests(TestDevice device)
{
    // A dozen sums of up to 400 floats, each rounded by 2^-24 of its size; a normalisation divides by deviations of about one.
    private const double Bound = 1e-5;

    private static readonly Dictionary<string, Printed> printed = new()
    {
        ["unet resize instance"] = new(2048, -0.0700412, 0.5183017, [0.6248576, 0.9637449, 0.8820918, -0.6320081, 0.7054046, 0.3965734, 0.3446726, -0.9897174]),
        ["resnet resize instance"] = new(768, -0.1447483, 0.6531432, [-0.8349640, -0.8835749, -0.9411479, 0.6073265, 0.0826053, -0.9810265, -0.9999993, -0.9999580]),
        ["unet resize batch"] = new(2048, 0.1889411, 0.4215761, [-0.7982193, -0.9297677, -0.3359091, 0.8892245, -0.0402288, -0.6828010, 0.8566001, 0.0693050]),
        ["resnet resize batch"] = new(768, 0.3477610, 0.7161154, [0.9946271, -0.9793704, -0.9894350, 0.9996683, 0.4308997, 0.8455231, -0.9993374, -0.9947626]),
        ["stargan resize"] = new(1152, -0.2155325, 0.6406933, [-0.5160648, -0.9980372, 0.9999890, 0.3616810, 0.8429819, -0.7455914, 0.9029302, -0.9213215]),
        ["unet transposed instance"] = new(2048, -0.1724821, 0.3360752, [-0.5245722, 0.8968285, -0.0177559, 0.8295881, 0.1904445, -0.8255942, 0.3334549, -0.1962084]),
        ["resnet transposed instance"] = new(768, -0.2062520, 0.7004681, [0.9977299, -0.9973088, 0.3175694, 0.8520463, -0.8648684, 0.9736192, -0.9955723, -0.9870246]),
        ["unet transposed batch"] = new(2048, 0.2938833, 0.3083081, [0.4639989, 0.0132473, -0.2919635, -0.5250228, -0.2726731, 0.8559686, 0.1567762, 0.4338650]),
        ["resnet transposed batch"] = new(768, 0.2242035, 0.6921100, [0.9829901, -0.8331799, -0.5433782, 0.9999756, 0.1148568, -0.0602597, 0.9834017, -0.9420977]),
        ["stargan transposed"] = new(1152, -0.1972489, 0.6510650, [0.0293624, -0.9999876, 0.7945851, 0.3402274, -0.6779348, 0.7286340, -0.9998157, -0.6285872]),
        ["patch 0"] = new(1536, -0.5462686, 0.3980546, [-0.3126025, -0.9055162, -0.7270654, -0.5604310, -0.2679775, -0.6016955, -0.2500729, -0.2539688]),
        ["patch 1"] = new(280, -0.5827179, 2.5115261, [-0.7577627, -0.3667258, -0.3024603, -2.7653770, -0.7587066, -3.6307321, -1.6785257, -1.3759050]),
        ["patch 3"] = new(4, 2.4219735, 7.6071764, [3.9669710, 3.9669710, 3.9669710, 0.4862869, 0.4862869, 2.0030447, 2.0030447, 3.2315914]),
        ["stargan discriminator"] = new(18, 1.1819264, 4.2194696, [1.8600929, -0.0424820, -0.4541549, 1.9613642, -0.6767193, 1.9227187, -0.4588148, 1.7809281]),
    };

    public static TheoryData<string> Names => [.. printed.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_draws_or_judges_as_in_PyTorch(string name)
    {
        string[] words = name.Split(' ');
        var upsampling = words.Contains("resize") ? Upsampling.Resize : Upsampling.Transposed;
        var norm = words.Contains("batch") ? Normalization.Batch : Normalization.Instance;
        TranslationDesign Design(int height, int width, int channels) => new(Shape.Of(height, width, 3), channels, 4) { Upsampling = upsampling, Norm = norm };
        var network = (words[0], words[1]) switch
        {
            ("unet", _) => UNet.Generator(Design(16, 32, 2)),
            ("resnet", _) => ResidualTranslator.Generator(Design(16, 12, 2) with { Depth = 2 }),
            ("patch", var layers) => PatchGan.Discriminator(new(Shape.Of(32, 24, 5), 4) { Layers = int.Parse(layers) }),
            ("stargan", "discriminator") => StarGan.Discriminator(Shape.Of(16, 24, 3), 4, 3),
            _ => StarGan.Generator(Design(16, 12, 3) with { Labels = 3, Depth = 1 }),
        };
        using var variables = new VariableStore(device.Open(), Precision.Fp32);
        variables.Upload(network.Parameters.Values, Weights(network.Parameters));
        var graph = new Graph();
        var labels = graph.Literal(Shape.Of(2, 3), 1, 0, 0, 0, 1, 0);
        var images = graph.Literal(Shape.Of([2, .. network.Input.ToArray()]), Images(2 * network.Input.Size));
        var output = network.Apply(images, network.Take(graph), labels);
        using var plan = Plan.Compile(variables, graph, output);

        plan.Run();

        float[] numbers = plan.Fetch(output);
        var expected = printed[name];
        double bound = Bound * Math.Max(1, expected.Values.Max(Math.Abs));
        Assert.Equal(expected.Count, numbers.Length);
        Assert.All(expected.Values.Index(), value => Assert.Equal(value.Item, numbers[value.Index * (numbers.Length - 1) / 7], bound));
        Assert.Equal(expected.Mean, numbers.Average(value => (double)value), bound);
        Assert.Equal(expected.MeanOfSquares, numbers.Average(value => (double)value * value), 2 * bound * Math.Max(1, expected.Values.Max(Math.Abs)));
    }

    private static float[] Weights(ParameterSet set)
    {
        float[] all = new float[set.Values.Size];
        foreach (var (number, parameter) in set.Parameters.Index())
        {
            for (int i = 0; i < parameter.Shape.Size; i++)
            {
                float value = (float)(0.3 * Math.Sin(0.1 * i + 0.013 * i * i + number));
                all[parameter.Offset + i] = parameter.Name.EndsWith("gamma", StringComparison.Ordinal) ? 1 + value : value;
            }
        }
        return all;
    }

    private static float[] Images(int size) => [.. Enumerable.Range(0, size).Select(i => (float)Math.Sin(0.05 * i + 0.0007 * i * i))];

    private sealed record Printed(int Count, double Mean, double MeanOfSquares, double[] Values);
}
