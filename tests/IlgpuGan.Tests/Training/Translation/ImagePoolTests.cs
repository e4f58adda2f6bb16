using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Options;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training.Translation;

/// <summary>The pool of earlier translations on a device against lists of images, exchanged by the same draws.</summary>
[Collection(nameof(TestDevice))]
public sealed class ImagePoolTests(TestDevice device)
{
    private const int Steps = 40, Size = 2 * 3 * 2;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(5, 2)]
    [InlineData(6, 3)]
    [InlineData(50, 4)]
    public void What_is_shown_and_kept_is_what_lists_of_images_would_be(int pool, int batch)
    {
        var options = TinyTranslation.Options(TranslationMethod.CycleGan, options => options with { Pool = pool }) with { Batch = batch, Seed = 7 };
        var images = new ImagePool("pool", options, Shape.Of(2, 3, 2), stream: 8);
        var (made, counter, graph) = (new Variable("made", batch * Size), new Counter("step"), new Graph());
        var shown = images.Exchange(graph, graph.Read(made, Shape.Of(batch, 2, 3, 2)), counter);
        var draws = graph.RandomUniform(Shape.Of(2, batch), options.Seed, 8, counter);
        graph.Advance(counter);
        using var variables = new VariableStore(device.Open(), Precision.Fp32);
        using var plan = Plan.Compile(variables, graph, shown, draws);
        variables.Upload(images.Images, new float[images.Images.Size]);
        variables.Upload(counter, 0);
        int slots = (pool + batch - 1) / batch;
        List<float[]>[] kept = [.. Enumerable.Range(0, batch).Select(_ => new List<float[]>())];
        int exchanged = 0;
        for (int step = 0; step < Steps; step++)
        {
            // Every number is another, so that none is taken for another.
            float[] fresh = [.. Enumerable.Range(0, batch * Size).Select(i => (step * batch * Size + i + 1) / 8192f)];
            variables.Upload(made, fresh);
            plan.Run();
            float[] drawn = plan.Fetch(draws);
            float[] actual = plan.Fetch(shown);
            for (int place = 0; place < batch; place++)
            {
                float[] image = fresh[(place * Size)..((place + 1) * Size)], expected = image;
                if (kept[place].Count < slots)
                {
                    kept[place].Add(image);
                }
                else if (drawn[batch + place] > 0.5f)
                {
                    int slot = (int)(drawn[place] * slots);
                    (expected, kept[place][slot]) = (kept[place][slot], image);
                    exchanged++;
                }
                Assert.Equal(expected, actual[(place * Size)..((place + 1) * Size)]);
            }
        }
        float[] state = variables.Download(images.Images);
        for (int place = 0; place < batch; place++)
        {
            Assert.All(kept[place].Index(), image => Assert.Equal(image.Item, state[((image.Index * batch + place) * Size)..((image.Index * batch + place + 1) * Size)]));
        }
        // Half of what is made once all slots are full, as coins fall.
        int chances = batch * (Steps - Math.Min(Steps, slots));
        Assert.InRange(exchanged, chances / 4, chances * 3 / 4 + 1);
    }

    [Fact]
    public void A_pool_that_cannot_be_counted_is_refused_by_its_option()
    {
        var options = TinyTranslation.Options(TranslationMethod.CycleGan, options => options with { Pool = 10_000 });

        Assert.StartsWith("Pool is 10000;", Assert.Throws<OptionException>(() => new ImagePool("pool", options, Shape.Of(512, 512, 3), stream: 8)).Message, StringComparison.Ordinal);
    }
}
