using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;
using IlgpuGan.Options;

namespace IlgpuGan.Theory;

/// <summary>A way from G's scores of words to what D reads.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">What a figure calls it.</param>
/// <param name="Read">From the chosen words, one-hot, and the softmax of their scores, [N, words, vocabulary] both, to what D reads.</param>
internal sealed record WordChoice(string Name, string Title, Func<Tensor, Tensor, Tensor> Read)
{
    /// <summary>Name of the way without any softmax.</summary>
    public const string Argmax = "argmax";

    /// <summary>
    /// The ways. The largest score changes nothing when it changes a little, so that its gradient is zero; a softmax of scores with Gumbel noise has one and comes near to one-hot at low
    /// temperature (Jang et al. 2017, Maddison et al. 2017); straight through, D reads the words and G's gradient is that of the softmax (Bengio et al. 2013).
    /// </summary>
    public static IReadOnlyList<WordChoice> Table { get; } =
    [
        new(Argmax, "straight argmax", (hard, _) => hard),
        new("gumbel-softmax", "Gumbel-softmax", (_, soft) => soft),
        new("straight-through", "straight-through", (hard, soft) => hard + (soft - soft.Detach())),
    ];
}

/// <summary>What is trained.</summary>
internal sealed record SequenceOptions
{
    /// <summary>Ways to choose words, by name.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [.. WordChoice.Table.Select(choice => choice.Name)];

    /// <summary>Temperature of the softmax, above 0: below 1 it is sharper.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Updates of G.</summary>
    public int Steps { get; init; } = 3000;

    /// <summary>Sentences of an update.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Hidden units of each of two layers of G and of D.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Learning rate of Adam.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Seed of weights, latents and sentences.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks the values that a training of any kind has; of the temperature the command knows the option.</summary>
    /// <exception cref="OptionException">The first value that is not, by the name of its option.</exception>
    public void Validate()
    {
        OptionCheck.Between("--steps", Steps, 1, 1_000_000);
        OptionCheck.Between("--batch", Batch, 2, 8192);
        OptionCheck.Between("--width", Width, 1, 1024);
        OptionCheck.Above0("--lr", LearningRate, 1);
    }
}

/// <summary>How a generator of sentences was at one step.</summary>
/// <param name="Step">Updates made.</param>
/// <param name="Valid">Share of its sequences that are sentences of the grammar.</param>
/// <param name="Distinct">How many different sentences are among them.</param>
/// <param name="GradientNorm">Euclidean norm of G's gradient in its last update; NaN before the first.</param>
internal sealed record SequencePoint(int Step, double Valid, int Distinct, double GradientNorm);

/// <summary>A training with one way to choose words.</summary>
/// <param name="Choice">Its name.</param>
/// <param name="Title">What a figure calls it.</param>
/// <param name="Points">How it went, from before the first update on.</param>
/// <param name="Samples">Some of its sequences in the end, and whether each is a sentence.</param>
internal sealed record SequenceTrial(string Choice, string Title, IReadOnlyList<SequencePoint> Points, IReadOnlyList<(string Text, bool IsSentence)> Samples);

/// <summary>Trains generators of sentences, which are chosen words and no numbers, on <see cref="ToyGrammar"/>: with which choice does G learn?</summary>
internal static class SequenceStudy
{
    private const int Latent = 16, NoiseStream = 0, GumbelStream = 2, PenaltyStream = 4, FreshStreams = 8;

    /// <summary>Sequences that a share is taken of.</summary>
    public const int Judged = 2000;

    private const int Moments = 30, Shown = 5;

    // Uniform numbers may be 0, of which there is no logarithm.
    private const float Tiny = 1e-7f;

    /// <summary>Trains with each choice.</summary>
    /// <param name="options">What is trained.</param>
    /// <param name="device">Where.</param>
    /// <param name="progress">Hears of each update.</param>
    /// <param name="cancellation">Ends the study between two updates.</param>
    /// <returns>The trials, each as it ends.</returns>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    public static IEnumerable<SequenceTrial> Run(SequenceOptions options, ComputeDevice device, IProgress<Work>? progress, CancellationToken cancellation)
    {
        options.Validate();
        return options.Choices.Select((name, i) => Train(
            WordChoice.Table.Single(choice => choice.Name == name), options, device, progress,
            new(WorkKind.ComparingTrainings, i * (long)options.Steps, options.Choices.Count * (long)options.Steps, name), cancellation));
    }

