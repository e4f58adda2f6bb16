using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;

namespace IlgpuGan.Export;

/// <summary>
/// The weights of a network from image to image as the state dictionary of the published module. Where that shifts what a normalisation by instance then takes away again, the engine
/// has no such number: it is written as 0, and not read. Running statistics of a normalisation by instance are never used to draw, there or here: they are written as those of a module
/// that has seen nothing, and not read either.
/// </summary>
internal static class PublishedWeights
{
    private static readonly string[] statistics = ["running_mean", "running_var", "num_batches_tracked"];

    /// <summary>The state dictionary of a network.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="design">What it was built by.</param>
    /// <param name="network">Its layers.</param>
    /// <param name="weights">Its parameters, laid out as <see cref="Graphs.ParameterSet.Values"/>.</param>
    /// <param name="moments">The measured moments of its batch normalisations; null where none were measured: then those of a module that has seen nothing.</param>
    public static IReadOnlyDictionary<string, StateTensor> Save(PublishedNetwork kind, TranslationDesign design, Network network, float[] weights, float[]? moments)
    {
        var stages = Stages(kind, design, network);
        var tensors = TorchWeights.Save(stages.SelectMany(stage => stage.Tensors), weights, moments).ToDictionary();
        foreach (var stage in stages)
        {
            if (stage.Norm is InstanceNormLayer { Gamma: not null })
            {
                tensors[$"{stage.Name.Norm}.running_mean"] = new([stage.Filters], new float[stage.Filters]);
                tensors[$"{stage.Name.Norm}.running_var"] = new([stage.Filters], [.. Enumerable.Repeat(1f, stage.Filters)]);
                tensors[$"{stage.Name.Norm}.num_batches_tracked"] = new([], new long[1]);
            }
            bool isShifted = stage.Name.IsShifted || (IsShiftedBefore(kind) && design.Norm == Normalization.Instance);
            if (isShifted && !stage.HasBias)
            {
                tensors[stage.Bias] = new([stage.Filters], new float[stage.Filters]);
            }
            else if (!isShifted && stage.HasBias && Array.TrueForAll(tensors[stage.Bias].Floats!, value => value == 0))
            {
                tensors.Remove(stage.Bias);
            }
        }
        string prefix = PublishedName.Prefix(kind, design.Depth!.Value);
        return tensors.ToDictionary(pair => prefix + pair.Key, pair => pair.Value);
    }

    /// <summary>Takes the weights of a network, and its moments, out of a state dictionary.</summary>
    /// <param name="path">The file that it came from, for messages.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="design">What it was built by.</param>
    /// <param name="network">Its layers.</param>
    /// <param name="tensors">The state dictionary, without <see cref="PublishedName.Prefix"/>.</param>
    /// <returns>The weights, and the moments; null where the state dictionary has none.</returns>
    /// <exception cref="WeightsException">A tensor is missing, unknown, of another shape, or not finite.</exception>
    public static (float[] Weights, float[]? Moments) Load(string path, PublishedNetwork kind, TranslationDesign design, Network network, IReadOnlyDictionary<string, StateTensor> tensors)
    {
        var stages = Stages(kind, design, network);
        var taken = tensors.ToDictionary();
        foreach (var stage in stages)
        {
            if (stage.Norm is InstanceNormLayer)
            {
                Array.ForEach(statistics, name => taken.Remove($"{stage.Name.Norm}.{name}"));
            }
            if (stage.HasBias)
            {
                taken.TryAdd(stage.Bias, new([stage.Filters], new float[stage.Filters]));
            }
            else if (stage.Norm is InstanceNormLayer or BatchNormLayer && taken.TryGetValue(stage.Bias, out var shift) && shift.Floats is { } by && by.Length == stage.Filters)
            {
                taken.Remove(stage.Bias);
                string mean = $"{stage.Name.Norm}.running_mean";
                if (stage.Norm is BatchNormLayer && taken.TryGetValue(mean, out var found) && found.Floats?.Length == by.Length)
                {
                    taken[mean] = new(found.Shape, [.. found.Floats.Zip(by, (value, less) => value - less)]);
                }
            }
        }
        return TorchWeights.Load(path, network, [.. stages.SelectMany(stage => stage.Tensors)], taken, $"looks like {PublishedDesign.Describe(kind, design)}, but",
            "give the state dictionary of the published code, or the design that it has");
    }

    /// <summary>Whether the published code gives convolutions a bias before a normalisation by instance; StarGAN's does not.</summary>
    private static bool IsShiftedBefore(PublishedNetwork kind) => kind is PublishedNetwork.UNet or PublishedNetwork.ResNet or PublishedNetwork.Patch;

    private static List<Stage> Stages(PublishedNetwork kind, TranslationDesign design, Network network)
    {
        var names = PublishedName.Of(kind, design.Depth!.Value, design.Dropout > 0);
        var stages = new List<Stage>();
        foreach (var module in Flat(TorchLayout.Of(network)))
        {
            if (TorchLayout.IsConvolution(module.Layer))
            {
                stages.Add(new(names[stages.Count], module, []));
            }
            else
            {
                stages[^1] = stages[^1] with { Norms = [module] };
            }
        }
        return stages;
    }

    /// <summary>Convolutions and normalisations, in the order in which they compute.</summary>
    private static IEnumerable<TorchModule> Flat(IEnumerable<TorchModule> modules) => modules.SelectMany(module =>
        TorchLayout.IsConvolution(module.Layer) || module.Layer is BatchNormLayer or ImageNormLayer ? [module] : Flat([.. module.Main, .. module.Shortcut]));

    /// <summary>A convolution with the normalisation behind it, if there is one.</summary>
    private sealed record Stage(PublishedName Name, TorchModule Convolution, IReadOnlyList<TorchModule> Norms)
    {
        // What enlarges before it convolves is an nn.Sequential of three where the published code has one module.
        private string Place => Convolution.Layer is ResizeConvolutionLayer ? $"{Name.Convolution}.2" : Name.Convolution;

        public string Bias => $"{Place}.bias";

        public bool HasBias => Convolution.Tensors.ContainsKey("bias");

        public Layer? Norm => Norms is [var norm] ? norm.Layer : null;

        /// <summary>Channels that it makes.</summary>
        public int Filters => Convolution.Layer is ConvolutionTransposedLayer ? Convolution.Tensors["weight"].Shape[1] : Convolution.Tensors["weight"].Shape[0];

        public IEnumerable<TorchTensor> Tensors => [.. Renamed(Convolution, Place), .. Norms.SelectMany(norm => Renamed(norm, Name.Norm!))];

        private static IEnumerable<TorchTensor> Renamed(TorchModule module, string name) => module.Tensors.Select(pair => pair.Value with { Name = $"{name}.{pair.Key}" });
    }
}
