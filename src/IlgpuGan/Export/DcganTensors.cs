using System.Text.RegularExpressions;

namespace IlgpuGan.Export;

/// <summary>
/// A DCGAN's generator or discriminator, known by the shapes of its tensors: convolutions of which each reads what the one before makes, all 4 x 4 with
/// stride 2 but that beside the latent or the logit, and batch normalisations between them. What its modules are called does not matter.
/// </summary>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Latent">Of a generator: length of the latent.</param>
/// <param name="Widths">Channels of the feature maps, from the smallest on.</param>
/// <param name="HasOutputBias">Of a generator: whether its last convolution adds a shift that is not 0.</param>
/// <param name="Tensors">The state dictionary with names that count the modules of an <c>nn.Sequential</c>.</param>
internal sealed partial record DcganTensors(int Height, int Width, int Channels, int Latent, IReadOnlyList<int> Widths, bool HasOutputBias, IReadOnlyDictionary<string, StateTensor> Tensors)
{
    private const int Kernel = 4;

    /// <summary>The generator of a state dictionary; null where it is no DCGAN's.</summary>
    public static DcganTensors? Generator(IReadOnlyDictionary<string, StateTensor> tensors)
    {
        if (Chain.Of(tensors, input: 0, output: 1) is not { Convolutions: [var first, _, _, ..] convolutions } chain || convolutions.Skip(1).Any(convolution => !IsStage(convolution)))
        {
            return null;
        }
        int stages = convolutions.Count - 1;
        var named = new Dictionary<string, StateTensor>();
        for (int i = 0; i < stages; i++)
        {
            if (!chain.Add(named, i, 3 * i, 3 * i + 1))
            {
                return null;
            }
        }
        named[$"{3 * stages}.weight"] = convolutions[^1].Weight;
        if (convolutions[^1].Bias is { } bias && Array.Exists(bias, value => value != 0))
        {
            named[$"{3 * stages}.bias"] = new([bias.Length], bias);
        }
        return chain.Norms.Count != stages ? null : new(
            first.Weight.Shape[2] << stages, first.Weight.Shape[3] << stages, convolutions[^1].Output, first.Input, [.. convolutions.SkipLast(1).Select(convolution => convolution.Output)],
            named.ContainsKey($"{3 * stages}.bias"), named);
    }

    /// <summary>The discriminator of a state dictionary, with batch normalisation in all stages but the first; null where it is no such.</summary>
    public static DcganTensors? Discriminator(IReadOnlyDictionary<string, StateTensor> tensors)
    {
        if (Chain.Of(tensors, input: 1, output: 0) is not { Convolutions: [_, _, _, ..] convolutions } chain || convolutions.SkipLast(1).Any(convolution => !IsStage(convolution)))
        {
            return null;
        }
        int stages = convolutions.Count - 1;
        var last = convolutions[^1];
        // The engine's has no shift in these two.
        if (last.Output != 1 || chain.Norms.Count != stages - 1 || ((float[]?[])[convolutions[0].Bias, last.Bias]).Any(bias => bias is not null && Array.Exists(bias, value => value != 0)))
        {
            return null;
        }
        var named = new Dictionary<string, StateTensor> { ["0.weight"] = convolutions[0].Weight };
        for (int i = 1; i < stages; i++)
        {
            if (!chain.Add(named, i, 3 * i - 1, 3 * i))
            {
                return null;
            }
        }
        named[$"{3 * stages - 1}.weight"] = last.Weight;
        return new(last.Weight.Shape[2] << stages, last.Weight.Shape[3] << stages, convolutions[0].Input, 0,
            [.. convolutions.SkipLast(1).Select(convolution => convolution.Output).Reverse()], false, named);
    }

    private static bool IsStage(Convolution convolution) => convolution.Weight.Shape[2] == Kernel && convolution.Weight.Shape[3] == Kernel;

    /// <summary>A convolution and its shift.</summary>
    private sealed record Convolution(int Input, int Output, StateTensor Weight, float[]? Bias);

