using IlgpuGan.CudaStandIn.Driver;
using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>The words for the stand-in, and calls that are refused.</summary>
public sealed class StandInOptionsTests
{
    [Fact]
    public void Words_say_the_card_the_driver_and_what_fails()
    {
        var options = StandInOptions.Parse("capability=8.9; driver=11.4; memory=64; execute=sample; counts=n; approximate=lowest; refuse=cuMemAlloc_v2:3:2; refuse=*:9+:719; faults=f; calls=c");

        Assert.Equal((new Version(8, 9), new Version(11, 4), 64L << 20), (options.Capability, options.DriverVersion, options.MemoryBytes));
        Assert.Equal((Execution.Sample, ApproximateFunctions.Lowest, "f", "c", "n"), (options.Execution, options.Functions, options.FaultsFile, options.CallsFile, options.CountsFile));
        Assert.Equal([new("cuMemAlloc_v2", 3, false, CudaError.OutOfMemory), new Refusal("*", 9, true, CudaError.LaunchFailed)], options.Refusals);
    }

    [Theory]
    [InlineData("capability=4.2")]
    [InlineData("capability")]
    [InlineData("memory=-1")]
    [InlineData("refuse=cuInit")]
    [InlineData("refuse=cuInit:0:1")]
    [InlineData("refuse=cuInit:1:0")]
    [InlineData("speed=high")]
    public void A_word_that_is_not_known_is_named(string word) =>
        Assert.Contains($"'{word}'", Assert.Throws<FormatException>(() => StandInOptions.Parse(word)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_call_of_a_number_is_refused_once_or_with_all_that_follow()
    {
        using var said = new StringWriter();
        using var machine = new Machine(StandInOptions.Parse("refuse=a:2:1;refuse=*:5+:719"), said);
        CudaError[] answers = [.. "abaaba".Select(name => machine.Call($"{name}", () => { }))];

        Assert.Equal([0, 0, (CudaError)1, 0, (CudaError)719, (CudaError)719], answers);
        Assert.Empty(said.ToString());
    }

    [Theory]
    [InlineData("11.4", "7.4")]
    [InlineData("11.8", "7.8")]
    [InlineData("12.0", "8.0")]
    [InlineData("12.5", "8.5")]
    [InlineData("12.6", "8.5")]
    [InlineData("12.9", "8.8")]
    [InlineData("13.0", "9.0")]
    public void A_driver_knows_PTX_up_to_a_version(string driver, string newest) => Assert.Equal(Version.Parse(newest), PtxHeader.NewestOf(Version.Parse(driver)));

    [Theory]
    [InlineData(".version 7.4\n.target sm_80\n", "11.4", "9.0", 0)]
    [InlineData(".version 7.5\n.target sm_80\n", "11.4", "9.0", CudaError.UnsupportedPtxVersion)]
    [InlineData(".version 8.8\n.target sm_80\n", "13.0", "7.5", CudaError.NoBinaryForGpu)]
    [InlineData(".version 8.8\n.target sm_90a\n", "13.0", "9.0", 0)]
    [InlineData(".version 8.8\n.target sm_90a\n", "13.0", "10.0", CudaError.NoBinaryForGpu)]
    [InlineData(".target sm_80\n", "13.0", "9.0", CudaError.InvalidPtx)]
    public void A_text_for_a_newer_driver_or_card_is_refused(string text, string driver, string capability, CudaError error)
    {
        using var said = new StringWriter();
        var options = StandInOptions.Parse($"driver={driver};capability={capability}");
        using var machine = new Machine(options, said);
        Assert.Equal(error, machine.Call("cuModuleLoadDataEx", () => PtxHeader.Check(text, options)));
    }
}
