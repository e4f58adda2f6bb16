using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;

namespace IlgpuGan.Options;

/// <summary>What networks must be to be trained as they are asked for, whoever built them: each is refused with what to do.</summary>
internal static class NetworkRules
{
    /// <summary>Refuses the first thing that is not so.</summary>
    /// <exception cref="OptionException">What it is, and the remedy.</exception>
    public static void Check(TrainingOptions options, Network generator, Network discriminator, NetworkDesign design)
    {
        string name = options.Network;
        Require(generator is not null && discriminator is not null, $"{name} builds no networks.");
        Require(generator!.Parameters.Name == "generator" && discriminator!.Parameters.Name == "discriminator",
            $"The networks of {name} are named \"{generator.Parameters.Name}\" and \"{discriminator!.Parameters.Name}\", by which checkpoints would not know them; "
                + "name them generator and discriminator.");
        Require(generator.Output.Equals(design.Image), $"The generator of {name} makes {generator.Output} of a latent, but an image is {design.Image}.");
        int outputs = design.Condition?.Kind == ConditionKind.Classifier ? 1 + design.Condition.Classes : 1;
        Require(discriminator!.Output.Rank == 1 && discriminator.Output.Size == outputs,
            $"The discriminator of {name} makes {discriminator.Output} of an image, but must make [{outputs}]; end it with Head(design.Condition).");
        Require(generator.Parameters.Size > 0 && discriminator.Parameters.Size > 0, $"A network of {name} has no parameters, so nothing could be learnt; give it layers that have some.");
        Require(!options.SpectralNorm || discriminator.State.Count > 0,
            Vain("--spectral-norm", name, "SpectralNorm(design.HasSpectralNorm)"));
        Require(!options.MinibatchDeviation || Has<MinibatchDeviationLayer>(discriminator),
            Vain("--minibatch-stddev", name, "MinibatchDeviation() where design.HasMinibatchDeviation says so"));
        if (options.DiscriminatorNorm is not (DiscriminatorNormalization.Auto or DiscriminatorNormalization.None))
        {
            Require(Has<BatchNormLayer>(discriminator) || Has<ImageNormLayer>(discriminator), Vain("--d-norm", name, "Normalize(design.Norm)"));
        }

        if (design.Condition is { } condition)
        {
            Require(Has<EmbeddingLayer>(generator), $"The generator of {name} does not read the labels that it is to draw by; begin it with Embed(design.Condition).");
            bool judges = condition.Kind == ConditionKind.Concatenation ? Has<LabelChannelsLayer>(discriminator) : Has<HeadLayer>(discriminator);
            Require(judges, $"The discriminator of {name} does not read the labels that it is to judge by; "
                + $"{(condition.Kind == ConditionKind.Concatenation ? "begin it with WithLabelChannels(design.Condition)" : "end it with Head(design.Condition)")}.");
        }
    }

    private static string Vain(string option, string name, string call) => $"{option} changes nothing of {name}, whose discriminator does not call {call}; leave it out, or let it.";

    // What a program's own layer does with labels, and what it normalises, only that knows.
    private static bool Has<TLayer>(Network network) => network.Layers.Any(IsOf<TLayer>);

    private static bool IsOf<TLayer>(Layer layer) => layer is TLayer || layer.GetType().Assembly != typeof(Layer).Assembly || (layer switch
    {
        ResidualLayer residual => residual.Main.Concat(residual.Shortcut).Any(IsOf<TLayer>),
        SkipLayer skip => skip.Inner.Any(IsOf<TLayer>),
        HeadLayer head => IsOf<TLayer>(head.Inner),
        _ => false,
    });

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new OptionException(message);
        }
    }
}
