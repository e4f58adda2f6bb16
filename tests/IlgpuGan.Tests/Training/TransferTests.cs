using System.Security.Cryptography;
using IlgpuGan.Data;
using IlgpuGan.Generation;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;
using IlgpuGan.Training.Transfer;

namespace IlgpuGan.Tests.Training;

/// <summary>A new run begins with what another has learnt.</summary>
public sealed class TransferTests : TransferFixture
{
    [Theory]
    [InlineData("dcgan")]
    [InlineData("mlp")]
    [InlineData("r3")]
    [InlineData("resnet")]
    public void A_run_begins_at_step_0_with_weights_and_average_of_its_parent_and_a_fresh_optimiser(string network)
    {
        var options = (network == "r3" ? R3 : Dcgan) with { Network = network, DiscriminatorSteps = 2 };
        string parent = Train("parent", Faces(options, 16));
        string child = Begin("child", parent, settings => settings with { Training = settings.Training with { Seed = 9 } });

        var (old, made) = (StateOf(parent), StateOf(child));
        foreach (var (name, tensor) in old)
        {
            if (name.Contains(".values.", StringComparison.Ordinal) || name.Contains(".average.", StringComparison.Ordinal))
            {
                Assert.Equal(tensor.Floats, made[name].Floats);
            }
            else if (name.Contains(".adam.", StringComparison.Ordinal))
            {
                Assert.All(made[name].Floats!, value => Assert.Equal(0, value));
            }
        }

        Assert.Equal([0, 0, 9, 0], made["counters"].Integers!);
        var record = RunFolder.ReadRecord(child);
        string file = RunFolder.CheckpointsIn(parent).FileOf(3);
        Assert.Equal(new ParentRun("parent", file, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))), 3), record.Parent);
        Assert.Equal((network, options.Width, options.LatentSize, 2), (record.Settings.Training.Network, record.Settings.Training.Width,
            record.Settings.Training.LatentSize, record.Settings.Training.DiscriminatorSteps));
        Assert.Contains(Observer.Notices, notice => notice.StartsWith("From parent at 3 steps (SHA-256 ", StringComparison.Ordinal) && notice.Contains("taken whole", StringComparison.Ordinal));
    }

    /// <summary>What belongs to its penalty and its kernels goes with them, and what a preset is published without stays.</summary>
    [Fact]
    public void What_suited_the_parent_gives_way_to_what_is_asked_for()
    {
        var options = Presets.Usual with { Width = 8, LatentSize = 12, Batch = 8, Steps = 3 };
        var parent = ParentFile.Read(Train("parent", Faces(options, 16)), Observer.Notice).SettingsFor(RunSettings.For("faces"));

        Assert.Equal((4, Upsampling.Resize), (parent.Training.PenaltyEvery, parent.Training.Upsampling));
        Assert.Equal((1, Upsampling.Resize), Given("--penalty", "r1"));
        Assert.Equal((4, Upsampling.Transposed), Given("--g-kernel", "5"));
        Assert.Equal((2, Upsampling.Resize), Given("--penalty-every", "2", "--penalty", "r1"));
        foreach (string preset in new[] { "quick", "dcgan" })
        {
            var named = OptionRows.Table.Apply(parent, OptionRows.Table.Read(["--preset", preset]));
            Assert.Equal((preset, new ImageSize(16, 16), Presets.Named(preset)), (named.Preset, named.Data.Size!, named.Training));
        }

        (int, Upsampling) Given(params string[] words)
        {
            var training = OptionRows.Table.Apply(parent, OptionRows.Table.Read(words)).Training;
            return (training.PenaltyEvery, training.Upsampling);
        }
    }

    [Fact]
    public void A_checkpoint_is_as_good_as_its_run_and_so_are_its_weights_as_files()
    {
        string parent = Train("parent", Faces(Dcgan, 16));
        RunExport.Open(parent, _ => { }).SaveWeights(this["weights"]);
        string of = RunFolder.CheckpointsIn(parent).FileOf(2);
        var byCheckpoint = StateOf(Begin("one", of, settings => settings));
        var byWeights = StateOf(Begin("two", this["weights"], settings => settings));
        string[] notices = [.. Observer.Notices];
        var byGenerator = StateOf(Begin("three", this["weights/generator.safetensors"], settings => settings));

        Assert.Equal(Checkpoint.Read(of).State["generator.values.layer1.weight"].Floats, byCheckpoint["generator.values.layer1.weight"].Floats);
        // Exported are the average of G and the weights of D.
        foreach (string name in new[] { "generator.values.layer1.weight", "generator.average.layer1.weight" })
        {
            Assert.Equal(Values(parent, "generator.average.layer1.weight"), byWeights[name].Floats);
            Assert.Equal(byWeights[name].Floats, byGenerator[name].Floats);
        }

        Assert.Equal(Values(parent, "discriminator.values.layer1.weight"), byWeights["discriminator.values.layer1.weight"].Floats);
        Assert.Contains("generator.moments", byWeights.Keys);
        Assert.Contains("taken whole", notices[^1], StringComparison.Ordinal);
        Assert.NotEqual(byWeights["discriminator.values.layer1.weight"].Floats, byGenerator["discriminator.values.layer1.weight"].Floats);
        Assert.Contains("the whole discriminator, which it does not hold", Observer.Notices[^1], StringComparison.Ordinal);
        Assert.Equal(("generator.safetensors", this["weights/generator.safetensors"]), (RunFolder.ReadRecord(this["three"]).Parent!.Name, RunFolder.ReadRecord(this["three"]).Parent!.File));
    }

    [Fact]
    public void A_dcgan_for_larger_images_keeps_the_stages_that_both_have_and_the_layers_at_the_image()
    {
        string parent = Train("parent", Faces(Dcgan, 32));
        string child = Begin("child", parent, settings => settings with { Data = settings.Data with { Size = new ImageSize(64, 64) } });

        Assert.Equal("32,16,8,8", RunFolder.ReadRecord(child).Settings.Training.StageWidths);
        Assert.Contains(Observer.Notices, notice => notice.Contains("made anew are generator layer3; discriminator layer1. All else is taken", StringComparison.Ordinal));
        foreach (var (made, old) in new[] { (0, 0), (1, 1), (2, 2), (4, 3) })
        {
            Assert.Equal(Values(parent, $"generator.average.layer{old}.weight"), Values(child, $"generator.average.layer{made}.weight"));
        }

        foreach (var (made, old) in new[] { (0, 0), (2, 1), (3, 2), (4, 3) })
        {
            Assert.Equal(Values(parent, $"discriminator.values.layer{old}.weight"), Values(child, $"discriminator.values.layer{made}.weight"));
        }
    }

    [Fact]
    public void A_child_has_its_parents_upsampling_minibatch_deviation_and_interval_of_the_penalty_until_others_are_given()
    {
        string old = Train("old", Faces(Dcgan, 16)), made = Train("made", Faces(Presets.Usual with { Width = 8, LatentSize = 12, Batch = 8, Steps = 3 }, 16));
        (bool, int, Upsampling) Of(string name, string from, Func<TrainingOptions, TrainingOptions> change) =>
            RunFolder.ReadRecord(Begin(name, from, settings => settings with { Training = change(settings.Training) })).Settings.Training is var training
                ? (training.MinibatchDeviation, training.PenaltyEvery, training.Upsampling) : default;

        Assert.Equal((false, 1, Upsampling.Transposed), Of("of old", old, training => training));
        Assert.Equal((true, 4, Upsampling.Resize), Of("of made", made, training => training));
        Assert.Equal((true, 4, Upsampling.Resize), Of("of faces", "faces", training => training with { Upsampling = Upsampling.Resize }));
        Assert.Equal((true, 4, Upsampling.Transposed), Of("faces", "faces", training => training));
        Assert.Equal((false, 1, Upsampling.Resize), Of("other", old, training => training with { Upsampling = Upsampling.Resize }));
    }

    [Fact]
    public void A_dcgan_for_smaller_images_leaves_its_highest_stage_out()
    {
        string parent = Train("parent", Faces(Dcgan, 32));
        string child = Begin("child", parent, settings => settings with { Data = settings.Data with { Size = new ImageSize(16, 16) } });

        Assert.Equal("32,16", RunFolder.ReadRecord(child).Settings.Training.StageWidths);
        Assert.Equal(Values(parent, "generator.average.layer1.weight"), Values(child, "generator.average.layer1.weight"));
        Assert.Contains(Observer.Notices, notice => notice.Contains("generator layer2; discriminator layer0.", StringComparison.Ordinal));
    }

    /// <summary>What new stages add begins at nought: a new G draws the old pictures enlarged, and a new D judges pictures as the old one does when they are reduced.</summary>
    [Fact]
    public void New_stages_of_r3_hand_the_picture_on()
    {
        string parent = Train("parent", Faces(R3, 32));
        string child = Begin("child", parent, settings => settings with { Data = settings.Data with { Size = new ImageSize(64, 64) } });
        var small = Draw(parent, 2);
        var large = Draw(child, 2);

        Assert.Contains("The new stages hand the picture on as it is at first.", Observer.Notices);
        // Sums of up to sixteen channels in another order; pictures lie within -1 and 1.
        AssertNear(Resampled(small, 32, isUp: true), large, 1e-4f);
        AssertNear(Judge(parent, Resampled(large, 64, isUp: false)), Judge(child, large), 1e-3f);
    }

    [Theory]
    [InlineData("projection")]
    [InlineData("concatenation")]
    [InlineData("classifier")]
    public void Labels_keep_what_they_were_by_their_names_and_new_ones_begin_at_the_mean(string kind)
    {
        var options = R3 with { Condition = "folder", DiscriminatorCondition = Enum.Parse<ConditionKind>(kind, ignoreCase: true), Batch = 6 };
        string parent = Train("parent", OfClasses(options, Classes("three", "bat", "cat", "dog")));
        string child = Begin("child", parent, settings => settings with { Training = settings.Training with { Condition = "folder" } }, Classes("five", "ant", "bat", "cat", "cow", "dog"));

        Assert.Contains("New labels begin at the mean of the parent's: ant, cow; the others keep what they were.", Observer.Notices);
        int[] olds = [0, 1, 2], news = [1, 2, 4];
        var images = Draw(parent, 3, olds);
        AssertNear(images, Draw(child, 3, news), 1e-5f);
        var (before, after) = (Judge(parent, images, olds), Judge(child, images, news));
        int width = kind == "classifier" ? 4 : 1;
        for (int image = 0; image < 3; image++)
        {
            float[] row = after[(image * after.Length / 3)..((image + 1) * after.Length / 3)];
            float[] of = before[(image * width)..((image + 1) * width)];
            AssertNear(of, kind == "classifier" ? [row[0], row[2], row[3], row[5]] : row, 1e-4f);
            if (kind == "classifier")
            {
                Assert.Equal((of[1] + of[2] + of[3]) / 3, row[1], 1e-4f);
            }
        }

        var (table, made) = (Values(parent, "generator.average.embedding"), Values(child, "generator.average.embedding"));
        foreach (int label in new[] { 0, 3 })
        {
            for (int feature = 0; feature < 3; feature++)
            {
                Assert.Equal((table[feature] + table[3 + feature] + table[6 + feature]) / 3, made[(label * 5) + feature], 1e-6f);
            }
        }
    }

    [Fact]
    public void Fewer_labels_draw_what_they_drew()
    {
        string parent = Train("parent", OfClasses(R3 with { Condition = "folder" }, Classes("five", "ant", "bat", "cat", "cow", "dog")));
        string child = Begin("child", parent, settings => settings with { Training = settings.Training with { Condition = "folder" } }, Classes("two", "cow", "bat"));
        var images = Draw(parent, 2, 1, 3);

        Assert.Contains("Its labels keep what they were by their names.", Observer.Notices);
        AssertNear(images, Draw(child, 2, 0, 1), 1e-5f);
        AssertNear(Judge(parent, images, 1, 3), Judge(child, images, 0, 1), 1e-4f);
    }

    [Fact]
    public void Labels_that_are_new_or_left_out_change_nothing_else()
    {
        string data = Classes("three", "bat", "cat", "dog");
        string plain = Train("plain", OfClasses(R3, data));
        string labelled = Begin("labelled", plain, settings => settings with { Training = settings.Training with { Condition = "folder" } }, data);
        AssertNear(Draw(plain, 3), Draw(labelled, 3, 0, 1, 2), 1e-5f);

        string back = Begin("back", labelled, settings => settings, data);
        Assert.Contains("The parent followed labels, and this run has none: what they added is left out; --condition takes them up.".Replace("--condition", "Condition", StringComparison.Ordinal),
            Observer.Notices.Select(notice => notice.Replace("--condition", "Condition", StringComparison.Ordinal)));
        AssertNear(Draw(plain, 3), Draw(back, 3), 1e-5f);
    }

    [Theory]
    [InlineData("dcgan", "projection")]
    [InlineData("dcgan", "concatenation")]
    [InlineData("dcgan", "classifier")]
    [InlineData("mlp", "concatenation")]
    [InlineData("resnet", "projection")]
    [InlineData("r3", "concatenation")]
    public void Labels_come_to_every_network_and_nothing_else_begins_anew(string network, string kind)
    {
        string data = Classes("three", "bat", "cat", "dog");
        string plain = Train("plain", OfClasses((network == "r3" ? R3 : Dcgan) with { Network = network }, data));
        string labelled = Begin("labelled", plain, settings => settings with
        {
            Training = settings.Training with { Condition = "folder", DiscriminatorCondition = Enum.Parse<ConditionKind>(kind, ignoreCase: true) },
        }, data);
        string again = Begin("again", labelled, settings => settings with { Training = settings.Training with { Condition = "folder" } }, Classes("four", "bat", "cat", "dog", "elk"));

        string[] sentences = [.. Observer.Notices.Where(notice => notice.StartsWith("From ", StringComparison.Ordinal))];
        string anew = kind == "projection" ? "are generator embedding; discriminator embedding." : "is generator embedding.";
        Assert.Contains($"made anew {anew} All else is taken", sentences[0], StringComparison.Ordinal);
        Assert.Contains(": no layer is made anew; the optimiser begins anew.", sentences[1], StringComparison.Ordinal);
        var images = Draw(plain, 2);
        int width = kind == "classifier" ? 4 : 1;
        // What D says of labels is new; its logit is not.
        float[] logits = [.. Judge(labelled, images, 1, 2).Chunk(width).Select(row => row[0])];
        if (kind != "projection")
        {
            AssertNear(Judge(plain, images), logits, 1e-3f);
        }

        AssertNear(logits, [.. Judge(again, images, 1, 2).Chunk(kind == "classifier" ? 5 : 1).Select(row => row[0])], 1e-3f);
        // Without moments of a batch what G draws is to be compared, too.
        if (network is "r3" or "mlp")
        {
            AssertNear(images, Draw(labelled, 2, 1, 2), 1e-4f);
            AssertNear(images, Draw(again, 2, 1, 2), 1e-4f);
        }
        else
        {
            Assert.Equal(Values(plain, "generator.average.layer1.weight"), Values(again, "generator.average.layer1.weight"));
        }
    }

    [Theory]
    [InlineData("dcgan")]
    [InlineData("mlp")]
    [InlineData("r3")]
    [InlineData("resnet")]
    public void Grey_images_are_judged_as_the_same_images_in_colour_were(string network)
    {
        string parent = Train("parent", Faces((network == "r3" ? R3 : Dcgan) with { Network = network }, 16));
        string child = Begin("child", parent, settings => settings with { Data = settings.Data with { Channels = 1 } });
        float[] grey = [.. Enumerable.Range(0, 2 * 16 * 16).Select(i => MathF.Sin(i * 0.37f))];

        Assert.Contains("The parent's images have 3 channels and these 1: weights of grey are sums of those of the colours.", Observer.Notices);
        AssertNear(Judge(parent, [.. grey.SelectMany(value => new[] { value, value, value })]), Judge(child, grey), 1e-3f);
    }

    [Theory]
    [InlineData(1, 3, "1 channel and these 3: each of the colours begins as the grey.")]
    [InlineData(3, 4, "3 channels and these 4: alpha begins anew.")]
    [InlineData(4, 3, "4 channels and these 3: what belonged to alpha is left out.")]
    [InlineData(4, 1, "4 channels and these 1: weights of grey are sums of those of the colours, what belonged to alpha is left out.")]
    [InlineData(1, 4, "1 channel and these 4: each of the colours begins as the grey, alpha begins anew.")]
    public void What_other_channels_are_made_of_is_said(int before, int now, string words)
    {
        string parent = Train("parent", Faces(Dcgan, 16, before));
        Begin("child", parent, settings => settings with { Data = settings.Data with { Channels = now } });

        Assert.Contains($"The parent's images have {words}", Observer.Notices);
    }

    [Fact]
    public void A_label_is_that_of_a_parent_by_its_column_and_its_word()
    {
        LabelChoice Of(string name, params string[] values) => new([new(name, values, [.. values.Select(_ => 1)])]);

        Assert.Equal(["red", "green"], AxisMaps.NewLabels(Of("hair", "red", "blue"), Of("shirt", "red", "green")));
        Assert.Equal(["green"], AxisMaps.NewLabels(Of("hair", "red", "blue"), Of("hair", "red", "green")));
        // What folders and tables call classes by themselves may be anything.
        foreach (string plain in new[] { "folder", "class", "fine_label", "train/y_train" })
        {
            Assert.Equal(["green"], AxisMaps.NewLabels(Of("hair", "red", "blue"), Of(plain, "red", "green")));
            Assert.Equal(["green"], AxisMaps.NewLabels(Of(plain, "red", "blue"), Of("shirt", "red", "green")));
        }
        var two = new LabelChoice([new("hair", ["red"], [1]), new("folder", ["red", "blue"], [1, 1])]);
        Assert.Equal(["folder=red", "folder=blue"], AxisMaps.NewLabels(Of("hair", "red", "blue"), two));
        var map = AxisMaps.Labels(Of("hair", "red", "blue"), Of("shirt", "red", "green"));
        Assert.All(map.Entries, entry => Assert.Equal([new Share(0, 0.5f), new Share(1, 0.5f)], entry!));
    }

    [Fact]
    public void Labels_of_which_none_is_the_parents_do_not_say_that_others_are()
    {
        string parent = Train("parent", OfClasses(R3 with { Condition = "folder" }, Classes("two", "bat", "cat")));
        Begin("child", parent, settings => settings with { Training = settings.Training with { Condition = "folder" } }, Classes("others", "ant", "cow"));

        Assert.Contains("New labels begin at the mean of the parent's: ant, cow; none is one of the parent's.", Observer.Notices);
    }

    [Fact]
    public void What_comes_with_the_program_is_called_by_its_name()
    {
        var run = ParentFile.Read("faces").Run;

        Assert.Equal(("faces", "faces"), (run.Name, run.File));
        RunImport.Create("faces", null, this["imported"], _ => { });
        Assert.Equal((48, 48), (RunFolder.ReadRecord(this["imported"]).Data.Height, RunFolder.ReadRecord(this["imported"]).Data.Width));
    }

    [Fact]
    public void A_grey_run_goes_on_in_colour_with_the_same_pictures()
    {
        string parent = Train("parent", Faces(R3, 16, channels: 1));
        string child = Begin("child", parent, settings => settings with { Data = settings.Data with { Channels = 3 } });
        var grey = Draw(parent, 2);
        float[] colour = [.. grey.SelectMany(value => new[] { value, value, value })];

        AssertNear(colour, Draw(child, 2), 1e-5f);
        AssertNear(Judge(parent, grey), Judge(child, colour), 1e-3f);
    }

    [Fact]
    public void Colours_are_drawn_in_the_grey_that_files_are_read_in()
    {
        string parent = Train("parent", Faces(R3, 16));
        string child = Begin("child", parent, settings => settings with { Data = settings.Data with { Channels = 1 } });
        float[] luma = [.. Draw(parent, 2).Chunk(3).Select(colour => 0.299f * colour[0] + 0.587f * colour[1] + 0.114f * colour[2])];

        AssertNear(luma, Draw(child, 2), 1e-5f);
    }

    [Fact]
    public void The_vectors_of_spectral_normalisation_come_along()
    {
        var options = Dcgan with { SpectralNorm = true, Penalty = "none", Loss = "hinge" };
        string parent = Train("parent", Faces(options, 16));
        string child = Begin("child", parent, settings => settings with { Data = settings.Data with { Channels = 1 } });

        var (old, made) = (Values(parent, "discriminator.spectral.u"), Values(child, "discriminator.spectral.u"));
        Assert.Equal(old, made);
    }

    [Fact]
    public void A_run_of_a_parent_that_dies_goes_on_without_it_bit_for_bit()
    {
        string parent = Train("parent", Faces(Dcgan, 16));
        RunSettings Change(RunSettings settings) => settings with { Schedule = new() { ReportEvery = 2, CheckpointEvery = 4 } };
        Run("whole", step => { });
        Assert.Throws<InvalidOperationException>(() => Run("early", Die(at: 2)));
        Assert.Throws<InvalidOperationException>(() => Run("late", Die(at: 5)));
        Directory.Delete(parent, recursive: true);
        Assert.Equal([0], RunFolder.CheckpointsIn(this["early"]).Steps());

        foreach (string name in new[] { "early", "late" })
        {
            using (var session = TrainingSession.Resume(this[name], saved => saved, new TrainingEngine(), Observer, TimeProvider.System, Token))
            {
                Assert.Equal(RunEnd.Completed, session.Run(Token).End);
            }

            Assert.Equal(File.ReadAllBytes(RunFolder.CheckpointsIn(this["whole"]).FileOf(6)), File.ReadAllBytes(RunFolder.CheckpointsIn(this[name]).FileOf(6)));
            Assert.Equal("parent", RunFolder.ReadRecord(this[name]).Parent!.Name);
        }

        void Run(string name, Action<long> stepped)
        {
            using var session = Open(name, parent, Change, observer: new Stepping(stepped));
            session.Run(Token);
        }

        static Action<long> Die(long at) => step => _ = step == at ? throw new InvalidOperationException("died") : 0;
    }

    [Fact]
    public void A_run_that_has_lost_what_its_parent_gave_is_not_begun_with_noise()
    {
        string parent = Train("parent", Faces(Dcgan, 16));
        string child = Begin("child", parent, settings => settings);
        Directory.Delete(Path.Combine(child, "checkpoints"), recursive: true);

        var fault = Assert.Throws<CheckpointException>(() => TrainingSession.Resume(child, saved => saved, new TrainingEngine(), Observer, TimeProvider.System, Token));
        Assert.Contains("was killed before it had the weights of parent, or its checkpoints are gone", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_trains_on_from_a_parent_without_a_folder()
    {
        string parent = Train("parent", Faces(R3, 16));
        var training = GanTraining.From(ParentFile.Read(parent), "faces").With(options => options with { Steps = 1, LearningRate = 1e-9f, AverageHalfLifeKimg = 1e6f, Batch = 4 })
            .WithData(data => data with { FaceCount = 24, UseCache = false });
        using var generator = Generator.Train(new GanTraining(training.Settings with { Device = "cpu" }) { Parent = training.Parent }, Token);

        // One step at such a rate moves no weight that could be seen, and so long a half-life none of the average.
        AssertNear([.. Draw(parent, 2).Select(value => Math.Clamp(value, -1, 1))], generator.Decode(generator.Latents(2, seed: 5)), 1e-4f);
    }

    /// <summary>[1, 3, 3, 1] twice, as r3 resamples: beyond the border is nought.</summary>
    private static float[] Resampled(float[] images, int side, bool isUp)
    {
        const int Channels = 3;
        double[] taps = [1, 3, 3, 1];
        int made = isUp ? side * 2 : side / 2, count = images.Length / (side * side * Channels);
        var result = new double[count * made * made * Channels];
        int small = Math.Min(side, made), large = Math.Max(side, made);
        for (int n = 0; n < count; n++)
        {
            for (int y = 0; y < small; y++)
            {
                for (int x = 0; x < small; x++)
                {
                    for (int tap = 0; tap < 16; tap++)
                    {
                        var (row, column) = (2 * y - 1 + tap / 4, 2 * x - 1 + tap % 4);
                        if (row < 0 || column < 0 || row >= large || column >= large)
                        {
                            continue;
                        }

                        for (int c = 0; c < Channels; c++)
                        {
                            int of = (((n * small) + y) * small + x) * Channels + c, at = (((n * large) + row) * large + column) * Channels + c;
                            result[isUp ? at : of] += (isUp ? images[of] * 4 : images[at]) * taps[tap / 4] * taps[tap % 4] / 64;
                        }
                    }
                }
            }
        }

        return [.. result.Select(value => (float)value)];
    }

    private static RunSettings OfClasses(TrainingOptions training, string source) => new()
    {
        Data = new ImageSetOptions { Source = source, Size = new ImageSize(16, 16), Channels = 3, UseCache = false },
        Training = training,
        Device = "cpu",
    };

    private sealed class Stepping(Action<long> stepped) : IRunObserver
    {
        public void Stepped(long step) => stepped(step);

        public void Started(RunStart start)
        {
        }

        public void Reported(TrainingReport report, TimeSpan left)
        {
        }

        public void SampleSaved(long step, string path)
        {
        }

        public void CheckpointSaved(long step, string path)
        {
        }

        public void Notice(string sentence)
        {
        }

        public void Report(Work value)
        {
        }
    }
}
