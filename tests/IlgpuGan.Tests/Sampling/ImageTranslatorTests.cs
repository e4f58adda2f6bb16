using IlgpuGan.Data.Pairs;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Sampling;

[Collection(nameof(TestDevice))]
public sealed class ImageTranslatorTests(TestDevice device)
{
    private const int NoTiles = 4096;

    [Theory]
    [InlineData("unet", 32, 3, 3)]
    [InlineData("resnet", 16, 1, 3)]
    [InlineData("resnet", 16, 4, 2)]
    [InlineData("unet", 16, 3, 1)]
    public void An_image_of_the_size_that_was_trained_is_what_the_network_draws(string family, int side, int taken, int drawn)
    {
        var model = Translators.Model(family, side, input: Translators.Side(taken), output: Translators.Side(drawn));
        byte[] image = Translators.Picture(side, side, taken);

        Assert.Equal(Plainly(model, image, side, side), Translate(model, image, side, side));
    }

    [Theory]
    [InlineData("unet", 64)]
    [InlineData("resnet", 32)]
    public void An_image_of_any_size_is_drawn_in_the_middle_of_its_mirror_image_and_cut_out_to_the_pixel(string family, int side)
    {
        var model = Translators.Model(family, side);
        int factor = model.Family.Factor(model.Design), smallest = model.Family.SmallestSide(model.Design);
        using var translator = Open(model);
        foreach (var (height, width) in new[] { (1, 1), (1, 7), (13, 9), (33, 64), (70, 31) })
        {
            int tall = Math.Max(smallest, (height + factor - 1) / factor * factor), wide = Math.Max(smallest, (width + factor - 1) / factor * factor);
            int top = (tall - height) / 2, left = (wide - width) / 2;
            byte[] image = Translators.Picture(height, width, 3), padded = new byte[tall * wide * 3];
            for (int i = 0; i < padded.Length; i++)
            {
                var (y, x) = (Mirrored((i / 3 / wide) - top, height), Mirrored((i / 3 % wide) - left, width));
                padded[i] = image[(((y * width) + x) * 3) + (i % 3)];
            }

            byte[] drawn = Plainly(model, padded, tall, wide), made = translator.Translate(image, height, width, [], NoTiles, null, Stop);

            Assert.Equal([.. from y in Enumerable.Range(top, height) from i in Enumerable.Range(left * 3, width * 3) select drawn[(y * wide * 3) + i]], made);
        }

        // One way and back, again and again.
        static int Mirrored(int at, int length)
        {
            while (at < 0 || at >= length)
            {
                at = length == 1 ? 0 : at < 0 ? -at : (2 * (length - 1)) - at;
            }
            return at;
        }
    }

    [Theory]
    [InlineData("resnet", 32, 2, 100, 90)]
    [InlineData("unet", 32, 3, 130, 70)]
    public void Tiles_without_normalisation_by_image_make_what_the_whole_would_be(string family, int side, int depth, int height, int width)
    {
        var model = Translators.Model(family, side, norm: Normalization.None, depth: depth);
        byte[] image = Translators.Picture(height, width, 3);
        using var translator = Open(model);
        int tiles = 0;

        byte[] whole = translator.Translate(image, height, width, [], NoTiles, null, Stop);
        byte[] tiled = translator.Translate(image, height, width, [], translator.SmallestTile, (_, all) => tiles = all, Stop);

        Assert.True(tiles > 1);
        Assert.True(whole.Max() - whole.Min() > 20, "the picture has no contrast");
        // Near the end of a tile a pixel sees a mirror image where the whole goes on; with the share that it has there that is a few shades at most, and hardly one on average.
        Assert.All(whole.Zip(tiled), pair => Assert.InRange(pair.Second - pair.First, -4, 4));
        Assert.InRange(whole.Zip(tiled).Average(pair => Math.Abs(pair.First - pair.Second)), 0, 0.2);
    }

