using System.Runtime.InteropServices;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Export;

namespace IlgpuGan.Tests.Generation;

/// <summary>State dictionaries of the published networks draw and judge here what they do in PyTorch, and leave as they came. Skips where no python3 has torch.</summary>
public sealed class TranslationWeightsTests(TorchTranslators files) : IClassFixture<TorchTranslators>
{
    // Both compute in single precision, in different orders.
    private const float Bound = 1e-5f;

    [Theory]
    [InlineData("unet_128-batch", "a U-Net of 7 halvings, width 4, 3 to 3 channels, normalisation by batch, transposed convolutions", 128, 128, 128, 256)]
    [InlineData("unet_128-instance", "a U-Net of 7 halvings, width 4, 3 to 3 channels, normalisation by instance, transposed convolutions", 128, 128, 128, 256)]
    [InlineData("unet_128-none", "a U-Net of 7 halvings, width 4, 3 to 3 channels, no normalisation, transposed convolutions", 128, 128, 128, 256)]
    [InlineData("unet_256", "a U-Net of 8 halvings, width 2, 1 to 2 channels, normalisation by batch, transposed convolutions", 256, 256, 256, 512)]
    [InlineData("unet_256-instance", "a U-Net of 8 halvings, width 2, 3 to 3 channels, normalisation by instance, transposed convolutions", 256, 256, 512, 256)]
    [InlineData("unet-small", "a U-Net of 5 halvings, width 6, 11 to 3 channels, normalisation by instance, transposed convolutions", 32, 32, 64, 96)]
    [InlineData("resnet_6-batch", "a resnet of 6 blocks, width 6, 3 to 3 channels, normalisation by batch, transposed convolutions", 32, 32, 20, 48)]
    [InlineData("resnet_6-instance", "a resnet of 6 blocks, width 6, 3 to 3 channels, normalisation by instance, transposed convolutions", 32, 32, 20, 48)]
    [InlineData("resnet_6-none", "a resnet of 6 blocks, width 6, 3 to 3 channels, no normalisation, transposed convolutions", 32, 32, 20, 48)]
    [InlineData("resnet_9", "a resnet of 9 blocks, width 4, 3 to 1 channels, normalisation by instance, transposed convolutions", 64, 64, 40, 28)]
    [InlineData("resnet-dropout", "a resnet of 2 blocks, width 6, 3 to 3 channels, normalisation by batch, transposed convolutions, dropout", 32, 32, 20, 48)]
    [InlineData("resnet-resize", "a resnet of 2 blocks, width 6, 3 to 3 channels, normalisation by instance, resize-convolutions", 32, 32, 20, 48)]
    [InlineData("stargan", "StarGAN's generator of 6 blocks and 5 labels, width 6, 3 to 3 channels, normalisation by instance, transposed convolutions", 32, 32, 24, 40)]
    [InlineData("stargan-small", "StarGAN's generator of 1 blocks and 2 labels, width 4, 3 to 3 channels, normalisation by instance, transposed convolutions", 32, 32, 24, 40)]
    [InlineData("patch-batch", "a discriminator of patches of 3 layers, width 4, 6 channels, normalisation by batch", 64, 64, 33, 58)]
    [InlineData("patch-instance", "a discriminator of patches of 3 layers, width 4, 6 channels, normalisation by instance", 64, 64, 33, 58)]
    [InlineData("patch-none", "a discriminator of patches of 3 layers, width 4, 6 channels, no normalisation", 64, 64, 33, 58)]
    [InlineData("pixel-batch", "a discriminator of patches of 0 layers, width 4, 3 channels, normalisation by batch", 16, 16, 9, 14)]
    [InlineData("pixel-instance", "a discriminator of patches of 0 layers, width 4, 3 channels, normalisation by instance", 16, 16, 9, 14)]
    [InlineData("pixel-none", "a discriminator of patches of 0 layers, width 4, 3 channels, no normalisation", 16, 16, 9, 14)]
    [InlineData("patch-1", "a discriminator of patches of 1 layers, width 4, 3 channels, normalisation by batch", 16, 16, 24, 21)]
    [InlineData("patch-5", "a discriminator of patches of 5 layers, width 2, 3 channels, normalisation by instance", 128, 128, 96, 160)]
    [InlineData("stargan-judge", "StarGAN's discriminator of 6 halvings and 5 labels for images of 128 x 128, width 2, 3 channels", 128, 128)]
    [InlineData("stargan-judge-64", "StarGAN's discriminator of 6 halvings and 3 labels for images of 64 x 64, width 2, 3 channels", 64, 64)]
    public void A_published_network_makes_what_it_makes_in_PyTorch_and_is_known_by_its_names_and_shapes(string name, string description, params int[] sides)
    {
        files.Write();

        var weights = TranslationWeights.FromPyTorch(files[$"{name}.pth"]);

        Assert.Equal(description, weights.Description);
        AssertMakes(weights, name, sides);
        // What is written again is what came: the same names, so that the published module loads it strictly, and the same numbers.
        weights.SavePyTorch(files[$"{name}-again.safetensors"]);
        var (came, again) = (StateDictionary.ReadPart(files[$"{name}.pth"], null).Tensors, StateDictionary.ReadPart(files[$"{name}-again.safetensors"], null).Tensors);
        Assert.Equal(came.Keys.Order(), again.Keys.Order());
        Assert.All(came, pair => Assert.Equal(pair.Value.Shape, again[pair.Key].Shape));
        AssertMakes(TranslationWeights.FromPyTorch(files[$"{name}-again.safetensors"]), name, sides);
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("parallel")]
    [InlineData("wrapped")]
    [InlineData("both")]
    [InlineData("cycle", "netG_B")]
    [InlineData("old")]
    [InlineData("named", null, ".safetensors")]
    [InlineData("spectral")]
    [InlineData("shifted")]
    public void A_network_is_taken_however_it_was_saved(string name, string? part = null, string extension = ".pth")
    {
        files.Write();

        AssertMakes(TranslationWeights.FromPyTorch(files[name + extension], part), name, [32, 32, 20, 48]);
    }

