using IlgpuGan.Devices;
using IlgpuGan.Kernels.Tests.Harness;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Kernels.Tests;

/// <summary>The generator against what its authors publish (Random123, kat_vectors, philox4x32-10).</summary>
public class PhiloxTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    private const uint Ones = 0xffffffff;

    public static TheoryData<uint[], uint[], uint[]> Published =>
        new()
        {
            { [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
            { [Ones, Ones, Ones, Ones], [Ones, Ones], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd] },
            { [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1] },
        };

    [Theory]
    [MemberData(nameof(Published))]
    public void Words_are_the_published_ones_on_host_and_device(uint[] counter, uint[] key, uint[] expected)
    {
        var words = Philox.Generate(new() { A = counter[0], B = counter[1], C = counter[2], D = counter[3] }, key[0], key[1]);
        Assert.Equal(expected, (uint[])[words.A, words.B, words.C, words.D]);

        var device = under.Device;
        using var bench = new Workbench(device);
        var place = bench.Upload(counter);
        device.Accelerator.LoadKernel<ArrayView<uint>, uint, uint>(Generate)(device.Stream, (1, 1), place, key[0], key[1]);
        Assert.Equal(expected, bench.Download(place));
    }

    /// <summary>PTX promises the logarithm of a number next to 1 within 2^-22, to either side.</summary>
    [Theory]
    [InlineData(2.3841858e-7f)]
    [InlineData(-2.3841858e-7f)]
    [InlineData(0f)]
    public void A_logarithm_that_is_rounded_above_zero_still_gives_a_radius(float logarithm) =>
        Assert.InRange(Philox.Radius(logarithm), 0f, 1e-3f);

    [Fact]
    public void No_root_of_a_number_that_may_be_negative_is_drawn_on_a_card()
    {
        string ptx = PtxCheck.Entry(PtxCompiler.Compile(DeviceKernel<RandomNormal, RandomParameters>.Entry));
        Assert.Equal(2, ptx.Split("sqrt.rn.f32").Length - 1);
        Assert.Equal(2, ptx.Split("abs.f32").Length - 1);
    }

    private static void Generate(ArrayView<uint> place, uint key0, uint key1)
    {
        Words counter;
        counter.A = place[0];
        counter.B = place[1];
        counter.C = place[2];
        counter.D = place[3];
        var words = Philox.Generate(counter, key0, key1);
        place[0] = words.A;
        place[1] = words.B;
        place[2] = words.C;
        place[3] = words.D;
    }
}
