using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Devices;
using IlgpuGan.Sampling;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Sampling;

/// <summary>Shades of pixels on the host and in the kernel that fetches images, on the CPU or the device that ILGPUGAN_TEST_DEVICE names.</summary>
[Collection(nameof(TestDevice))]
public sealed class ImageBytesTests(TestDevice under)
{
    private static readonly byte[] All = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    [Fact]
    public void Every_byte_comes_back_from_the_number_that_stands_for_it()
    {
        var values = new float[256];
        ImageBytes.ToValues(All, values);

        Assert.Equal((-1, 1), (values[0], values[255]));
        Assert.Equal(values.Order(), values);
        Assert.Equal(All, ImageBytes.Of(values));
        Assert.Equal([0, 0, 255, 255], ImageBytes.Of([float.NegativeInfinity, -1.5f, 1.001f, 7]));
    }

    /// <summary>Images of three channels and an odd width, so that the vectors' loop, its rest and the mirrored way are all gone.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_kernel_makes_the_hosts_numbers_of_every_byte(bool flip)
    {
        const int count = 8, height = 4, width = 5, channels = 13, size = height * width * channels;
        byte[] pixels = [.. Enumerable.Range(0, count * size).Select(i => (byte)(i * 7 + i / 256))];
        using var variables = new VariableStore(under.Open(), Precision.Fp32);
        using var bytes = new DeviceBytes(variables.Device, pixels.Length, isStaged: false);
        bytes.Write(0, pixels);
        var source = new ByteSource("images", count, height, width, channels);
        variables.Bind(source, bytes);
        var (graph, step) = (new Graph(), new Counter("step"));
        var batch = graph.GatherImages(source, count, 3, 1, step, flip);
        using var plan = Plan.Compile(variables, graph, batch);
        plan.Run();
        float[] made = plan.Fetch(batch);
        var expected = new float[256];
        ImageBytes.ToValues(All, expected);

        // Drivers of GPUs may multiply and add in one rounding; the processor does as the host does, to the last bit.
        float[] off = [.. made.Select(value => value - expected[ImageBytes.Of([value])[0]])];
        Assert.All(off, difference => Assert.InRange(Math.Abs(difference), 0, variables.Device.Kind == DeviceKind.Cpu ? 0 : 6e-8));
        Assert.Equal(pixels.Order(), ImageBytes.Of(made).Order());
    }
}