    [Theory]
    [InlineData("hd", "a resnet that halves 4 times, as the global generator of pix2pixHD does")]
    [InlineData("cut", "a resnet that blurs where it halves and doubles")]
    [InlineData("zeros", "a resnet whose blocks are padded otherwise than by mirroring")]
    [InlineData("kernel", "looks like a resnet of 2 blocks", "\"19.weight\" is [3, 2, 5, 5] where this network has [3, 2, 7, 7]")]
    [InlineData("deep", "a U-Net of 9 halvings", "3 to 8 times")]
    [InlineData("narrow", "looks like a resnet of 2 blocks", "\"4.weight\" is [4, 1, 3, 3] where this network has [4, 2, 3, 3]")]
    [InlineData("missing", "looks like a resnet of 2 blocks", "has no tensor \"11.conv_block.5.weight\"")]
    [InlineData("nan", "\"4.weight\" holds numbers that are not finite")]
    [InlineData("statistics", "a scale and without running statistics", "give the design")]
    [InlineData("dcgan", "a DCGAN's generator, which draws from latents")]
    [InlineData("classifier", "a ResNet that classifies")]
    [InlineData("linear", "none of the published ones: it has 2 tensors, the first \"0.bias\"")]
    [InlineData("unlabelled", "from 3 to 3 channels, without planes for labels")]
    public void Another_network_is_refused_by_what_it_looks_like(string name, params string[] words)
    {
        files.Write();

        string message = Assert.Throws<CheckpointException>(() => TranslationWeights.FromPyTorch(files[$"refused-{name}.pth"])).Message;

        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.Contains($"refused-{name}.pth", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_file_of_several_networks_says_what_it_holds()
    {
        files.Write();

        string missing = Assert.Throws<CheckpointException>(() => TranslationWeights.FromPyTorch(files["cycle.pth"], "netG_C")).Message;
        string several = Assert.Throws<CheckpointException>(() => TranslationWeights.FromPyTorch(files["cycle.pth"])).Message;

        Assert.Contains("holds no netG_C", missing, StringComparison.Ordinal);
        Assert.Contains("netD_A, netG_A, netG_B", missing, StringComparison.Ordinal);
        Assert.Contains("netG_A", several, StringComparison.Ordinal);
        Assert.Equal(PublishedNetwork.Patch, TranslationWeights.FromPyTorch(files["cycle.pth"], "netD_A").Kind);
        Assert.Equal(PublishedNetwork.Patch, TranslationWeights.FromPyTorch(files["both.pth"], "netD").Kind);
    }

    [Fact]
    public void A_design_says_what_names_do_not()
    {
        files.Write();
        var design = TranslationWeights.FromPyTorch(files["unet-small.pth"]).Design with { Image = IlgpuGan.Graphs.Shape.Of(32, 32, 3), Width = 2, Norm = Normalization.Batch };

        var weights = TranslationWeights.FromPyTorch(files["refused-statistics.pth"], PublishedNetwork.UNet, design);

        Assert.Null(weights.Moments);
        Assert.Contains("no measured moments", Assert.Throws<ArgumentException>(() => weights.SaveOnnx(files["statistics.onnx"], MomentSource.Measured)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unet_128-batch", 128, 128, 128, 256)]
    [InlineData("unet_128-none", 128, 128, 128, 256)]
    [InlineData("unet_256", 256, 256, 256, 512)]
    [InlineData("resnet_6-instance", 32, 32, 20, 48)]
    [InlineData("resnet_9", 64, 64, 40, 28)]
    [InlineData("resnet-dropout", 32, 32, 20, 48)]
    [InlineData("stargan-small", 32, 32, 24, 40)]
    public void A_run_made_of_a_published_generator_translates_as_PyTorch_does(string name, params int[] sides)
    {
        files.Write();
        var notices = new List<string>();
        string run = files[$"{name}-{Guid.NewGuid():N}"];

        RunImport.Create(files[$"{name}.pth"], like: null, run, notices.Add);

        Assert.Contains(TranslationWeights.FromPyTorch(files[$"{name}.pth"]).Description, notices[0], StringComparison.Ordinal);
        Assert.Contains("no discriminator", notices[1], StringComparison.Ordinal);
        // The file itself translates, too, and what is exported of the run.
        string again = RunExport.Open(run, notices.Add).SaveWeights(files[$"{name}-weights"])[0];
        foreach (string source in new[] { run, files[$"{name}.pth"], again })
        {
            using var translator = Translator.Load(source, "cpu");
            for (int i = 0; i < sides.Length; i += 2)
            {
                var (height, width) = (sides[i], sides[i + 1]);
                float[] input = Floats($"{name}.{i / 2}.input"), output = Floats($"{name}.{i / 2}.output");
                byte[] pixels = Bytes(ChannelsLast(input, translator.Input.Channels, height * width)), expected = Bytes(ChannelsLast(output, translator.Output.Channels, height * width));
                for (int image = 0; image < 2; image++)
                {
                    byte[] Part(byte[] all) => all[(image * all.Length / 2)..((image + 1) * all.Length / 2)];
                    byte[] translated = translator.Translate(Part(pixels), height, width, new() { Label = translator.Labels is null ? null : $"label={image}" });
                    // A float of either side may lie beyond the middle between two bytes.
                    Assert.InRange(Part(expected).Zip(translated).Max(pair => Math.Abs(pair.First - pair.Second)), 0, 1);
                    Assert.True(translated.Max() - translated.Min() > 10, "An image of one colour proves nothing.");
                }
            }
        }
    }

    [Theory]
    [InlineData("unet-small", "11 channels to 3", "1 to 4", "TranslationWeights.FromPyTorch")]
    [InlineData("refused-hd", "as the global generator of pix2pixHD does")]
    [InlineData("patch-batch", "judges images and makes none")]
    public void What_no_run_can_have_is_not_made_one(string name, params string[] words)
    {
        files.Write();

        var fault = Assert.ThrowsAny<Exception>(() => RunImport.Create(files[$"{name}.pth"], like: null, files[$"{name}-none"], _ => { }));

        Assert.True(fault is CheckpointException or OptionException, fault.ToString());
        Assert.All(words, word => Assert.Contains(word, fault.Message, StringComparison.Ordinal));
        Assert.False(Directory.Exists(files[$"{name}-none"]));
    }

    private static byte[] Bytes(float[] values) => [.. values.Select(value => (byte)MathF.Round((value + 1) * 127.5f))];

    private void AssertMakes(TranslationWeights weights, string name, int[] sides)
    {
        using var device = ComputeDevice.Open("cpu");
        for (int i = 0; i < sides.Length; i += 2)
        {
            var (height, width) = (sides[i], sides[i + 1]);
            var network = weights.Build(height, width);
            float[] labels = weights.Kind == PublishedNetwork.StarGan ? [.. Enumerable.Range(0, 2 * weights.Design.Labels).Select(place => (place / weights.Design.Labels + place % weights.Design.Labels + 1) % 2f)] : [];
            float[] made = TranslatorOnDevice.Run(device, network, [.. weights.Weights], [.. weights.Moments ?? []], ChannelsLast(Floats($"{name}.{i / 2}.input"), network.Input[2], height * width), labels);
            float[] expected = Floats($"{name}.{i / 2}.output");
            float[] given = network.Output.Rank == 3 ? TranslatorOnDevice.ChannelsFirst(made, network.Output[2], network.Output[0] * network.Output[1]) : made;
            Assert.Equal(expected.Length, given.Length);
            Assert.Equal(0, expected.Zip(given).Max(pair => Math.Abs(pair.First - pair.Second)), Bound * Math.Max(1, expected.Max(Math.Abs)));
            Assert.True(expected.Max() - expected.Min() > 0.1, "Numbers that are all the same prove nothing.");
        }
    }

    private float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(files[name])).ToArray();

    private static float[] ChannelsLast(float[] values, int channels, int pixels) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[i / (pixels * channels) * pixels * channels + i % channels * pixels + i / channels % pixels])];
}

/// <summary>The files, written by PyTorch when they are asked for first.</summary>
public sealed class TorchTranslators : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private bool isWritten;

    internal string this[string name] => folder[name];

    public void Dispose() => folder.Dispose();

    internal void Write()
    {
        var python = Python.Find();
        Assert.SkipWhen(python is null, "No python3 with torch and numpy was found (Debian: apt-get install python3-torch python3-numpy).");
        if (!isWritten)
        {
            Python.Run(python!, [Path.Combine(AppContext.BaseDirectory, "Generation", "torch_translators.py"), folder.Path]);
        }
        isWritten = true;
    }
}
