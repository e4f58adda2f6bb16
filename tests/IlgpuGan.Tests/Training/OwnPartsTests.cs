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
        "own-waves",
        (g, design) => g.Linear(16).Add(new Wave()).Linear(design.Image.Size).Tanh().Reshape(design.Image.ToArray()),
        (d, design) => d.Reshape(design.Image.Size).Linear(16).LeakyRelu(0.2f).Head(design.Condition));

    private static NetworkFamily Plain => new(
        "own-plain",
        (g, design) => g.Linear(16).Relu().Linear(design.Image.Size).Tanh().Reshape(design.Image.ToArray()),
        (d, design) => d.Reshape(design.Image.Size).Linear(16).LeakyRelu(0.2f).Head(design.Condition));

    private static GradientPenalty AtMost3 => new("own-penalty", 10, (critic, real, fake, uniform) =>
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
        Assert.Equal(("own-waves", "own-hinge", "own-penalty", "own-dimmer"), (saved.Network, saved.Loss, saved.Penalty, saved.Augment));
    }

    [Theory]
    [InlineData("network", "own-waves")]
    [InlineData("loss", "own-hinge")]
    [InlineData("penalty", "own-penalty")]
    [InlineData("augmentation", "own-dimmer")]
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

        Assert.Contains($"the {what} \"{name}\" is none of this program's; only one that gives it by options.With(...)", fault.Message, StringComparison.Ordinal);
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
        var penalty = new GradientPenalty("own-half-square", 1, (critic, real, _, _) => GradientPenalty.HalfSquare(critic, real));
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
        Assert.Contains("the network \"own-waves\" is none of this program's; only one that gives it to Generator.Load", fault.Message, StringComparison.Ordinal);
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
    public void Two_parameters_of_one_name_are_refused_with_the_remedy()
    {
        var twice = Waved((g, _) => g.Add(new Wave()).Add(new Wave()));

        var fault = Assert.Throws<OptionException>(() => Training(options => options.With(twice)).Run(folder["run"], stop: Token));

        Assert.Contains("two parameters named layer0.frequency", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Block.Next", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_is_in_one_place_of_one_network()
    {
        var wave = new Wave();

        var fault = Assert.Throws<OptionException>(() => Training(options => options.With(Waved((g, _) => g.Add(wave).Linear(16).Add(wave)))).Run(folder["run"], stop: Token));

        Assert.Contains("A Wave was added twice", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_makes_other_than_it_declared_is_named()
    {
        var fault = Assert.ThrowsAny<ArgumentException>(() => Training(options => options.With(Waved((g, _) => g.Add(new Liar())))).Run(folder["run"], stop: Token));

        Assert.Contains("A Liar makes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_by_names_that_checkpoints_do_not_know_are_refused()
    {
        var same = new NetworkFamily(
            "own-same", design => new Network("x", Shape.Of(design.Latent)).Linear(design.Image.Size).Reshape(design.Image.ToArray()),
            design => new Network("x", design.Image).Reshape(design.Image.Size).Head(design.Condition));

        var fault = Assert.Throws<OptionException>(() => Training(options => options.With(same)).Run(folder["run"], stop: Token));

        Assert.Contains("name them generator and discriminator", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_network_of_the_same_name_does_not_draw_with_the_weights()
    {
        Training(options => options.With(Waves)).Run(folder["run"], stop: Token);
        var other = new NetworkFamily("own-waves", Plain.Generator, Plain.Discriminator);

        var fault = Assert.Throws<CheckpointException>(() => Generator.Load(folder["run"], "cpu", network: other));

        Assert.Contains("no tensor 'generator.average.layer0.frequency'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void What_a_network_does_not_follow_is_refused(bool spectral, bool deviation, bool norm)
    {
        var asked = new TrainingOptions
        {
            SpectralNorm = spectral, MinibatchDeviation = deviation, DiscriminatorNorm = norm ? DiscriminatorNormalization.Layer : DiscriminatorNormalization.Auto,
        }.With(Plain);

        string property = spectral ? nameof(TrainingOptions.SpectralNorm) : deviation ? nameof(TrainingOptions.MinibatchDeviation) : nameof(TrainingOptions.DiscriminatorNorm);
        Assert.Contains(
            $"{property} changes nothing of own-plain", Assert.Throws<OptionException>(() => asked.Build(Shape.Of(Side, Side, 3), 0)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConditionKind.Projection, false, "Embed(design.Condition)")]
    [InlineData(ConditionKind.Projection, true, "Head(design.Condition)")]
    [InlineData(ConditionKind.Concatenation, true, "WithLabelChannels(design.Condition)")]
    public void Labels_that_a_network_takes_are_read_by_both(ConditionKind kind, bool embeds, string remedy)
    {
        var deaf = new NetworkFamily(
            "own-deaf", (g, design) => (embeds ? g.Embed(design.Condition) : g).Linear(design.Image.Size).Reshape(design.Image.ToArray()),
            (d, design) => d.Reshape(design.Image.Size).Linear(1)) { TakesLabels = true };
        var asked = new TrainingOptions { DiscriminatorCondition = kind }.With(deaf);

        Assert.Contains(remedy, Assert.Throws<OptionException>(() => asked.Build(Shape.Of(Side, Side, 3), 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_family_of_the_library_follows_what_its_row_says()
    {
        Assert.All(NetworkFamily.Table, family =>
        {
            foreach (var kind in family.TakesLabels ? Enum.GetValues<ConditionKind>() : [])
            {
                var (generator, _) = new TrainingOptions { Network = family.Name, DiscriminatorCondition = kind, Width = 16 }.Build(Shape.Of(Side, Side, 3), 4);
                Assert.Equal(Shape.Of(Side, Side, 3), generator.Output);
            }

            Assert.All(family.Follows, option => Assert.Contains(OptionRows.Table.Rows, row => row.Name == option));
        });
    }

    [Fact]
    public void Formulas_that_are_no_losses_are_refused_when_they_are_given()
    {
        var options = new TrainingOptions();
        string Fault(Func<TrainingOptions> give) => Assert.Throws<ArgumentException>(give).Message;

        Assert.Contains("has the shape [4, 1] where a single number is wanted", Fault(() => options.With(new OwnLoss { D = (real, _) => real })), StringComparison.Ordinal);
        Assert.Contains("of the generator is null", Fault(() => options.With(new OwnLoss { G = (_, _) => null! })), StringComparison.Ordinal);
        Assert.Contains("ComparesInGenerator must be true", Fault(() => options.With(new OwnLoss { G = (real, fake) => (real - fake).Mean() })), StringComparison.Ordinal);
        Assert.Contains("Equilibrium of the loss own-loss is NaN", Fault(() => options.With(new OwnLoss { Rest = double.NaN })), StringComparison.Ordinal);
        Assert.Contains("must be a number from 0 on", Fault(() => options.With(AtMost3 with { DefaultWeight = float.NaN })), StringComparison.Ordinal);
        Assert.Contains("must be a number from 0 on", Fault(() => options.With(AtMost3 with { DefaultWeight = -1 })), StringComparison.Ordinal);
        Assert.Contains("is the name of one that the library has", Fault(() => options.With(AtMost3 with { Name = "R1" })), StringComparison.Ordinal);
        Assert.Contains("is no name", Fault(() => options.With(AtMost3 with { Name = new string('x', 100) })), StringComparison.Ordinal);
    }

    [Fact]
    public void A_penalty_that_is_no_number_and_an_augmentation_of_another_shape_are_named()
    {
        var penalty = Assert.ThrowsAny<ArgumentException>(() => Training(options =>
            options.With(new GradientPenalty("own-rows", 1, (critic, real, _, _) => GradientPenalty.Squares(critic, real)))).Run(folder["run"], stop: Token));
        var augmentation = Assert.Throws<OptionException>(() => Training(options => options.With(new Flattening())).Run(folder["run"], stop: Token));

        Assert.Contains("The penalty own-rows has the shape [8, 1]", penalty.Message, StringComparison.Ordinal);
        Assert.Contains("Augment own-flat makes [8, 768] of images [8, 16, 16, 3]", augmentation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_outcome_is_told_in_words()
    {
        var outcome = Training(options => options.With(new SquaredHinge())).Run(folder["run"], stop: Token);

        Assert.Equal($"Completed after 4 steps in {folder["run"]}", outcome.ToString());
    }

    [Fact]
    public void State_of_an_augmentation_does_not_take_the_place_of_another()
    {
        var fault = Assert.Throws<OptionException>(() => Training(options => options.With(new Dimmer("sums"))).Run(folder["run"], stop: Token));

        Assert.Contains("a variable named sums", fault.Message, StringComparison.Ordinal);
    }

    private static NetworkFamily Waved(Func<Network, NetworkDesign, Network> layers) => new(
        "own-waves",
        (g, design) => layers(g.Linear(16), design).Linear(design.Image.Size).Tanh().Reshape(design.Image.ToArray()),
        (d, design) => d.Reshape(design.Image.Size).Linear(16).Head(design.Condition));

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
        public override string Name => "own-hinge";

        public override double Equilibrium => 2;

        public override Tensor Discriminator(Tensor real, Tensor fake) => (1 - real).LeakyRelu(0).Square().Mean() + (1 + fake).LeakyRelu(0).Square().Mean();

        public override Tensor Generator(Tensor real, Tensor fake) => -fake.Mean();
    }

    private sealed class Copied : BinaryCrossEntropy
    {
        public override string Name => "own-copy";

        public override Tensor Generator(Tensor real, Tensor fake) => fake.Graph.BceLoss(fake, target: 1);
    }

    /// <summary>Dims each image by a light of its own, the less the longer it runs: what it keeps is its count of updates.</summary>
    private sealed class Dimmer(string state) : IAugmentation
    {
        private readonly Variable updates = new(state, 1);

        public string Name { get; init; } = "own-dimmer";

        public IReadOnlyList<Variable> State => [updates];

        public Tensor Apply(Tensor images, ulong seed, int stream, Counter counter)
        {
            var (graph, batch) = (images.Graph, images.Shape[0]);
            var light = graph.RandomUniform(Shape.Of(batch, 1), seed, stream, counter) * (graph.Read(updates, 0, Shape.Scalar) + 1).Log();
            return (images.Reshape(batch, images.Shape.Size / batch) * light).Reshape(images.Shape.ToArray());
        }

        public void Update(Tensor realLogits) => realLogits.Graph.Assign(updates, 0, realLogits.Graph.Read(updates, 0, Shape.Scalar) + 1);
    }

    private sealed class OwnLoss : Objective
    {
        public Func<Tensor, Tensor, Tensor> D { get; init; } = (real, fake) => (fake - real).Mean();

        public Func<Tensor, Tensor, Tensor> G { get; init; } = (_, fake) => -fake.Mean();

        public double Rest { get; init; }

        public override string Name => "own-loss";

        public override double Equilibrium => Rest;

        public override Tensor Discriminator(Tensor real, Tensor fake) => D(real, fake);

        public override Tensor Generator(Tensor real, Tensor fake) => G(real, fake);
    }

    private sealed class Flattening : IAugmentation
    {
        public string Name => "own-flat";

        public Tensor Apply(Tensor images, ulong seed, int stream, Counter counter) => images.Reshape(images.Shape[0], images.Shape.Size / images.Shape[0]);
    }

    /// <summary>Declares one shape and makes another.</summary>
    private sealed class Liar : Layer
    {
        public override Tensor Apply(Pass pass, Tensor x) => x.Reshape(x.Shape[0], 2, x.Shape.Columns / 2);

        protected override Shape Build(Block block, Shape input) => input;
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
