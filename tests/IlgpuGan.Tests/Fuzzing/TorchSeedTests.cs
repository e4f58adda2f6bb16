using System.Text;
using IlgpuGan.Export;
using IlgpuGan.Generation;

namespace IlgpuGan.Tests.Fuzzing;

public sealed class TorchSeedTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(0)]
    public void The_files_that_are_damaged_in_fuzzing_hold_a_generator_before(int protocol)
    {
        File.WriteAllBytes(folder["g.pth"], protocol == 0 ? TorchSeeds.Legacy() : TorchSeeds.Zip(protocol));

        PortableNetwork network = PortableNetwork.Read(folder["g.pth"]);

        Assert.Equal((16, 16, 1, 2), (network.Record!.Data.Height, network.Record.Data.Width, network.Record.Data.Channels, network.Record.Settings.Training.LatentSize));
        Assert.Equal([1 / 8f, 2 / 8f], network.Tensors["0.weight"].Floats![..2]);
    }

    [Fact]
    public void A_class_whose_name_comes_back_from_the_memo_is_told_by_the_name_that_was_put_there_last()
    {
        // An allowed module is put at place 0, then another with the operations of protocol 0.
        byte[] pickle = Encoding.Latin1.GetBytes("\u0080\u0004\u008C\u000Ctorch._utilsq\00\u008C\u0002osp0\n0g0\n\u008C\u0012_rebuild_tensor_v2\u0093.");

        Assert.Equal(["os._rebuild_tensor_v2"], PickleScan.Of(pickle).Names);
    }

    [Fact]
    public void Nobody_is_advised_to_load_a_file_elsewhere_that_would_call_programs_there()
    {
        byte[] pickle = Encoding.Latin1.GetBytes("\u0080\u0002cos\ngetcwd\n.");

        var fault = Assert.Throws<WeightsException>(() => TorchPickle.Read("g.pth", pickle));

        Assert.Contains("holds a os.getcwd", fault.Message, StringComparison.Ordinal);
        Assert.Contains("do not load it in Python", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("torch.save", fault.Message, StringComparison.Ordinal);
    }
}
