using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;

namespace IlgpuGan.Tests.Export;

/// <summary>Networks from image to image with weights as a training leaves them: none is what it is at first.</summary>
internal static class TranslatorOnDevice
{
    /// <summary>The generator of a name.</summary>
    public static Network Build(string name, TranslationDesign design) => name switch
    {
        "unet" => UNet.Generator(design),
        "resnet" => ResidualTranslator.Generator(design),
        "stargan" => StarGan.Generator(design),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>Weights, and moments, that a seed draws.</summary>
    public static (float[] Weights, float[] Moments) Draw(Network network, ulong seed)
    {
        var set = network.Parameters;
        float[] normal = new float[set.Values.Size + network.MomentsSize], weights = new float[set.Values.Size];
        Initialization.Normal(normal, seed, 0);
        foreach (var parameter in set.Parameters)
        {
            // Sums of as many products as a filter has weights stay about one.
            float scale = parameter.Shape.Rank == 1 ? 0.3f : 1.5f / MathF.Sqrt(parameter.Shape.Size / (float)Math.Max(parameter.Shape[2], parameter.Shape[3]));
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Shape.Size; i++)
            {
                weights[i] = normal[i] * scale + (parameter.Name.EndsWith("gamma", StringComparison.Ordinal) ? 1 : 0);
            }
        }
        // Means about zero, and variances about one, both ways.
        return (weights, [.. normal[set.Values.Size..].Select(value => MathF.Exp(0.3f * value))]);
    }

    /// <summary>What a network makes of images [N, H, W, C]; without moments, batch normalisation takes those of the batch.</summary>
    public static float[] Run(ComputeDevice device, Network network, float[] weights, float[] moments, float[] images, float[] labels)
    {
        using var variables = new VariableStore(device, Precision.Fp32);
        variables.Upload(network.Parameters.Values, weights);
        if (moments.Length > 0)
        {
            variables.Upload(network.Moments, moments);
        }
        int batch = images.Length / network.Input.Size;
        var graph = new Graph();
        var output = network.Apply(graph.Literal(Shape.Of([batch, .. network.Input.ToArray()]), images), network.Parameters.Values, moments.Length > 0 ? MomentSource.Measured : MomentSource.Batch,
            labels.Length == 0 ? null : graph.Literal(Shape.Of(batch, labels.Length / batch), labels));
        using var plan = Plan.Compile(variables, graph, output);
        plan.Run();
        return plan.Fetch(output);
    }

    /// <summary>Images [N, H, W, C] in [-1, 1] that a seed draws.</summary>
    public static float[] Images(int size, ulong seed)
    {
        float[] images = new float[size];
        Initialization.Normal(images, seed, 0);
        return [.. images.Select(value => MathF.Tanh(value))];
    }

    /// <summary>[N, H, W, C] as [N, C, H, W].</summary>
    public static float[] ChannelsFirst(float[] values, int channels, int pixels) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[i / (pixels * channels) * pixels * channels + i % pixels * channels + i / pixels % channels])];
}
