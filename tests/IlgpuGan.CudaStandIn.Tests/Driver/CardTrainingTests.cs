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

    [Fact]
    public void Faces_are_drawn_learnt_and_generated()
    {
        Succeed($"{Faces} --steps 3 --out ./run");
        Succeed("generate ./run --count 2 --device cuda --out ./faces.png");

        Assert.True(new FileInfo(this["faces.png"]).Length > 0);
    }
}
