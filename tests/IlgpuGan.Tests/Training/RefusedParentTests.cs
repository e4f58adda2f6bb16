using IlgpuGan.Data;
using IlgpuGan.Export;
using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Runs;

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

        Assert.StartsWith("Parent parent: no layer of its generator has the shape of one of this network; leave out what makes it another, such as Width",
            Refused<OptionException>(parent, settings => settings with { Training = settings.Training with { Width = 4 } }), StringComparison.Ordinal);
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
        Assert.Contains("has none of generator.safetensors", Refused<OptionException>(this["empty"]), StringComparison.Ordinal);
        File.WriteAllText(this["text.safetensors"], "no weights");
        Refused<CheckpointException>(this["text.safetensors"]);
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
