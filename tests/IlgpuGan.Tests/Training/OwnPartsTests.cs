using IlgpuGan.Augmentation;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Generation;
using IlgpuGan.Graphs;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>Losses, penalties, networks and augmentations that a program gives a run as objects.</summary>
public sealed class OwnPartsTests : IDisposable
{
    private const int Count = 24, Side = 16;

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static NetworkFamily Waves => new(
        "waves",
        (g, design) => g.Linear(16).Add(new Wave()).Linear(design.Image.Size).Tanh().Reshape(design.Image.ToArray()),
        (d, design) => d.Reshape(design.Image.Size).Linear(16).LeakyRelu(0.2f).Head(design.Condition));

    private static NetworkFamily Plain => new(
        "plain",
        (g, design) => g.Linear(16).Relu().Linear(design.Image.Size).Tanh().Reshape(design.Image.ToArray()),
        (d, design) => d.Reshape(design.Image.Size).Linear(16).LeakyRelu(0.2f).Head(design.Condition));

    private static GradientPenalty AtMost3 => new("at-most-3", 10, (critic, real, fake, uniform) =>
        (GradientPenalty.Norms(critic, GradientPenalty.Between(real, fake, uniform)) - 3).LeakyRelu(0).Square().Mean());

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_with_parts_of_a_program_goes_on_bit_for_bit_with_what_has_their_names()
    {
        Training(All).Run(folder["whole"], stop: Token);
        Training(options => All(options) with { Steps = 2 }).Run(folder["run"], stop: Token);

        GanTraining.Like(folder["run"], Images()).With(options => All(options) with { Steps = 4 }).Run(folder["run"], ExistingRun.Resume, Token);

        Assert.Equal(Checkpoint("whole"), Checkpoint("run"));
        var saved = RunFolder.ReadRecord(folder["run"]).Settings.Training;
        Assert.Equal(("waves", "squared-hinge", "at-most-3", "dimmer"), (saved.Network, saved.Loss, saved.Penalty, saved.Augment));
    }

