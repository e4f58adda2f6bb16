using System.Globalization;
using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Export;

namespace IlgpuGan.Tests.Generation;

/// <summary>State dictionaries of the published networks, altered: each is taken, or refused in one sentence.</summary>
public sealed class AlteredTranslationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(PublishedNetwork.UNet, 4)]
    [InlineData(PublishedNetwork.ResNet, 2)]
    [InlineData(PublishedNetwork.StarGan, 1)]
    [InlineData(PublishedNetwork.Patch, 2)]
    [InlineData(PublishedNetwork.StarGanDiscriminator, 3)]
    public void A_state_dictionary_that_was_altered_is_taken_or_refused_in_one_sentence(PublishedNetwork kind, int depth)
    {
        var design = new TranslationDesign(Shape.Of(32, 32, 3), kind is PublishedNetwork.Patch or PublishedNetwork.StarGanDiscriminator ? 1 : 3, 2)
        {
            Norm = kind == PublishedNetwork.StarGanDiscriminator ? Normalization.None : Normalization.Instance,
            Upsampling = Upsampling.Transposed,
            Depth = depth,
            Labels = kind is PublishedNetwork.StarGan or PublishedNetwork.StarGanDiscriminator ? 2 : 0,
        };
        var network = new PublishedDesign(kind, design).Build("network");
        TranslationWeights.Of(kind, design, TranslatorOnDevice.Draw(network, seed: 1).Weights, moments: null).SavePyTorch(folder["whole.safetensors"]);
        var whole = Safetensors.Read(folder["whole.safetensors"]).Tensors;
        Assert.Equal(kind, TranslationWeights.FromPyTorch(folder["whole.safetensors"]).Kind);
        const int seed = 17;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 100; round++)
        {
            var altered = whole.ToDictionary();
            for (int change = 0; change <= round % 3; change++)
            {
                Alter(altered, random);
            }
            Safetensors.Write(folder["altered.safetensors"], altered, new Dictionary<string, string>());
            try
            {
                TranslationWeights.FromPyTorch(folder["altered.safetensors"]);
            }
            catch (CheckpointException fault)
            {
                Assert.DoesNotContain('\n', fault.Message);
                Assert.Contains("altered.safetensors", fault.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(refused > 50, string.Create(CultureInfo.InvariantCulture, $"Only {refused} of 100 were refused."));
    }

    private static void Alter(Dictionary<string, StateTensor> tensors, Random random)
    {
        if (tensors.Count == 0)
        {
            return;
        }
        string name = tensors.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(tensors.Count));
        int[] shape = [.. tensors[name].Shape];
        switch (random.Next(6))
        {
            case 0:
                tensors.Remove(name);
                break;
            case 1:
                tensors[$"{name}{random.Next(3)}"] = tensors[name];
                break;
            case 2:
                string[] parts = name.Split('.');
                parts[random.Next(parts.Length)] = random.Next(40).ToString(CultureInfo.InvariantCulture);
                tensors.Remove(name);
                tensors[string.Join('.', parts)] = new([1], [1f]);
                break;
            case 3:
                tensors[name] = new([], [3L]);
                break;
            case 4 when shape.Length > 0:
                shape[random.Next(shape.Length)] = random.Next(6);
                tensors[name] = new(shape, new float[shape.Aggregate(1, (product, length) => product * length)]);
                break;
            default:
                tensors[name] = new([.. shape, 1], new float[shape.Aggregate(1, (product, length) => product * length)]);
                break;
        }
    }
}
