using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Labels in compiled plans, on the CPU or the device that ILGPUGAN_TEST_DEVICE names.</summary>
[Collection(nameof(TestDevice))]
public sealed class LabelPlanTests(TestDevice under)
{
    [Theory]
    [InlineData(5)]
    [InlineData(12)]
    public void A_batch_of_labels_is_that_of_the_images_of_the_same_counter_and_seed(int batch)
    {
        // Images of one pixel that is their label; 11 is no multiple of either batch, so epochs end within batches.
        const int count = 11, classes = 6;
        int[] values = [.. Enumerable.Range(0, count).Select(i => i * 5 % classes)];
        using var variables = new VariableStore(under.Open(), Precision.Fp32);
        var (images, labels) = (new ByteSource("images", count, 1, 1, 1), new LabelSource("labels", count, classes));
        using var bytes = new DeviceBytes(variables.Device, count, isStaged: false);
        bytes.Write(0, [.. values.Select(value => (byte)value)]);
        variables.Bind(images, bytes);
        variables.Upload(labels, values);
        var graph = new Graph();
        var step = new Counter("step");
        var (image, label) = (graph.GatherImages(images, batch, 7, 1, step, flip: false), graph.GatherLabels(labels, batch, 7, step));
        graph.Advance(step);
        using var plan = Plan.Compile(variables, graph, image, label);

        for (int run = 0; run < 3; run++)
        {
            plan.Run();
            var expected = plan.Fetch(image).SelectMany(pixel =>
                Enumerable.Range(0, classes).Select(i => i == (int)MathF.Round((pixel + 1) * 127.5f) ? 1f : 0f));
            Assert.Equal(expected, plan.Fetch(label));
        }
    }

    [Fact]
    public void Labels_that_do_not_fit_their_source_are_refused()
    {
        using var variables = new VariableStore(under.Open(), Precision.Fp32);
        var labels = new LabelSource("labels", 2, 3, 2);

        Assert.Throws<ArgumentException>(() => variables.Upload(labels, [0, 0, 2]));
        Assert.Throws<ArgumentException>(() => variables.Upload(labels, [0, 0, 2, 2]));
        Assert.Throws<ArgumentException>(() => variables.Upload(labels, [0, 0, -1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelSource("none", 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelSource("empty", 2, 3, 0));
    }
}
