using System.Text.Json;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>Whole trainings on a card.</summary>
public sealed class CardTrainingTests(StandInLibrary library) : CardFixture(library)
{
    private const string Faces = "train faces --faces 8 --size 16 --width 4 --batch 4 --no-cache --device cuda --tune off --no-watchdog --report-every 2";

    [Theory]
    [InlineData("capability=7.5;approximate=lowest")]
    [InlineData("capability=9.0;approximate=highest")]
    public void A_training_is_recorded_and_resumed_bit_for_bit(string card)
    {
        var whole = Succeed($"{Ring} --steps 6 --out ./whole", card);
        Succeed($"{Ring} --steps 3 --out ./parts", card);
        Succeed("train --out ./parts --resume --steps 6", card);

        Assert.Equal(Newest("whole"), Newest("parts"));
        Assert.Contains("cuGraphLaunch", whole.Calls);
        Succeed("generate ./whole --count 4 --device cuda --out ./points.png", card);
        Assert.True(new FileInfo(this["points.png"]).Length > 0);
    }

    [Fact]
    public void Where_the_driver_records_nothing_the_same_bits_come_launch_by_launch()
    {
        Succeed($"{Ring} --steps 4 --out ./recorded");
        foreach (var (function, error) in new[] { ("cuStreamBeginCapture_v2", 801), ("cuStreamEndCapture", 901), ("cuGraphInstantiateWithFlags", 2), ("cuGraphLaunch", 2) })
        {
            var plain = Succeed($"{Ring} --steps 4 --out ./{function}", $"refuse={function}:1+:{error}");
            Assert.Equal(Newest("recorded"), Newest(function));
            // Each segment asks once.
            Assert.Equal(plain.Calls.Count(call => call == "cuStreamBeginCapture_v2"), plain.Calls.Count(call => call == function));
        }
    }

    /// <summary>Activations lie in memory as bfloat16, weights are rounded once for several products, windows of images are written out; a penalty differentiates all that again.</summary>
    [Fact]
    public void In_bfloat16_a_training_is_resumed_bit_for_bit_and_its_losses_are_near_those_of_TF32()
    {
        const string run = "train faces --faces 8 --size 16 --width 8 --batch 8 --no-cache --device cuda --tune off --no-watchdog --report-every 2 --augment none";
        Succeed($"{run} --precision bf16 --steps 4 --out ./whole");
        Succeed($"{run} --precision bf16 --steps 2 --out ./parts");
        Succeed("train --out ./parts --resume --steps 4");
        Succeed($"{run} --precision tf32 --steps 4 --out ./other");

        Assert.Equal(Newest("whole"), Newest("parts"));
        var (own, others) = (Losses("whole"), Losses("other"));
        Assert.Equal(2, own.Count);
        // Numbers of 8 bits, in sums over batches: a thousandth of what they add up to.
        Assert.All(own.Zip(others), pair => Assert.Equal(pair.Second, pair.First, 5e-3));
        Assert.NotEqual(own, others);
    }

    private List<double> Losses(string run) =>
        [.. File.ReadLines(this[$"{run}/log.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.TryGetProperty("discriminator_loss", out _))
            .Select(line => line.GetProperty("discriminator_loss").GetDouble() + line.GetProperty("generator_loss").GetDouble())];

    [Fact]
    public void Faces_are_drawn_learnt_and_generated()
    {
        Succeed($"{Faces} --steps 3 --out ./run");
        Succeed("generate ./run --count 2 --device cuda --out ./faces.png");

        Assert.True(new FileInfo(this["faces.png"]).Length > 0);
    }
}
