using IlgpuGan.Devices;
using IlgpuGan.Kernels;

namespace IlgpuGan.Tests.Architecture;

/// <summary>What programs may build upon is written down beside it, so that no change of it goes unseen.</summary>
public class PublicApiTests
{
    [Theory]
    [InlineData("src/IlgpuGan", typeof(ComputeDevice))]
    [InlineData("kernels/IlgpuGan.Kernels", typeof(Crew))]
    public void What_an_assembly_offers_is_what_its_list_says(string project, Type anyOfIt)
    {
        string file = Path.Combine(Sources.Root, project, "PublicApi.txt");
        string[] offered = [.. PublicApi.Of(anyOfIt.Assembly)];
        if (Environment.GetEnvironmentVariable("ILGPUGAN_WRITE_SOURCES") == "1")
        {
            File.WriteAllLines(file, offered);
        }

        string[] listed = File.Exists(file) ? File.ReadAllLines(file) : [];
        var changes = offered.Except(listed).Take(3).Select(line => $"+ {line.Trim()}").Concat(listed.Except(offered).Take(3).Select(line => $"- {line.Trim()}"));
        Assert.True(
            offered.SequenceEqual(listed),
            $"{file} differs: {string.Join("; ", changes)}. If the change is meant, ILGPUGAN_WRITE_SOURCES=1 with this test writes it.");
    }

    [Fact]
    public void Kinds_of_members_are_told_apart()
    {
        string[] lines = [.. PublicApi.Of(typeof(ComputeDevice).Assembly)];

        Assert.Contains("abstract class IlgpuGan.Objectives.Objective", lines);
        Assert.Contains("    abstract Tensor Discriminator(Tensor real, Tensor fake)", lines);
        Assert.Contains("    virtual bool NeedsLipschitz { get; }", lines);
        Assert.Contains("    protected abstract Shape Build(Block block, Shape input)", lines);
        Assert.Contains("    string Loss { get; init; }", lines);
        Assert.DoesNotContain(lines, line => line.Contains("PrintMembers", StringComparison.Ordinal) || line.Contains(" get_", StringComparison.Ordinal));
    }
}
