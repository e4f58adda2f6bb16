using IlgpuGan.Data;
using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>What cannot be begun with is refused in a sentence before a folder is made.</summary>
public sealed class RefusedParentTests : TransferFixture
{
    [Fact]
    public void Another_family_is_refused()
    {
        string parent = Train("parent", Faces(Dcgan, 16));

        Assert.Equal("Network r3 is another family than dcgan, of which parent is; leave it out, or leave Parent out.",
            Refused<OptionException>(parent, settings => settings with { Training = settings.Training with { Network = "r3" } }));
    }

    [Fact]
    public void Half_the_channels_are_refused()
    {
        string parent = Train("parent", Faces(Dcgan, 16));

        Assert.Equal("Parent parent: no layer of its generator has the shape of one of this network; leave out what makes it another: Width 4, or leave Parent out.",
            Refused<OptionException>(parent, settings => settings with { Training = settings.Training with { Width = 4 } }));
    }

    [Fact]
    public void Weights_of_half_the_channels_that_their_options_say_are_refused()
    {
        string parent = Train("parent", Faces(Dcgan, 16));
        string file = RunFolder.CheckpointsIn(parent).FileOf(3);
        var state = Checkpoint.Read(file).State.ToDictionary();
        var weight = state["discriminator.values.layer1.weight"];
        state["discriminator.values.layer1.weight"] = new([.. weight.Shape.SkipLast(1), weight.Shape[^1] / 2], weight.Floats![..(weight.Floats!.Length / 2)]);
        new Checkpoint(3, state).Write(file);

        Assert.StartsWith($"{file} is of other networks than its options say (tensor 'discriminator.values.layer1.weight' is [4, 4, 8, 8] where this network has [4, 4, 8, 16])",
            Refused<CheckpointException>(parent), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generator.average.layer1.weight", float.NaN)]
    [InlineData("discriminator.values.layer0.weight", float.PositiveInfinity)]
    public void Numbers_that_are_not_finite_are_refused(string name, float number)
    {
        string parent = Train("parent", Faces(Dcgan, 16));
        string file = RunFolder.CheckpointsIn(parent).FileOf(3);
        var checkpoint = Checkpoint.Read(file);
        checkpoint.State[name].Floats![7] = number;
        checkpoint.Write(file);

        Assert.Equal($"{file} is of no use: the value {name} is not a finite number; give an earlier checkpoint.", Refused<CheckpointException>(parent));
    }

    [Fact]
    public void What_is_not_there_or_no_run_is_refused()
    {
        Assert.Contains("does not exist; give a run folder, one of its checkpoints, a file or folder of weights, or one of faces, faces-conditional.",
            Refused<OptionException>(this["gone"]), StringComparison.Ordinal);
        Directory.CreateDirectory(this["empty"]);
        Assert.EndsWith("and no options.json of a run; give a run folder, one of its checkpoints, a file or folder of weights, or one of faces, faces-conditional.",
            Refused<OptionException>(this["empty"]), StringComparison.Ordinal);
        Assert.Contains("has none of generator.safetensors", Refused<OptionException>(this["empty"]), StringComparison.Ordinal);
        File.WriteAllText(this["text.safetensors"], "no weights");
        Refused<CheckpointException>(this["text.safetensors"]);
    }

    [Fact]
    public void A_folder_of_checkpoints_says_which_run_it_is_of()
    {
        string parent = Train("parent", Faces(Dcgan, 16));

        Assert.Equal($"Parent {parent}/checkpoints holds the checkpoints of the run {parent}; give that folder, or one of the files in this one.",
            Refused<OptionException>(Path.Combine(parent, "checkpoints")));
        Assert.Equal($"{parent}/checkpoints holds the checkpoints of the run {parent}; give that folder, or one of the files in this one.",
            Assert.Throws<RunFolderException>(() => Generator.Load(Path.Combine(parent, "checkpoints"), "cpu")).Message);
    }

    [Fact]
    public void Checkpoints_without_the_options_of_their_run_say_what_is_missing()
    {
        string parent = Train("parent", Faces(Dcgan, 16));
        string file = RunFolder.CheckpointsIn(parent).FileOf(3);
        File.Move(Path.Combine(parent, "options.json"), this["saved.json"]);

        Assert.Equal($"Parent {parent} holds the checkpoints of a run without its options.json, which says what networks they are of; put that back from a copy.", Refused<OptionException>(parent));
        Assert.Equal($"Parent {parent}/checkpoints holds the checkpoints of a run, but {parent} has no options.json, which says what networks they are of; put that back from a copy.",
            Refused<OptionException>(Path.Combine(parent, "checkpoints")));
        string apart = $"{file} is a checkpoint apart from its run, whose options.json says what networks it is of; put it back into checkpoints of that run folder, or options.json into the "
            + "folder above it.";
        Assert.Equal(apart, Refused<CheckpointException>(file));
        Assert.Equal(apart, Assert.Throws<CheckpointException>(() => Generator.Load(file, "cpu")).Message);
    }

    [Fact]
    public void A_checkpoint_of_another_step_than_its_name_is_passed_over_and_named()
    {
        string parent = Train("parent", Faces(Dcgan, 16));
        var store = RunFolder.CheckpointsIn(parent);
        File.Copy(store.FileOf(2), store.FileOf(9));

        Begin("child", parent, settings => settings);

        Assert.Equal(3, RunFolder.ReadRecord(this["child"]).Parent!.Step);
        string sentence = $"{store.FileOf(9)} is of step 2, which its name does not say; call it step-000002.safetensors again.";
        Assert.Contains(Observer.Notices, notice => notice.StartsWith(sentence, StringComparison.Ordinal));
        Assert.Contains("is of step 2", Assert.Throws<CheckpointException>(() => store.ReadNamed("9")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parent_whose_checkpoints_are_all_broken_is_refused_with_what_helps()
    {
        string parent = Train("parent", Faces(Dcgan, 16));
        foreach (string file in Directory.GetFiles(Path.Combine(parent, "checkpoints")))
        {
            File.WriteAllText(file, "broken");
        }

        Assert.Equal($"No checkpoint in {parent}/checkpoints is usable; put an intact checkpoint there, or give another run.", Refused<CheckpointException>(parent));
        var fault = Assert.Throws<CheckpointException>(() => TrainingSession.Resume(parent, saved => saved, new TrainingEngine(), Observer, TimeProvider.System, Token));
        Assert.Equal($"No checkpoint in {parent}/checkpoints is usable; put an intact checkpoint there, or begin again with ExistingRun.Replace.", fault.Message);
    }

    [Theory]
    [InlineData(1, 0, "FreezeDiscriminator 1 keeps layers as they are, and those of a run that begins with nothing are random; give Parent to begin with")]
    [InlineData(0, 2, "FreezeGenerator 2 keeps layers as they are")]
    public void Layers_that_are_random_are_not_frozen(int discriminator, int generator, string sentence)
    {
        var settings = Faces(Dcgan with { FreezeDiscriminator = discriminator, FreezeGenerator = generator }, 16);

        Assert.StartsWith(sentence, Assert.Throws<OptionException>(() => Train("child", settings)).Message, StringComparison.Ordinal);
        Assert.Throws<OptionException>(() => TrainingForecast.Measure(settings, new TrainingEngine(), Observer, TimeProvider.System, Token));
        Assert.False(Path.Exists(this["child"]));
    }

    [Fact]
    public void Layers_that_begin_anew_are_not_frozen_and_a_frozen_run_goes_on()
    {
        string parent = Train("parent", Faces(R3, 16));
        RunSettings Frozen(RunSettings settings) => settings with { Training = settings.Training with { FreezeDiscriminator = 2 } };
        RunSettings Larger(RunSettings settings) => Frozen(settings) with { Data = settings.Data with { Size = new ImageSize(32, 32) } };

        string fault = Refused<OptionException>(parent, Larger);
        Assert.Contains(" of the discriminator as it is, and that begins anew beside parent: it would stay random", fault, StringComparison.Ordinal);
        RunExport.Open(parent, _ => { }).SaveWeights(this["weights"]);
        Assert.Contains("and generator.safetensors holds none: it would stay random; leave FreezeDiscriminator out, or give a parent that has one.",
            Refused<OptionException>(this["weights/generator.safetensors"], Frozen), StringComparison.Ordinal);

        Begin("frozen", parent, Frozen);
        using var session = TrainingSession.Resume(this["frozen"], saved => saved, new TrainingEngine(), Observer, TimeProvider.System, Token);
        Assert.Equal(RunEnd.Completed, session.Run(Token).End);
    }

    [Fact]
    public void A_run_without_a_checkpoint_is_refused()
    {
        string parent = Train("parent", Faces(Dcgan, 16));
        Directory.Delete(Path.Combine(parent, "checkpoints"), recursive: true);

        Assert.Contains("has no checkpoint yet", Refused<CheckpointException>(parent), StringComparison.Ordinal);
    }

    [Fact]
    public void Points_are_no_parent_of_images()
    {
        string parent = Train("points", new() { Data = new() { Source = "ring" }, Training = RunSettings.For("ring").Training with { Steps = 1, Width = 8, Batch = 8 }, Device = "cpu" });

        Assert.Equal("Parent points draws points, and faces is images; give data of that kind, or leave Parent out.", Refused<OptionException>(parent));
    }

    [Fact]
    public void A_parent_in_use_of_a_folder_that_is_taken_leaves_it_alone()
    {
        string parent = Train("parent", Faces(Dcgan, 16));
        Train("taken", Faces(Dcgan, 16));
        var before = Directory.GetFiles(this["taken"], "*", SearchOption.AllDirectories).Length;

        Assert.Throws<RunFolderException>(() => Begin("taken", parent, settings => settings));
        Assert.Equal(before, Directory.GetFiles(this["taken"], "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Exported_weights_do_not_say_where_the_parent_lay()
    {
        string parent = Train("parent", Faces(Dcgan, 16));
        string child = Begin("child", parent, settings => settings);
        string file = RunExport.Open(child, _ => { }).SaveWeights(this["weights"])[0];

        Assert.Equal("step-000003.safetensors", PortableNetwork.Read(file).Record!.Parent!.File);
    }

    private string Refused<TException>(string from, Func<RunSettings, RunSettings>? change = null)
        where TException : Exception
    {
        var fault = Assert.Throws<TException>(() => Begin("child", from, change ?? (settings => settings)));
        Assert.False(Path.Exists(this["child"]));
        return fault.Message;
    }
}
