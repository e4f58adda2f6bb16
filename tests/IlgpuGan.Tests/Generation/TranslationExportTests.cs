using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Export;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace IlgpuGan.Tests.Generation;

/// <summary>Runs that translate leave as ONNX models and as weights of the published modules, and come back.</summary>
public sealed class TranslationExportTests(TranslationRuns runs) : IClassFixture<TranslationRuns>
{
    private readonly List<string> notices = [];

    public static TheoryData<string> Kinds => ["pix2pix", "pix2pix-batch", "pix2pix-layer", "cyclegan", "stargan", "stargan-unet"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_runtime_translates_as_the_run_at_other_sizes(string kind)
    {
        string run = runs.Train(kind);
        var (record, state) = (RunFolder.ReadRecord(run), Newest(run));
        foreach (bool isBack in kind == "cyclegan" ? new[] { false, true } : [false])
        {
            string file = runs[$"{kind}-{isBack}.onnx"];
            RunExport.Open(run, notices.Add).SaveOnnx(file, isBack);
            using var session = new InferenceSession(file);
            var part = TranslationPart.Of(record)[isBack ? 1 : 0];
            float[] weights = WeightsIn(state, part, "average");
            foreach (var (height, width) in new[] { (64, 64), (32, 96) })
            {
                var network = (part.Published with { Design = part.Published.Design with { Image = Shape.Of(height, width, part.Network.Input[2]) } }).Build("generator");
                float[] images = TranslatorOnDevice.Images(network.Input.Size, seed: 3), labels = new float[part.Published.Design.Labels];
                using var device = ComputeDevice.Open("cpu");
                var inputs = new List<NamedOnnxValue>
                {
                    NamedOnnxValue.CreateFromTensor("images", new DenseTensor<float>(TranslatorOnDevice.ChannelsFirst(images, network.Input[2], height * width), [1, network.Input[2], height, width])),
                };
                if (labels.Length > 0)
                {
                    labels[1] = 1;
                    inputs.Add(NamedOnnxValue.CreateFromTensor("labels", new DenseTensor<float>(labels, [1, labels.Length])));
                }

                using var outputs = session.Run(inputs);

                float[] expected = TranslatorOnDevice.ChannelsFirst(TranslatorOnDevice.Run(device, network, weights, [], images, labels), network.Output[2], height * width);
                // Both compute in single precision, in different orders.
                Assert.Equal(0, expected.Zip(outputs[0].AsTensor<float>().ToArray()).Max(pair => Math.Abs(pair.First - pair.Second)), 1e-4);
                Assert.True(expected.Max() - expected.Min() > 0.02, "An image of one colour proves nothing.");
            }
            var said = session.ModelMetadata.CustomMetadataMap;
            Assert.Equal("2", said["step"]);
            Assert.Equal(kind.Split('-')[0], said["method"]);
            Assert.Contains("multiples of", said["sides"], StringComparison.Ordinal);
            Assert.Equal(record.Labels is not null, said.ContainsKey("labels"));
        }
        Assert.Empty(notices);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void All_networks_leave_under_the_published_names_and_come_back(string kind)
    {
        string run = runs.Train(kind), folder = runs[$"{kind}-weights"];
        var (record, state) = (RunFolder.ReadRecord(run), Newest(run));

        var files = RunExport.Open(run, notices.Add).SaveWeights(folder);
        RunExport.Open(run, notices.Add).SaveOneFile(runs[$"{kind}-one.safetensors"]);

        Assert.Equal(TranslationPart.Of(record).Select(part => $"{part.Name}.safetensors"), files.Select(Path.GetFileName));
        string[] first = kind switch
        {
            "cyclegan" => ["model.1.weight", "model.1.bias"],
            "stargan" => ["main.0.weight", "main.1.running_mean"],
            "pix2pix-batch" => ["model.model.0.weight", "model.model.3.bias"],
            _ => ["model.model.0.weight", "model.model.3.2.bias"],
        };
        Assert.All(first, name => Assert.Contains(name, Safetensors.Read(files[0]).Tensors.Keys));
        foreach (string source in new[] { folder, runs[$"{kind}-one.safetensors"] })
        {
            string again = runs[$"{kind}-{Guid.NewGuid():N}"];
            RunImport.Create(source, like: null, again, notices.Add);
            var back = Newest(again);
            foreach (var part in TranslationPart.Of(record))
            {
                // D that divides by its largest singular value comes back divided.
                Assert.Equal(WeightsIn(state, part, part.IsGenerator ? "average" : "values"), WeightsIn(back, part, "values"));
            }
            Assert.Equal(record.Data with { Input = null, Target = null }, RunFolder.ReadRecord(again).Data with { Input = null, Target = null });
        }
        Assert.Empty(notices);
    }

    [Fact]
    public void A_generator_alone_says_what_is_missing()
    {
        string run = runs.Train("pix2pix"), folder = runs["alone"];
        File.Delete(RunExport.Open(run, notices.Add).SaveWeights(folder)[1]);

        RunImport.Create(folder, like: null, runs["alone-run"], notices.Add);

        Assert.Contains("no discriminator", Assert.Single(notices), StringComparison.Ordinal);
        Assert.Contains("one way alone", Assert.Throws<OptionException>(() => RunExport.Open(run, notices.Add).SaveOnnx(runs["b.onnx"], back: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ONNX_model_is_not_taken_for_weights()
    {
        RunExport.Open(runs.Train("pix2pix"), notices.Add).SaveOnnx(runs["taken.onnx"]);

        string message = Assert.Throws<CheckpointException>(() => RunImport.Create(runs["taken.onnx"], like: null, runs["taken-run"], notices.Add)).Message;

        Assert.Contains("taken.onnx is an ONNX model", message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(runs["taken-run"]));
    }

    private static IReadOnlyDictionary<string, StateTensor> Newest(string run) => RunFolder.CheckpointsIn(run).ReadNewest(_ => { })!.State;

    private static float[] WeightsIn(IReadOnlyDictionary<string, StateTensor> state, TranslationPart part, string kind)
    {
        var parameters = part.Network.Parameters;
        float[] weights = new float[parameters.Values.Size];
        foreach (var parameter in parameters.Parameters)
        {
            state[$"{part.Name}.{kind}.{parameter.Name}"].Floats!.CopyTo(weights, parameter.Offset);
        }
        return weights;
    }
}