    /// <summary>A batch normalisation; without learnt numbers it scales by 1 and shifts by 0.</summary>
    private sealed record Norm(int Channels, float[]? Weight, float[]? Bias, float[]? Mean, float[]? Variance);

    private sealed record Chain(IReadOnlyList<Convolution> Convolutions, IReadOnlyList<Norm> Norms)
    {
        private readonly List<Norm> left = [.. Norms];

        /// <summary>The convolutions in the order in which each reads what the one before makes; null where there is other than convolutions and normalisations, or no such order.</summary>
        public static Chain? Of(IReadOnlyDictionary<string, StateTensor> tensors, int input, int output)
        {
            var (convolutions, norms) = (new List<Convolution>(), new List<Norm>());
            foreach (var module in tensors.GroupBy(pair => pair.Key[..Math.Max(0, pair.Key.LastIndexOf('.'))]).OrderBy(module => Padded(module.Key), StringComparer.Ordinal))
            {
                var parts = module.ToDictionary(pair => pair.Key[(pair.Key.LastIndexOf('.') + 1)..], pair => pair.Value);
                var weight = parts.GetValueOrDefault("weight");
                if (weight is { Shape.Count: 4, Floats: not null } && parts.Keys.All(name => name is "weight" or "bias"))
                {
                    convolutions.Add(new(weight.Shape[input], weight.Shape[output], weight, parts.GetValueOrDefault("bias")?.Floats));
                }
                else if ((weight ?? parts.GetValueOrDefault("running_mean")) is { Shape: [var channels], Floats: not null }
                    && parts.All(part => part.Key == "num_batches_tracked" || (part.Key is "weight" or "bias" or "running_mean" or "running_var" && part.Value.Floats?.Length == channels)))
                {
                    norms.Add(new(channels, weight?.Floats, parts.GetValueOrDefault("bias")?.Floats, parts.GetValueOrDefault("running_mean")?.Floats, parts.GetValueOrDefault("running_var")?.Floats));
                }
                else
                {
                    return null;
                }
            }
            return InOrder(convolutions) is { } ordered ? new(ordered, norms) : null;
        }

        /// <summary>Names a convolution and the normalisation after it. The convolution's shift moves the mean by as much and nothing else.</summary>
        public bool Add(Dictionary<string, StateTensor> named, int convolution, int convolutionModule, int normModule)
        {
            var (_, channels, weight, shift) = Convolutions[convolution];
            if (left.Find(norm => norm.Channels == channels) is not { } norm || (shift is not null && shift.Length != channels))
            {
                return false;
            }
            left.Remove(norm);
            StateTensor Vector(float[]? values, float otherwise) => new([channels], values ?? [.. Enumerable.Repeat(otherwise, channels)]);
            named[$"{convolutionModule}.weight"] = weight;
            named[$"{normModule}.weight"] = Vector(norm.Weight, 1);
            named[$"{normModule}.bias"] = Vector(norm.Bias, 0);
            if (norm.Mean is not null)
            {
                named[$"{normModule}.running_mean"] = Vector(shift is null ? norm.Mean : [.. norm.Mean.Zip(shift, (mean, value) => mean - value)], 0);
            }
            if (norm.Variance is not null)
            {
                named[$"{normModule}.running_var"] = Vector(norm.Variance, 1);
            }
            return true;
        }

        // layer2 before layer10.
        private static string Padded(string name) => Digits().Replace(name, match => match.Value.PadLeft(12, '0'));

        private static List<Convolution>? InOrder(List<Convolution> convolutions)
        {
            bool Fits(IReadOnlyList<Convolution> order) => order.Zip(order.Skip(1)).All(pair => pair.First.Output == pair.Second.Input);
            if (Fits(convolutions))
            {
                return convolutions;
            }
            // Names that do not count: widths that halve or double give the order away.
            List<Convolution>[] sorted = [[.. convolutions.OrderByDescending(convolution => convolution.Output)], [.. convolutions.OrderBy(convolution => convolution.Output)]];
            return Array.Find(sorted, Fits);
        }
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
