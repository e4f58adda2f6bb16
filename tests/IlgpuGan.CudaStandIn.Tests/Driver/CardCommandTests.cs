namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>What else the command line does on a card.</summary>
public sealed class CardCommandTests(StandInLibrary library) : CardFixture(library)
{
    [Fact]
    public void A_card_is_listed_with_its_speed()
    {
        // A launch that was seen before takes no time here, so that the measurement comes to its end.
        var end = Succeed("devices --json", "execute=sample;memory=4096");

        string line = Assert.Single(end.Output.Split('\n'), line => line.Contains("\"cuda:0\"", StringComparison.Ordinal));
        Assert.Contains("CUDA stand-in 9.0", line, StringComparison.Ordinal);
        Assert.Contains("\"usable\":true", line, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Images_that_do_not_fit_the_card_are_streamed_to_it_and_a_run_is_judged_on_it()
    {
        // 1500 images of 16 x 16 in colour take 1.1 MiB, more than the half that images may have of 2 MiB.
        const string Faces = "train faces --faces 1500 --size 16 --width 2 --latent 4 --batch 4 --no-cache --device cuda --tune off --no-watchdog --steps 2";
        var streamed = Succeed($"{Faces} --out ./streamed", "memory=2");
        Succeed($"{Faces} --out ./whole");

        Assert.Contains("cuMemHostRegister_v2", streamed.Calls);
        Assert.Equal(Newest("whole"), Newest("streamed"));
        var judged = Succeed("evaluate ./whole --device cuda --count 40 --metrics swd --no-cache --json");
        Assert.Contains("\"swd\"", judged.Output, StringComparison.Ordinal);
        Assert.Contains("cuLaunchKernel", judged.Calls);
    }

    [Fact]
    public void What_failed_first_is_told_and_not_what_fails_when_the_device_is_closed_after_it()
    {
        // A kernel that was not loaded cannot be unloaded either.
        var end = Run($"{Ring} --steps 1 --out ./run", "refuse=cuModuleLoadDataEx:20:218");

        Assert.Contains("a PTX JIT compilation failed", end.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("invalid resource handle", end.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, end.Code);
    }

    [Theory]
    [InlineData("refuse=cuMemFree_v2:1+:700", 1, "The device's driver failed: an illegal memory access was encountered")]
    [InlineData("refuse=cuMemAlloc_v2:3+:719", 1, "The device's driver failed: unspecified launch failure")]
    [InlineData("refuse=cuMemAlloc_v2:3+:2", 2, "There is not enough memory on cuda:0")]
    public void A_card_that_is_lost_while_memory_is_taken_is_not_one_of_too_little_memory(string card, int code, string sentence)
    {
        Succeed($"{Ring} --steps 1 --out ./before");
        var end = Run($"{Ring} --steps 1 --out ./run", card);

        Assert.Contains(sentence, end.Error, StringComparison.Ordinal);
        Assert.Equal(code, end.Code);
    }
}