    private static SequenceTrial Train(WordChoice choice, SequenceOptions options, ComputeDevice device, IProgress<Work>? progress, Work before, CancellationToken cancellation)
    {
        int words = ToyGrammar.Words.Count;
        var generator = new Network("generator", Shape.Of(Latent)).Linear(options.Width).LeakyRelu(0.2f).Linear(options.Width).LeakyRelu(0.2f)
            .Linear(ToyGrammar.Length * words).Reshape(ToyGrammar.Length, words);
        var critic = Mlp.Discriminator(new NetworkDesign(Shape.Of(ToyGrammar.Length * words), Latent: 1, options.Width));
        using var variables = new VariableStore(device, Precision.Fp32);
        var sentences = new Variable("sentences", ToyGrammar.Sentences.Count * ToyGrammar.Length * words);
        variables.Upload(sentences, [.. ToyGrammar.Sentences.SelectMany(sentence => sentence.SelectMany(word => Enumerable.Range(0, words).Select(i => i == word ? 1f : 0f)))]);
        var counter = new Counter("updates");
        var (graph, norm) = Algorithm(choice, options, generator, critic, sentences, counter);
        using var plan = Plan.Compile(variables, graph, norm);
        foreach (var network in (Network[])[generator, critic])
        {
            variables.Upload(network.Parameters.Values, Initialization.Draw(network.Parameters, options.Seed));
        }

        var judgement = new Graph();
        var fresh = new Counter("fresh");
        var (chosen, _) = Draw(judgement, generator, options, Judged, FreshStreams, fresh);
        using var judge = Plan.Compile(variables, judgement, chosen);
        var points = new List<SequencePoint>();
        for (int step = 0; step <= options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (step % Math.Max(1, options.Steps / Moments) == 0 || step == options.Steps)
            {
                var drawn = Sequences(judge, chosen);
                points.Add(new(
                    step, drawn.Count(ToyGrammar.IsSentence) / (double)drawn.Count, drawn.Where(ToyGrammar.IsSentence).Select(ToyGrammar.Text).Distinct().Count(),
                    step == 0 ? double.NaN : Math.Sqrt(plan.Fetch(norm)[0])));
            }

            if (step < options.Steps)
            {
                plan.Run(0);
                progress?.Report(before.After(step + 1));
            }
        }

        return new(choice.Name, choice.Title, points, [.. Sequences(judge, chosen).Take(Shown).Select(sequence => (ToyGrammar.Text(sequence), ToyGrammar.IsSentence(sequence)))]);
    }

    /// <summary>Fix G, train D; fix D, train G. Gives the square of the norm of G's gradient, too.</summary>
    private static (Graph Graph, Tensor Norm) Algorithm(WordChoice choice, SequenceOptions options, Network generator, Network critic, Variable sentences, Counter counter)
    {
        var graph = new Graph();
        var (objective, penalty) = (Objective.Named("rpgan"), GradientPenalty.Named("r1+r2")!);
        var optimizer = new Optimizer(UpdateRule.Adam) { LearningRate = options.LearningRate, Beta1 = 0, Beta2 = 0.99f };
        var weights = critic.Take(graph);
        Tensor Judge(Tensor text) => critic.Apply(text, weights);
        Tensor Fakes(int stream)
        {
            var (hard, soft) = Draw(graph, generator, options, options.Batch, stream, counter);
            return choice.Read(hard, soft).Reshape(options.Batch, critic.Input.Size);
        }

        Tensor real = graph.GatherRows(sentences, Shape.Of(options.Batch, critic.Input.Size), options.Seed, counter), fake = Fakes(NoiseStream).Detach();
        var loss = objective.Discriminator(Judge(real), Judge(fake))
            + (penalty.Of(Judge, real, fake, shape => graph.RandomUniform(shape, options.Seed, PenaltyStream, counter)) * 0.1f);
        graph.Update(critic.Parameters, Differentiation.Gradients(loss, critic.Parameters), optimizer, counter);

        weights = critic.Take(graph);
        var gradients = Differentiation.Gradients(objective.Generator(Judge(real), Judge(Fakes(NoiseStream + 1))), generator.Parameters);
        var norm = gradients.Select(gradient => gradient.Square().Sum()).Aggregate((sum, square) => sum + square);
        graph.Update(generator.Parameters, gradients, optimizer, counter);
        graph.Advance(counter);
        return (graph, norm);
    }

    /// <summary>Words that G chooses by its scores with Gumbel noise, which draws each word with the probability that softmax gives it; one-hot, and their softmax.</summary>
    private static (Tensor Hard, Tensor Soft) Draw(Graph graph, Network generator, SequenceOptions options, int count, int stream, Counter counter)
    {
        var scores = generator.Apply(graph.RandomNormal(Shape.Of(count, Latent), options.Seed, stream, counter));
        var uniform = (graph.RandomUniform(scores.Shape, options.Seed, GumbelStream + stream, counter) * (1 - (2 * Tiny))) + Tiny;
        var noisy = scores - (-uniform.Log()).Log();
        var tempered = noisy / options.Temperature;
        return (1 - (noisy.MaxColumns() - noisy).Step(), (tempered - tempered.LogSumExp()).Exp());
    }

    private static List<int[]> Sequences(Plan plan, Tensor chosen)
    {
        plan.Run(0);
        var values = plan.Fetch(chosen);
        int words = ToyGrammar.Words.Count;
        return [.. Enumerable.Range(0, Judged).Select(i => Enumerable.Range(0, ToyGrammar.Length).Select(place =>
            values.AsSpan(((i * ToyGrammar.Length) + place) * words, words).IndexOf(1f)).ToArray())];
    }
}
