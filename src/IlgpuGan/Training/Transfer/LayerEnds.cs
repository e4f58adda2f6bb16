using IlgpuGan.Graphs;
using IlgpuGan.Networks;

namespace IlgpuGan.Training.Transfer;

/// <summary>Which axes of a layer's parameters count the channels that come in, and which those that it makes.</summary>
internal static class LayerEnds
{
    /// <summary>The parameters that meet what comes in, with the axis of its channels.</summary>
    public static IEnumerable<(Parameter Parameter, int Axis)> Reads(Layer layer) => layer switch
    {
        ConvolutionLayer convolution => [(convolution.Weight, 2)],
        ConvolutionTransposedLayer convolution => [(convolution.Weight, 3)],
        LinearLayer linear => [(linear.Weight, 0)],
        ResidualLayer residual => First(residual.Main).Concat(First(residual.Shortcut)),
        HeadLayer head => Reads(head.Inner),
        _ => [],
    };

    /// <summary>The parameters that meet what it makes, with the axis of its channels.</summary>
    public static IEnumerable<(Parameter Parameter, int Axis)> Writes(Layer layer) => layer switch
    {
        ConvolutionLayer { Bias: { } bias } convolution => [(convolution.Weight, 3), (bias, 0)],
        ConvolutionLayer convolution => [(convolution.Weight, 3)],
        ConvolutionTransposedLayer convolution => [(convolution.Weight, 2)],
        LinearLayer { Bias: { } bias } linear => [(linear.Weight, 1), (bias, 0)],
        LinearLayer linear => [(linear.Weight, 1)],
        BiasLayer bias => [(bias.Bias, 0)],
        HeadLayer head => Writes(head.Inner),
        _ => [],
    };

    private static IEnumerable<(Parameter Parameter, int Axis)> First(IReadOnlyList<Layer> layers) => layers.Select(Reads).FirstOrDefault(read => read.Any()) ?? [];
}
