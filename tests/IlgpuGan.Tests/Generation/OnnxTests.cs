using IlgpuGan.Generation;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace IlgpuGan.Tests.Generation;

/// <summary>An independent runtime draws what the engine draws.</summary>
[Collection(nameof(Generation.Kinds))]
public sealed class OnnxTests(TrainedRuns runs)
{
    public static TheoryData<string> Kinds => Generation.Kinds.Names;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_runtime_draws_the_engines_images(string kind)
    {
        var run = Generation.Kinds.Train(runs, kind);
        var file = runs[$"{kind}.onnx"];
        RunExport.Open(run, _ => { }).SaveOnnx(file);
        using var generator = Generator.Load(run);
        using var session = new InferenceSession(file);

        foreach (int batch in new[] { 1, 16 })
        {
            float[] latents = generator.Latents(batch, seed: 5);
            int[] labels = [.. Enumerable.Range(0, batch * (generator.Labels?.Columns.Count ?? 0)).Select(i => i * 7 % generator.Labels!.Classes[i % generator.Labels.Columns.Count])];
            var inputs = new List<NamedOnnxValue> { NamedOnnxValue.CreateFromTensor("latents", new DenseTensor<float>(latents, [batch, generator.LatentSize])) };
            if (generator.Labels is not null)
            {
                inputs.Add(NamedOnnxValue.CreateFromTensor("labels", new DenseTensor<long>(labels.Select(label => (long)label).ToArray(), [batch, generator.Labels.Columns.Count])));
            }

            using var outputs = session.Run(inputs);
            var drawn = outputs[0].AsTensor<float>();

            var data = generator.Data;
            Assert.Equal(data.IsPoints ? [batch, 2] : [batch, data.Channels, data.Height, data.Width], drawn.Dimensions.ToArray());
            var expected = generator.Decode(latents, labels);
            var given = data.IsPoints ? drawn.ToArray() : ChannelsLast(drawn.ToArray(), data.Channels, data.Height * data.Width);
            // Both compute in single precision, in different orders.
            Assert.Equal(0, expected.Zip(given).Max(pair => Math.Abs(pair.First - pair.Second)), 1e-4);
            Assert.True(expected.Max() - expected.Min() > 0.02, "An image of one colour proves nothing.");
        }
    }

    [Fact]
    public void The_model_says_what_it_is()
    {
        var file = runs["said.onnx"];
        RunExport.Open(Generation.Kinds.Train(runs, "dcgan-labels"), _ => { }).SaveOnnx(file);
        using var session = new InferenceSession(file);

        Assert.Equal("IlgpuGan", session.ModelMetadata.ProducerName);
        Assert.Equal("3", session.ModelMetadata.CustomMetadataMap["step"]);
        Assert.StartsWith("each channel from -1 (black) to 1 (full)", session.ModelMetadata.CustomMetadataMap["images"], StringComparison.Ordinal);
        Assert.Contains("\"hair-colour\":[", session.ModelMetadata.CustomMetadataMap["labels"], StringComparison.Ordinal);
        Assert.Equal(["batch"], session.InputMetadata["latents"].SymbolicDimensions.Where(name => name.Length > 0));
    }

    private static float[] ChannelsLast(float[] values, int channels, int pixels) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[i / (pixels * channels) * pixels * channels + i % channels * pixels + i / channels % pixels])];
}