    [Fact]
    public void Tiles_with_normalisation_by_image_meet_without_a_seam()
    {
        const int Height = 80, Width = 300;
        var model = Translators.Model("resnet", 32, depth: 1);
        // Dark on the left and light on the right, so that statistics differ from tile to tile.
        byte[] image = [.. Translators.Picture(Height, Width, 3).Select((value, i) => (byte)((value / 4) + (i / 3 % Width * 180 / Width)))];
        using var translator = Open(model);
        var axis = new TileAxis(Width, 64, 28, 4);

        byte[] tiled = translator.Translate(image, Height, Width, [], 64, null, Stop);

        double elsewhere = Enumerable.Range(1, Width - 1).Average(Step);
        for (int i = 0; i < axis.Count; i++)
        {
            Assert.InRange(i == 0 ? 0 : Step(axis.Start(i)), 0, 2 * elsewhere);
            Assert.InRange(i == axis.Count - 1 ? 0 : Step(axis.Start(i) + axis.Tile), 0, 2 * elsewhere);
        }

        double Step(int column) => Enumerable.Range(0, Height).Average(y => Math.Abs(tiled[((y * Width) + column) * 3] - tiled[((y * Width) + column - 1) * 3]));
    }

    [Theory]
    [InlineData("resnet", 32, 1)]
    [InlineData("resnet", 32, 3)]
    [InlineData("stargan", 32, 1)]
    [InlineData("unet", 32, 3)]
    [InlineData("unet", 32, 4)]
    public void Nothing_beyond_its_reach_changes_a_pixel(string family, int side, int depth)
    {
        var labels = family == "stargan" ? new LabelChoice([new("hair", ["red", "blue"], [1, 1])]) : null;
        foreach (var upsampling in Enum.GetValues<Upsampling>())
        {
            var model = Translators.Model(family, side, norm: Normalization.None, depth: depth, labels: labels?.Width ?? 0);
            model = model with { Labels = labels, Design = model.Design with { Upsampling = upsampling } };
            int reach = model.Family.Reach(model.Design), factor = model.Family.Factor(model.Design), width = (((2 * reach) + 2) / factor + 3) * factor, middle = width / 2;
            byte[] image = Translators.Picture(8 * factor, width, 3), changed = [.. image];
            foreach (int y in Enumerable.Range(0, 8 * factor))
            {
                foreach (int channel in Enumerable.Range(0, 3))
                {
                    changed[(((y * width) + middle) * 3) + channel] ^= 255;
                }
            }
            using var translator = Open(model);
            float[] row = labels is null ? [] : [1, 0];

            byte[] before = translator.Translate(image, 8 * factor, width, row, NoTiles, null, Stop), after = translator.Translate(changed, 8 * factor, width, row, NoTiles, null, Stop);

            int[] columns = [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).Select(i => Math.Abs((i / 3 % width) - middle))];
            Assert.NotEmpty(columns);
            Assert.InRange(columns.Max(), 1, reach);
        }
    }

    [Fact]
    public void Maps_of_classes_go_in_as_planes_and_the_highest_plane_comes_out()
    {
        var (maps, pictures) = (Translators.Side(1, [0, 3, 7, 255]), Translators.Side(3));
        byte[] map = [.. Enumerable.Range(0, 16 * 16).Select(i => (byte)((i / 5) % 4))];
        var toPictures = Translators.Model("unet", 16, input: maps, output: pictures);
        var toMaps = Translators.Model("unet", 16, input: pictures, output: maps);

        Assert.Equal(Plainly(toPictures, map, 16, 16), Translate(toPictures, map, 16, 16));
        byte[] made = Translate(toMaps, Translators.Picture(16, 16, 3), 16, 16);
        Assert.Equal(Plainly(toMaps, Translators.Picture(16, 16, 3), 16, 16), made);
        Assert.True(made.Distinct().Count() > 1);
        Assert.All(made, place => Assert.InRange(place, 0, 3));
    }

    [Fact]
    public void Labels_change_what_is_drawn()
    {
        var labels = new LabelChoice([new("hair", ["red", "blue"], [1, 1])]);
        var model = Translators.Model("stargan", 16, depth: 1, labels: 2) with { Labels = labels };
        byte[] image = Translators.Picture(20, 16, 3);
        using var translator = Open(model);

        byte[] red = translator.Translate(image, 20, 16, [1, 0], NoTiles, null, Stop), blue = translator.Translate(image, 20, 16, [0, 1], NoTiles, null, Stop);

        Assert.NotEqual(red, blue);
        Assert.Equal(red, translator.Translate(image, 20, 16, [1, 0], NoTiles, null, Stop));
    }

    [Fact]
    public void Batch_normalisation_takes_the_moments_that_were_saved_and_those_of_the_image_where_none_were()
    {
        var model = Translators.Model("resnet", 16, norm: Normalization.Batch, depth: 1);
        var network = Translators.Build(model);
        var state = Translators.State(model);
        byte[] image = Translators.Picture(16, 16, 3), own;
        using (var translator = new ImageTranslator(device.Open(), model, state))
        {
            own = translator.Translate(image, 16, 16, [], NoTiles, null, Stop);
        }
        // Means of nought and variances of one.
        state[model.Moments] = new([network.Moments.Size], [.. Enumerable.Repeat(1f, network.Moments.Size)]);
        using var measured = new ImageTranslator(device.Open(), model, state);

        Assert.Equal(Plainly(model, image, 16, 16), own);
        Assert.NotEqual(own, measured.Translate(image, 16, 16, [], NoTiles, null, Stop));
    }

    [Fact]
    public void Few_plans_are_kept_however_many_sizes_come()
    {
        var model = Translators.Model("unet", 16);
        using var variables = new VariableStore(device.Open(), model.Precision);
        using var plans = new TranslatorPlans(variables, model, Translators.State(model));
        float[] first = new float[16 * 16 * 3], again = new float[16 * 16 * 3];
        plans.Run(new float[16 * 16 * 3], 16, 16, first);
        for (int i = 1; i <= 20; i++)
        {
            plans.Run(new float[16 * (16 + (16 * i)) * 3], 16, 16 + (16 * i), new float[16 * (16 + (16 * i)) * 3]);
            Assert.InRange(plans.Kept, 1, 8);
        }

        plans.Run(new float[16 * 16 * 3], 16, 16, again);

        Assert.Equal(first, again);
    }

    [Fact]
    public void A_state_of_another_network_is_refused_with_the_tensor()
    {
        var model = Translators.Model("unet", 16);
        var lacking = Translators.State(model);
        var (first, tensor) = lacking.First();
        lacking.Remove(first);

        Refuses(lacking, $"it has no tensor '{first}'");
        Refuses(new(Translators.State(model)) { [$"{first}.more"] = tensor }, $"this network has no tensor '{first}.more'");
        Refuses(Translators.State(Translators.Model("unet", 16, width: 8)), "where this network has");

        void Refuses(Dictionary<string, IlgpuGan.Export.StateTensor> state, string reason) =>
            Assert.Contains(reason, Assert.Throws<StateMismatchException>(() => new ImageTranslator(device.Open(), model, state)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Translation_ends_between_tiles_when_it_is_given_up()
    {
        var model = Translators.Model("resnet", 16, depth: 1);
        using var translator = Open(model);
        using var stop = new CancellationTokenSource();
        int done = 0;

        Assert.Throws<OperationCanceledException>(() => translator.Translate(Translators.Picture(64, 200, 3), 64, 200, [], translator.SmallestTile, (count, _) =>
        {
            done = count;
            stop.Cancel();
        }, stop.Token));

        Assert.Equal(1, done);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ImageTranslator Open(TranslatorModel model) => new(device.Open(), model, Translators.State(model));

    private byte[] Translate(TranslatorModel model, byte[] image, int height, int width)
    {
        using var translator = Open(model);
        return translator.Translate(image, height, width, [], NoTiles, null, Stop);
    }

    /// <summary>The network by itself, without padding or tiles.</summary>
    private byte[] Plainly(TranslatorModel model, byte[] image, int height, int width)
    {
        var network = model.Family.Build(model.Design, height, width);
        using var variables = new VariableStore(device.Open(), model.Precision);
        variables.Upload(network.Parameters.Values, SavedWeights.AverageOf(network.Parameters, Translators.State(model)));
        float[] planes = new float[height * width * model.Input.Planes];
        ImagePlanes.Fill(image, model.Input, planes);
        var graph = new Graph();
        var output = network.Apply(graph.Literal(Shape.Of(1, height, width, model.Input.Planes), planes));
        using var plan = Plan.Compile(variables, graph, output);
        plan.Run();
        byte[] drawn = new byte[height * width * model.Output.Channels];
        ImagePlanes.Read(plan.Fetch(output), model.Output, drawn);
        return drawn;
    }
}
