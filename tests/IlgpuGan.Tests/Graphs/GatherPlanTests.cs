using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Windows of images in compiled plans, on the CPU or the device that ILGPUGAN_TEST_DEVICE names.</summary>
[Collection(nameof(TestDevice))]
public sealed class GatherPlanTests(TestDevice under)
{
    private const int Count = 11, Height = 6, Width = 7, Channels = 6, Batch = 6, Steps = 3;

    [Fact]
    public void A_window_of_the_whole_image_is_the_image_to_the_bit()
    {
        using var variables = new VariableStore(under.Open(), Precision.Fp32);
        using var bytes = Bind(variables, out ByteSource source);
        var (graph, step) = (new Graph(), new Counter("step"));

        Assert.Same(graph.GatherImages(source, Batch, 3, 1, step, flip: true), graph.GatherImages(source, Batch, 3, 1, step, flip: true, Height, Width));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_halves_of_a_pair_get_the_same_window_and_the_windows_differ_between_steps(bool flip)
    {
        using var variables = new VariableStore(under.Open(), Precision.Fp32);
        using var bytes = Bind(variables, out ByteSource source);
        var (graph, step) = (new Graph(), new Counter("step"));
        var batch = graph.GatherImages(source, Batch, 3, 1, step, flip, 4, 4);
        graph.Advance(step);
        using var plan = Plan.Compile(variables, graph, batch);
        var corners = new HashSet<float>();
        for (int run = 0; run < Steps; run++)
        {
            plan.Run();
            // Where each pixel lies is its value in the first half, and 100 more in the second.
            foreach (float[] pixel in plan.Fetch(batch).Chunk(Channels))
            {
                Assert.All(pixel[3..], (value, channel) => Assert.Equal(100 / 127.5f, value - pixel[channel], 1e-5f));
            }
            corners.UnionWith(plan.Fetch(batch).Chunk(4 * 4 * Channels).Select(image => image[0]));
        }
        Assert.InRange(corners.Count, 6, Steps * Batch);
    }

    [Fact]
    public void Windows_of_a_batch_in_leaves_are_those_of_the_whole_batch()
    {
        const int leaves = 3;
        using var variables = new VariableStore(under.Open(), Precision.Fp32);
        using var bytes = Bind(variables, out ByteSource source);
        var (whole, step) = (new Graph(), new Counter("step"));
        var batch = whole.GatherImages(source, Batch, 3, 1, step, flip: true, 4, 5);
        using var wholePlan = Plan.Compile(variables, whole, batch);
        wholePlan.Run();

        var part = new Leaf(new("leaf"), leaves, Batch / leaves);
        var graph = new Graph { Leaf = part };
        var rows = graph.GatherImages(source, Batch / leaves, 3, 1, step, flip: true, 4, 5);
        graph.Advance(part.Counter);
        using var plan = Plan.Compile(variables, graph, rows);
        var parts = new List<float>();
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            plan.Run();
            parts.AddRange(plan.Fetch(rows));
        }
        Assert.Equal(wholePlan.Fetch(batch), parts);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(6, 8)]
    [InlineData(0, 1)]
    public void A_window_that_the_images_do_not_hold_is_refused(int height, int width)
    {
        var graph = new Graph();
        var error = Assert.Throws<ArgumentException>(() => graph.GatherImages(new("images", Count, Height, Width, Channels), Batch, 3, 1, new("step"), flip: false, height, width));
        Assert.Contains($"{width} x {height}", error.Message, StringComparison.Ordinal);
    }

    private static DeviceBytes Bind(VariableStore variables, out ByteSource source)
    {
        var bytes = new DeviceBytes(variables.Device, Count * Height * Width * Channels, isStaged: false);
        bytes.Write(0, [.. Enumerable.Range(0, Count * Height * Width).SelectMany(pixel => Enumerable.Range(0, Channels)
            .Select(channel => (byte)(pixel % (Height * Width) + 20 * (channel % 3) + 100 * (channel / 3))))]);
        source = new("images", Count, Height, Width, Channels);
        variables.Bind(source, bytes);
        return bytes;
    }
}