    [Theory]
    [InlineData("network", "waves")]
    [InlineData("loss", "squared-hinge")]
    [InlineData("penalty", "at-most-3")]
    [InlineData("augmentation", "dimmer")]
    public void A_run_does_not_go_on_without_them(string what, string name)
    {
        TrainingOptions Only(TrainingOptions options) => what switch
        {
            "network" => options.With(Waves),
            "loss" => options.With(new SquaredHinge()),
            "penalty" => options.With(AtMost3),
            _ => options.With(new Dimmer("dimmer.state")),
        };
        Training(Only).Run(folder["run"], stop: Token);

        var fault = Assert.Throws<OptionException>(() => GanTraining.Like(folder["run"], Images()).Run(folder["run"], ExistingRun.Resume, Token));

        Assert.Contains($"the {what} \"{name}\", which is none of this program's", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_goes_on_with_no_other_in_their_place()
    {
        Training(All).Run(folder["run"], stop: Token);

        var loss = Assert.Throws<RunFolderException>(() => Training(options => All(options) with { Loss = "hinge" }).Run(folder["run"], ExistingRun.Resume, Token));
        var penalty = Assert.Throws<RunFolderException>(() => Training(options => All(options) with { Penalty = "r1" }).Run(folder["run"], ExistingRun.Resume, Token));

        Assert.Contains("Loss hinge contradicts", loss.Message, StringComparison.Ordinal);
        Assert.Contains("Penalty r1 contradicts", penalty.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_and_a_penalty_train_as_the_library_s_own_of_the_same_formula()
    {
        Training(options => options with { Loss = "non-saturating", Penalty = "r1", PenaltyEvery = 2 }).Run(folder["named"], stop: Token);
        var penalty = new GradientPenalty("half-square", 1, (critic, real, _, _) => GradientPenalty.HalfSquare(critic, real));
        Training(options => (options with { PenaltyEvery = 2 }).With(new Copied()).With(penalty)).Run(folder["own"], stop: Token);

        Assert.Equal(Checkpoint("named"), Checkpoint("own"));
    }

    [Fact]
    public void A_network_of_a_program_draws_where_it_is_given_and_is_asked_for_where_it_is_not()
    {
        Training(All).Run(folder["run"], stop: Token);
        using var direct = Generator.Train(Training(All), Token);

        using var loaded = Generator.Load(folder["run"], "cpu", network: Waves);
        var fault = Assert.Throws<RunFolderException>(() => Generator.Load(folder["run"], "cpu"));

        Assert.Equal(direct.Sample(3, cancellation: Token), loaded.Sample(3, cancellation: Token));
        Assert.Contains("the network \"waves\", which is none of this program's", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_training_needs_is_not_needed_to_draw()
    {
        Training(options => options.With(new SquaredHinge()).With(AtMost3).With(new Dimmer("dimmer.state"))).Run(folder["run"], stop: Token);

        using var generator = Generator.Load(folder["run"], "cpu");

        Assert.Equal(4, generator.Step);
    }

    [Fact]
    public void Networks_of_known_layers_are_exported_and_read_again_and_others_are_refused_by_the_layer()
    {
        Training(options => options.With(Plain)).Run(folder["plain"], stop: Token);
        Training(options => options.With(Waves)).Run(folder["waves"], stop: Token);

        RunExport.Open(folder["plain"], _ => { }, Plain).SaveWeights(folder["weights"]);
        using var drawn = Generator.Load(folder["plain"], "cpu", network: Plain);
        using var read = Generator.Load(folder["weights/generator.safetensors"], "cpu", network: Plain);
        var fault = Assert.Throws<OptionException>(() => RunExport.Open(folder["waves"], _ => { }, Waves));

        Assert.Equal(drawn.Sample(2, cancellation: Token), read.Sample(2, cancellation: Token));
        Assert.Contains("layer Wave", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_the_library_and_names_that_nobody_can_read_are_not_taken()
    {
        var options = new TrainingOptions();
        Assert.All((ArgumentException[])
        [
            Assert.Throws<ArgumentException>(() => options.With(new NetworkFamily("dcgan", Plain.Generator, Plain.Discriminator))),
            Assert.Throws<ArgumentException>(() => options.With(AtMost3 with { Name = "r1" })),
            Assert.Throws<ArgumentException>(() => options.With(new Dimmer("state") { Name = "none" })),
        ], fault => Assert.Contains("is the name of one that the library has", fault.Message, StringComparison.Ordinal));
        Assert.Contains("is no name", Assert.Throws<ArgumentException>(() => options.With(AtMost3 with { Name = " " })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_that_end_in_something_else_are_refused_before_anything_is_written()
    {
        var flat = new NetworkFamily("flat", (g, design) => g.Linear(design.Image.Size), (d, design) => d.Reshape(design.Image.Size).Head(design.Condition));
        var wide = new NetworkFamily("wide", (g, design) => g.Linear(design.Image.Size).Reshape(design.Image.ToArray()), (d, design) => d.Reshape(design.Image.Size).Linear(2));

        var generator = Assert.Throws<OptionException>(() => Training(options => options.With(flat)).Run(folder["run"], stop: Token));
        var discriminator = Assert.Throws<OptionException>(() => Training(options => options.With(wide)).Run(folder["run"], stop: Token));

        Assert.Contains("makes [768] of a latent, but an image is [16, 16, 3]", generator.Message, StringComparison.Ordinal);
        Assert.Contains("makes [2] of an image, but must make [1]", discriminator.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void Labels_are_not_given_to_networks_that_do_not_take_them()
    {
        var options = new TrainingOptions { Condition = "all" };
        var deaf = Assert.Throws<OptionException>(options.With(Plain).Validate);
        options.With(Plain with { TakesLabels = true }).Validate();

        Assert.Contains("TakesLabels", deaf.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void State_of_an_augmentation_does_not_take_the_place_of_another()
    {
        var fault = Assert.Throws<OptionException>(() => Training(options => options.With(new Dimmer("sums"))).Run(folder["run"], stop: Token));

        Assert.Contains("a variable named sums", fault.Message, StringComparison.Ordinal);
    }

    private static TrainingOptions All(TrainingOptions options) => options.With(Waves).With(new SquaredHinge()).With(AtMost3).With(new Dimmer("dimmer.state"));

    private static GanTraining Training(Func<TrainingOptions, TrainingOptions> change) => new GanTraining(new RunSettings
    {
        Data = ImageSetOptions.Of(Images()) with { UseCache = false },
        Training = new TrainingOptions { Width = 8, LatentSize = 12, Steps = 4, Batch = 8 },
        Device = "cpu",
        Tune = TuningMode.Off,
    }).With(change);

    private static ImageSequence Images() => new("given", Enumerable.Range(0, Count).Select(seed =>
    {
        byte[] pixels = new byte[Side * Side * 3];
        new Random(seed).NextBytes(pixels);
        return SourceImage.FromPixels(pixels, Side, Side, 3);
    }));

    private byte[] Checkpoint(string run) => File.ReadAllBytes(RunFolder.CheckpointsIn(folder[run]).FileOf(4));

    private sealed class SquaredHinge : Objective
    {
        public override string Name => "squared-hinge";

        public override double Equilibrium => 2;

        public override Tensor Discriminator(Tensor real, Tensor fake) => (1 - real).LeakyRelu(0).Square().Mean() + (1 + fake).LeakyRelu(0).Square().Mean();

        public override Tensor Generator(Tensor real, Tensor fake) => -fake.Mean();
    }

    private sealed class Copied : BinaryCrossEntropy
    {
        public override string Name => "copied";

        public override Tensor Generator(Tensor real, Tensor fake) => fake.Graph.BceLoss(fake, target: 1);
    }

    /// <summary>Dims each image by a light of its own, the less the longer it runs: what it keeps is its count of updates.</summary>
    private sealed class Dimmer(string state) : IAugmentation
    {
        private readonly Variable updates = new(state, 1);

        public string Name { get; init; } = "dimmer";

        public IReadOnlyList<Variable> State => [updates];

        public Tensor Apply(Tensor images, ulong seed, int stream, Counter counter)
        {
            var (graph, batch) = (images.Graph, images.Shape[0]);
            var light = graph.RandomUniform(Shape.Of(batch, 1), seed, stream, counter) * (graph.Read(updates, 0, Shape.Scalar) + 1).Log();
            return (images.Reshape(batch, images.Shape.Size / batch) * light).Reshape(images.Shape.ToArray());
        }

        public void Update(Tensor realLogits) => realLogits.Graph.Assign(updates, 0, realLogits.Graph.Read(updates, 0, Shape.Scalar) + 1);
    }

    /// <summary>x tanh(f x) with a learnt f of each feature.</summary>
    private sealed class Wave : Layer
    {
        private Parameter? frequency;

        public override Tensor Apply(Pass pass, Tensor x) => x * (x * pass.Read(frequency!)).Tanh();

        protected override Shape Build(Block block, Shape input)
        {
            frequency = block.Add("frequency", Shape.Of(input.Columns), mean: 1, deviation: 0.1f);
            return input;
        }
    }
}
