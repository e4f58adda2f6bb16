using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Tests.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace IlgpuGan.Tests.Export;

/// <summary>An independent runtime translates as the engine does, at sizes that the network was not built for.</summary>
[Collection(nameof(TestDevice))]
public sealed class OnnxTranslatorTests(TestDevice device)
{
    // Both compute in single precision, in different orders.
    private const double Bound = 1e-4;

    // Height and width: two of another size than the 32 x 32 that networks are built for, two that are not square.
    private static readonly (int Height, int Width)[] sizes = [(16, 16), (64, 64), (48, 80), (32, 16), (32, 32)];

    public static TheoryData<string, Upsampling, Normalization> Networks =>
        [.. from name in (string[])["unet", "resnet", "stargan"] from upsampling in Enum.GetValues<Upsampling>() from norm in Enum.GetValues<Normalization>() select (name, upsampling, norm)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_runtime_translates_every_size_as_the_engine(string name, Upsampling upsampling, Normalization norm)
    {
        var design = new TranslationDesign(Shape.Of(32, 32, 3), 2, 4) { Upsampling = upsampling, Norm = norm, Dropout = 0.5f, Depth = name == "unet" ? 4 : 2, Labels = name == "resnet" ? 0 : 3 };

        AssertTranslates(design, size => TranslatorOnDevice.Build(name, design with { Image = size }), sizes);
    }

    [Theory]
    [InlineData("unet", 11, 3)]
    [InlineData("resnet", 1, 4)]
    public void Planes_of_classes_and_channels_beside_colours_come_in(string name, int taken, int drawn)
    {
        var design = new TranslationDesign(Shape.Of(32, 32, taken), drawn, 4) { Depth = name == "unet" ? 3 : 1 };

        AssertTranslates(design, size => TranslatorOnDevice.Build(name, design with { Image = size }), (16, 40), (64, 64));
    }

    [Theory]
    [InlineData("unet")]
    [InlineData("resnet")]
    public void Without_measured_moments_batch_normalisation_takes_those_of_each_image(string name)
    {
        var design = new TranslationDesign(Shape.Of(32, 32, 3), 3, 4) { Norm = Normalization.Batch, Depth = name == "unet" ? 4 : 2 };
        var network = TranslatorOnDevice.Build(name, design);
        float[] weights = TranslatorOnDevice.Draw(network, seed: 2).Weights, images = TranslatorOnDevice.Images(2 * network.Input.Size, seed: 4);
        using var session = Session(network, 0, weights, null);

        using var outputs = session.Run([Images(images, network, 2)]);

        float[] given = outputs[0].AsTensor<float>().ToArray();
        for (int image = 0; image < 2; image++)
        {
            float[] expected = TranslatorOnDevice.Run(device.Open(), network, weights, [], images[(image * network.Input.Size)..((image + 1) * network.Input.Size)], []);
            expected = TranslatorOnDevice.ChannelsFirst(expected, network.Output[2], 32 * 32);
            Assert.Equal(0, expected.Zip(given.Skip(image * expected.Length)).Max(pair => Math.Abs(pair.First - pair.Second)), Bound);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Discriminators_of_patches_judge_every_size_as_the_engine(int layers) =>
        AssertTranslates(new(Shape.Of(32, 32, 5), 1, 4), size => PatchGan.Discriminator(new(size, 4) { Layers = layers }), (24, 24), (33, 58), (64, 64));

    [Fact]
    public void The_model_says_which_axes_are_open()
    {
        var network = StarGan.Generator(new(Shape.Of(32, 32, 3), 3, 4) { Labels = 5, Depth = 1 });
        var (weights, moments) = TranslatorOnDevice.Draw(network, seed: 1);

        using var session = Session(network, 5, weights, moments);

        Assert.Equal(["batch", "", "height", "width"], session.InputMetadata["images"].SymbolicDimensions);
        Assert.Equal([-1, 5], session.InputMetadata["labels"].Dimensions);
        Assert.Equal(["batch", "", "height", "width"], session.OutputMetadata["translated"].SymbolicDimensions);
        Assert.Equal("7", session.ModelMetadata.CustomMetadataMap["step"]);
        Assert.Equal("IlgpuGan", session.ModelMetadata.ProducerName);
    }

    [Fact]
    public void What_works_at_one_size_alone_is_refused_by_name()
    {
        var network = StarGan.Discriminator(Shape.Of(32, 32, 3), 4, 2);
        var (weights, moments) = TranslatorOnDevice.Draw(network, seed: 1);

        Assert.Contains("TwoHeadsLayer", Assert.Throws<NotSupportedException>(() => Session(network, 0, weights, moments)).Message, StringComparison.Ordinal);
    }

    private void AssertTranslates(TranslationDesign design, Func<Shape, Network> build, params (int Height, int Width)[] sizes)
    {
        var built = build(design.Image);
        var (weights, moments) = TranslatorOnDevice.Draw(built, seed: 3);
        using var session = Session(built, design.Labels, weights, moments);
        foreach (var (height, width) in sizes)
        {
            const int batch = 2;
            var network = build(Shape.Of(height, width, design.Image[2]));
            float[] images = TranslatorOnDevice.Images(batch * network.Input.Size, seed: 5), labels = [.. Enumerable.Range(0, batch * design.Labels).Select(i => i % 2f)];
            float[] expected = TranslatorOnDevice.Run(device.Open(), network, weights, moments, images, labels);
            var inputs = new List<NamedOnnxValue> { Images(images, network, batch) };
            if (design.Labels > 0)
            {
                inputs.Add(NamedOnnxValue.CreateFromTensor("labels", new DenseTensor<float>(labels, [batch, design.Labels])));
            }

            using var outputs = session.Run(inputs);

            var drawn = outputs[0].AsTensor<float>();
            Assert.Equal([batch, network.Output[2], network.Output[0], network.Output[1]], drawn.Dimensions.ToArray());
            float[] given = drawn.ToArray(), wanted = TranslatorOnDevice.ChannelsFirst(expected, network.Output[2], network.Output[0] * network.Output[1]);
            double bound = Bound * Math.Max(1, wanted.Max(Math.Abs));
            Assert.Equal(0, wanted.Zip(given).Max(pair => Math.Abs(pair.First - pair.Second)), bound);
            Assert.True(wanted.Max() - wanted.Min() > 0.3, "An image of one colour proves nothing.");
        }
    }

    private static NamedOnnxValue Images(float[] images, Network network, int batch) => NamedOnnxValue.CreateFromTensor("images", new DenseTensor<float>(
        TranslatorOnDevice.ChannelsFirst(images, network.Input[2], network.Input[0] * network.Input[1]), [batch, network.Input[2], network.Input[0], network.Input[1]]));

    private static InferenceSession Session(Network network, int labels, float[] weights, float[]? moments)
    {
        using var file = new MemoryStream();
        OnnxTranslator.Write(file, network, labels, weights, moments, "0", new Dictionary<string, string> { ["step"] = "7" });
        return new(file.ToArray());
    }
}
