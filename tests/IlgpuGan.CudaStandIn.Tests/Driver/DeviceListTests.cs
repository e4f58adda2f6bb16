namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>How ILGPU and the command line see cards and drivers.</summary>
public sealed class DeviceListTests(StandInLibrary library) : CardFixture(library)
{
    // A device that does not exist is refused with the list of those that do: all without measuring their speed.
    private const string List = "train ring --device cuda:7 --dry-run";

    [Theory]
    [InlineData("7.5", "13.0")]
    [InlineData("8.0", "11.4")]
    [InlineData("8.9", "12.0")]
    [InlineData("9.0", "11.4")]
    [InlineData("9.0", "13.0")]
    [InlineData("10.0", "12.0")]
    [InlineData("12.0", "13.0")]
    public void A_card_of_any_capability_is_listed_by_any_driver_that_we_promise(string capability, string driver)
    {
        var end = Run(List, $"capability={capability};driver={driver}");

        Assert.Contains($"Found: cuda:0 (CUDA stand-in {capability}),", end.Error, StringComparison.Ordinal);
        Assert.Equal(2, end.Code);
        Assert.Empty(end.Faults);
    }

    [Theory]
    [InlineData("refuse=cuInit:1+:100", "the NVIDIA driver reports no card")]
    [InlineData("refuse=cuInit:1+:999", "the NVIDIA driver does not start (CUDA error 999)")]
    [InlineData("refuse=cuDeviceGet:1+:101", "the driver does not hand it out")]
    [InlineData("driver=5.0", "driver CUDA 5.0 is too old for a card of compute capability 9.0, or the card is older than 3.0")]
    [InlineData("capability=4.2", "the NVIDIA driver does not start (CUDA error 999)")]
    public void A_driver_that_does_not_serve_is_left_out_with_its_reason(string card, string reason)
    {
        var end = Run(List, card);

        Assert.Contains(reason, end.Error, StringComparison.Ordinal);
        Assert.Equal(reason.Contains("does not start", StringComparison.Ordinal) ? 1 : 2, end.Code);

        // Asked for by its name it has failed, unless it is not there.
        end = Run($"{Ring} --steps 1 --out ./run", card);
        Assert.Contains(reason, end.Error, StringComparison.Ordinal);
        Assert.Equal(card.Contains(":100", StringComparison.Ordinal) ? 2 : 1, end.Code);
    }

    [Fact]
    public void A_driver_that_does_not_give_groups_the_memory_of_their_tiles_is_refused_in_a_sentence()
    {
        // Nothing else opens this card: it has not passed before.
        var end = Run($"{Ring} --steps 1 --out ./run", "capability=12.0;refuse=cuFuncSetAttribute:1+:801");

        Assert.Contains("the CUDA driver does not give the groups of TensorGemm 72 KiB of shared memory (CUDA error 801), as current drivers do", end.Error, StringComparison.Ordinal);
        Assert.Equal(1, end.Code);
    }

    [Fact]
    public void A_card_without_memory_for_its_self_test_is_not_blamed_on_its_driver()
    {
        // Nothing else opens this card: it has not passed before.
        var end = Run($"{Ring} --steps 1 --out ./run", "capability=10.0;refuse=cuMemAlloc_v2:1+:2");

        Assert.Contains("it has no memory left for a self-test; end what else runs on it", end.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("bring its driver up to date", end.Error, StringComparison.Ordinal);
        Assert.Equal(1, end.Code);
    }

    [Fact]
    public async Task A_named_driver_that_is_no_library_is_said()
    {
        await File.WriteAllTextAsync(this["driver.so"], "no library", TestContext.Current.CancellationToken);
        var end = await StartAsync(List, driver: this["driver.so"]);

        Assert.Contains($"{this["driver.so"]}, which ILGPUGAN_CUDA_DRIVER names, does not load as a driver", end.Error, StringComparison.Ordinal);
        Assert.Equal(2, end.Code);
    }
}
