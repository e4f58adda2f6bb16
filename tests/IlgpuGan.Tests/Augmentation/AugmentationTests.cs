using IlgpuGan.Augmentation;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Augmentation;

/// <summary>What augmentations do to images, on the CPU or the device that ILGPUGAN_TEST_DEVICE names. Their gradients are in the table of operations.</summary>
[Collection(nameof(TestDevice))]
public sealed class AugmentationTests(TestDevice under)
{
    private const int Seed = 7;

    public static TheoryData<int, int, int, int> Shapes => new() { { 16, 48, 48, 3 }, { 5, 28, 28, 1 }, { 3, 9, 16, 4 }, { 4, 7, 5, 2 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Ada_at_p_0_passes_images_unchanged_bit_for_bit(int images, int height, int width, int channels)
    {
        float[] x = Noise(images * height * width * channels);

        Assert.Equal(x, Augmented(new Ada(new(images)), x, images, height, width, channels));
        Assert.Equal(x, Augmented(new Ada(new(images, Fixed: 0)), x, images, height, width, channels));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Ada_at_p_1_changes_every_image_and_no_number_is_infinite(int images, int height, int width, int channels)
    {
        float[] x = Noise(images * height * width * channels);
        float[] y = Augmented(new Ada(new(images, Fixed: 1)), x, images, height, width, channels);

        Assert.All(y, value => Assert.True(float.IsFinite(value)));
        foreach (var (before, after) in x.Chunk(x.Length / images).Zip(y.Chunk(x.Length / images)))
        {
            Assert.NotEqual(before, after);
        }
    }

    [Theory]
    [InlineData("color,translation,cutout")]
    [InlineData("ada")]
    public void An_image_s_draws_are_a_function_of_seed_stream_and_counter(string name)
    {
        IAugmentation augmentation = name == "ada" ? new Ada(new(8, Fixed: 0.5f)) : new DiffAugment((DiffAugmentPolicy)7);
        float[] x = Noise(8 * 12 * 12 * 3);
        float[] Run(ulong seed, int stream, int step) => Augmented(augmentation, x, 8, 12, 12, 3, seed, stream, step);

        float[] once = Run(1, 2, 3);
        Assert.Equal(once, Run(1, 2, 3));
        Assert.NotEqual(once, Run(2, 2, 3));
        Assert.NotEqual(once, Run(1, 3, 3));
        Assert.NotEqual(once, Run(1, 2, 4));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Translation_is_a_shifted_copy_with_zeros_and_reaches_an_eighth_of_every_side(int images, int height, int width, int channels)
    {
        images *= 30;
        float[] x = Noise(images * height * width * channels);
        float[] y = Augmented(new DiffAugment(DiffAugmentPolicy.Translation), x, images, height, width, channels);
        int size = height * width * channels, mostX = (width + 4) / 8, mostY = (height + 4) / 8;
        var seen = new HashSet<(int, int)>();
        for (int n = 0; n < images; n++)
        {
            var (before, after) = (x[(n * size)..((n + 1) * size)], y[(n * size)..((n + 1) * size)]);
            var fits = from dy in Enumerable.Range(-mostY, 2 * mostY + 1)
                       from dx in Enumerable.Range(-mostX, 2 * mostX + 1)
                       where IsShifted(before, after, height, width, channels, dx, dy)
                       select (dx, dy);
            seen.Add(Assert.Single(fits));
        }
        foreach (var (moves, most) in new[] { (seen.Select(move => move.Item1), mostX), (seen.Select(move => move.Item2), mostY) })
        {
            Assert.Equal(Enumerable.Range(-most, 2 * most + 1), moves.Distinct().Order());
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Cutout_clears_a_rectangle_of_half_the_sides_cut_at_the_borders(int images, int height, int width, int channels)
    {
        images *= 30;
        float[] x = [.. Enumerable.Repeat(1f, images * height * width * channels)];
        float[] y = Augmented(new DiffAugment(DiffAugmentPolicy.Cutout), x, images, height, width, channels);
        int size = height * width, cutHeight = (height + 1) / 2, cutWidth = (width + 1) / 2, whole = 0;
        for (int n = 0; n < images; n++)
        {
            bool[] isCleared = [.. Enumerable.Range(0, size).Select(pixel => y[(n * size + pixel) * channels] == 0)];
            int[] cleared = [.. Enumerable.Range(0, size).Where(pixel => isCleared[pixel])];
            Assert.NotEmpty(cleared);
            int[] rows = [.. cleared.Select(pixel => pixel / width).Distinct()], columns = [.. cleared.Select(pixel => pixel % width).Distinct()];
            Assert.Equal(rows.Length * columns.Length, cleared.Length);
            Assert.Equal(rows.Max() - rows.Min() + 1, rows.Length);
            Assert.Equal(columns.Max() - columns.Min() + 1, columns.Length);
            Assert.True(rows.Length == cutHeight || (rows.Length < cutHeight && (rows.Min() == 0 || rows.Max() == height - 1)));
            Assert.True(columns.Length == cutWidth || (columns.Length < cutWidth && (columns.Min() == 0 || columns.Max() == width - 1)));
            whole += cleared.Length == cutHeight * cutWidth ? 1 : 0;
            for (int i = 0; i < size * channels; i++)
            {
                if (y[n * size * channels + i] != (isCleared[i / channels] ? 0f : 1f))
                {
                    Assert.Fail($"Channel {i % channels} of pixel {i / channels} of image {n} is {y[n * size * channels + i]}.");
                }
            }
        }
        Assert.InRange(whole, 1, images - 1);
    }

    [Fact]
    public void Colours_of_a_grey_image_move_by_a_brightness_uniform_from_minus_a_half_to_a_half()
    {
        const int images = 4000;
        float[] x = [.. Enumerable.Repeat(0.25f, images * 2 * 2 * 3)];
        float[] y = Augmented(new DiffAugment(DiffAugmentPolicy.Color), x, images, 2, 2, 3);
        double[] moves = [.. y.Chunk(12).Select(image => image[0] - 0.25)];

        Assert.All(y.Chunk(12), image => Assert.True(image.Max() - image.Min() < 1e-6));
        Assert.InRange(moves.Min(), -0.5, -0.49);
        Assert.InRange(moves.Max(), 0.49, 0.5);
        // The mean of n uniform numbers has a deviation of sqrt(1 / 12 n) = 0.0046, their variance one of 0.0012.
        Assert.InRange(moves.Average(), -0.02, 0.02);
        Assert.InRange(moves.Average(move => move * move), 1 / 12.0 - 0.006, 1 / 12.0 + 0.006);
    }

    [Fact]
    public void Contrast_spreads_an_image_around_its_mean_by_one_half_to_one_and_a_half()
    {
        const int images = 2000;
        // Two greys, so that saturation has nothing to do.
        float[] x = [.. Enumerable.Range(0, images * 4 * 3).Select(i => i / 3 % 2 == 0 ? -0.2f : 0.6f)];
        float[] y = Augmented(new DiffAugment(DiffAugmentPolicy.Color), x, images, 2, 2, 3);
        double[] spreads = [.. y.Chunk(12).Select(image => (image[3] - image[0]) / 0.8)];

        Assert.All(y.Chunk(12), image => Assert.InRange(image.Average() - 0.2, -0.5, 0.5));
        Assert.InRange(spreads.Min(), 0.5 - 1e-5, 0.51);
        Assert.InRange(spreads.Max(), 1.49, 1.5 + 1e-5);
        Assert.InRange(spreads.Average(), 0.97, 1.03);
    }

    [Fact]
    public void Saturation_spreads_the_channels_of_a_pixel_by_none_to_twice()
    {
        const int images = 2000;
        float[] x = [.. Enumerable.Range(0, images * 4 * 3).Select(i => new[] { 0.4f, 0.1f, -0.5f }[i % 3])];
        float[] y = Augmented(new DiffAugment(DiffAugmentPolicy.Color), x, images, 2, 2, 3);
        double[] spreads = [.. y.Chunk(12).Select(image => (image[0] - image[2]) / 0.9)];

        // Times contrast: at most 3, on average 1.
        Assert.InRange(spreads.Min(), -1e-5, 0.05);
        Assert.InRange(spreads.Max(), 2.5, 3);
        Assert.InRange(spreads.Average(), 0.94, 1.06);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Colours_leave_alpha_alone(int channels)
    {
        const int images = 50;
        float[] x = Noise(images * 25 * channels);
        float[] color = Augmented(new DiffAugment(DiffAugmentPolicy.Color), x, images, 5, 5, channels);

        for (int i = channels - 1; i < x.Length; i += channels)
        {
            Assert.Equal(x[i], color[i]);
        }
        Assert.NotEqual(x[0], color[0]);
        // Geometry moves it, so where it is the same everywhere it stays.
        for (int i = channels - 1; i < x.Length; i += channels)
        {
            x[i] = 0.5f;
        }
        float[] ada = Augmented(new Ada(new(images, Fixed: 1)), x, images, 5, 5, channels);
        for (int i = channels - 1; i < x.Length; i += channels)
        {
            Assert.Equal(0.5f, ada[i], 1e-5f);
        }
    }

    [Theory]
    [InlineData(0.3f)]
    [InlineData(1f)]
    public void Ada_changes_the_brightness_of_a_share_p_of_uniform_greys(float p)
    {
        const int images = 4000;
        // Black has no contrast, luma, hue or saturation, and every place of it is the same.
        float[] x = new float[images * 4 * 3];
        float[] y = Augmented(new Ada(new(images, Fixed: p)), x, images, 2, 2, 3);
        double[] moved = [.. y.Chunk(12).Select(image => (double)image[0]).Where(move => move != 0)];

        // Four deviations of a share of 4000.
        Assert.InRange(moved.Length, images * p - 4 * Math.Sqrt(images * p * (1 - p)), images * p + 4 * Math.Sqrt(images * p * (1 - p)));
        Assert.InRange(moved.Average(), -0.04, 0.04);
    }

    [Theory]
    [InlineData(AdaParts.XFlip)]
    [InlineData(AdaParts.Rotate90)]
    [InlineData(AdaParts.XInt)]
    [InlineData(AdaParts.Blit)]
    public void Ada_of_blits_alone_shows_nothing_but_pixels_of_the_image(AdaParts parts)
    {
        const int Images = 40;
        float[] x = Noise(Images * 8 * 8 * 3);
        float[] y = Augmented(new Ada(new(Images, Fixed: 1, Parts: parts)), x, Images, 8, 8, 3);
        Assert.NotEqual(x, y);
        foreach (var (before, after) in x.Chunk(192).Zip(y.Chunk(192)))
        {
            Assert.Subset(before.Chunk(3).Select(pixel => (pixel[0], pixel[1], pixel[2])).ToHashSet(), after.Chunk(3).Select(pixel => (pixel[0], pixel[1], pixel[2])).ToHashSet());
        }
    }

    [Fact]
    public void Ada_of_mirror_images_alone_mirrors_every_other_image_and_leaves_the_rest()
    {
        const int Images = 400, Side = 5;
        float[] x = Noise(Images * Side * Side);
        float[] y = Augmented(new Ada(new(Images, Fixed: 1, Parts: AdaParts.XFlip)), x, Images, Side, Side, 1);
        int mirrored = 0;
        foreach (var (before, after) in x.Chunk(Side * Side).Zip(y.Chunk(Side * Side)))
        {
            float[] mirror = [.. before.Chunk(Side).SelectMany(row => row.Reverse())];
            mirrored += after.AsSpan().SequenceEqual(mirror) ? 1 : 0;
            Assert.True(after.AsSpan().SequenceEqual(mirror) || after.AsSpan().SequenceEqual(before));
        }
        // Four deviations of half of 400.
        Assert.InRange(mirrored, 160, 240);
    }

    [Theory]
    [InlineData(AdaParts.Brightness)]
    [InlineData(AdaParts.Contrast)]
    [InlineData(AdaParts.LumaFlip)]
    [InlineData(AdaParts.Hue)]
    [InlineData(AdaParts.Saturation)]
    [InlineData(AdaParts.Color)]
    public void Ada_of_colours_alone_moves_no_pixel(AdaParts parts)
    {
        const int Images = 30;
        float[] x = Noise(Images * 36 * 4);
        float[] y = Augmented(new Ada(new(Images, Fixed: 1, Parts: parts)), x, Images, 6, 6, 4);
        Assert.NotEqual(x, y);
        // Alpha has no colour, so it shows where a pixel went.
        Assert.Equal(x.Where((_, i) => i % 4 == 3), y.Where((_, i) => i % 4 == 3));
        foreach (var (before, after) in parts == AdaParts.Brightness ? x.Chunk(144).Zip(y.Chunk(144)) : [])
        {
            double[] moved = [.. before.Zip(after, (b, a) => (double)a - b).Where((_, i) => i % 4 != 3)];
            Assert.InRange(moved.Max() - moved.Min(), 0, 1e-5);
        }
    }

    [Theory]
    [InlineData(AdaParts.Scale)]
    [InlineData(AdaParts.Rotate)]
    [InlineData(AdaParts.Aniso)]
    [InlineData(AdaParts.XFrac)]
    [InlineData(AdaParts.Geom)]
    public void Ada_of_geometry_alone_leaves_a_plain_colour_as_it_is(AdaParts parts)
    {
        const int Images = 30;
        float[] x = Noise(Images * 36 * 3), plain = [.. Enumerable.Range(0, x.Length).Select(i => 0.1f * (i % 3))];
        Assert.NotEqual(x, Augmented(new Ada(new(Images, Fixed: 1, Parts: parts)), x, Images, 6, 6, 3));
        float[] y = Augmented(new Ada(new(Images, Fixed: 1, Parts: parts)), plain, Images, 6, 6, 3);
        Assert.All(plain.Zip(y), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Values_that_geometry_moves_stay_those_of_the_image()
    {
        // A grey image of one value is one wherever its pixels come from: the weights of a pixel's sources add up to one.
        const int images = 500;
        float[] x = [.. Enumerable.Repeat(1f, images * 9 * 9)];
        var graph = new Graph();
        var placed = Placed(graph, images, x);
        Assert.All(placed, value => Assert.Equal(1f, value, 1e-5f));
    }

    [Fact]
    public void Mirroring_and_quarter_turns_are_undone_by_repeating_them()
    {
        float[] x = Noise(2 * 6 * 6 * 3);
        float[] Twice(int times, params float[] map)
        {
            var graph = new Graph();
            var variable = new Variable("x", x.Length);
            var y = graph.Read(variable, 0, Shape.Of(2, 6, 6, 3));
            for (int i = 0; i < times; i++)
            {
                y = graph.AffineSample(y, graph.Literal(Shape.Of(2, 6), [.. map, .. map]), Border.Zero);
            }
            return Fetch(graph, y, 0, null, (variable, x));
        }

        Assert.NotEqual(x, Twice(1, -1, 0, 0, 0, 1, 0));
        Assert.Equal(x, Twice(2, -1, 0, 0, 0, 1, 0));
        Assert.NotEqual(x, Twice(2, 0, -1, 0, 1, 0, 0));
        Assert.Equal(x, Twice(4, 0, -1, 0, 1, 0, 0));
    }

    [Theory]
    [InlineData(Border.Zero)]
    [InlineData(Border.Reflect)]
    public void Sampling_and_its_transpose_give_equal_inner_products(Border border)
    {
        int[] lengths = [16, 31, 24, 3];
        float[] x = Noise(16 * 31 * 24 * 3), y = [.. Noise(x.Length + 1).Skip(1)], map = [.. Noise(16 * 6).Select(value => 1.5f * value)];
        var graph = new Graph();
        var (xs, ys, maps) = (new Variable("x", x.Length), new Variable("y", x.Length), new Variable("maps", map.Length));
        var (xt, yt, coefficients) = (graph.Read(xs, 0, Shape.Of(lengths)), graph.Read(ys, 0, Shape.Of(lengths)), graph.Read(maps, 0, Shape.Of(16, 6)));
        using var variables = new VariableStore(under.Open());
        foreach (var (variable, values) in new[] { (xs, x), (ys, y), (maps, map) })
        {
            variables.Upload(variable, values);
        }
        var (ax, aty) = (graph.AffineSample(xt, coefficients, border), graph.AffineSampleTranspose(yt, coefficients, border));
        using var plan = Plan.Compile(variables, graph, [ax, aty]);
        plan.Run();
        double left = plan.Fetch(ax).Zip(y, (a, b) => (double)a * b).Sum(), right = plan.Fetch(aty).Zip(x, (a, b) => (double)a * b).Sum();
        double size = Math.Sqrt(plan.Fetch(ax).Sum(a => (double)a * a) * y.Sum(b => (double)b * b));

        Assert.True(Math.Abs(left - right) < 1e-6 * size, $"<Ax, y> = {left:R}, <x, A'y> = {right:R}, |Ax| |y| = {size:R}");
    }

    [Fact]
    public void A_p_that_adapts_rises_while_D_is_sure_of_reals_falls_while_it_is_not_and_stays_between_0_and_1()
    {
        // 100 images a batch and 4 kimg: a tenth every four updates.
        var (ada, graph, logits) = (new Ada(new(Batch: 100, Kimg: 4)), new Graph(), new Variable("logits", 5));
        ada.Update(graph.Read(logits, 0, Shape.Of(5, 1)));
        using var variables = new VariableStore(under.Open());
        using var plan = Plan.Compile(variables, graph);
        float After(int updates, params float[] values)
        {
            variables.Upload(logits, values);
            for (int i = 0; i < updates; i++)
            {
                plan.Run();
            }
            return variables.Download(Assert.Single(ada.State))[0];
        }

        Assert.Equal(0f, After(3, 1, 2, 3, 4, 5));
        Assert.Equal(0.1f, After(1, 1, 2, 3, 4, 5));
        Assert.Equal(0.1f, After(3, 1, 2, 3, 4, 5));
        Assert.Equal(0.2f, After(1, 1, 2, 3, 4, 5));
        // Four of five positive is a mean sign of 0.6: neither above nor below, but for the rounding of floats.
        Assert.Equal(0.3f, After(4, 0.1f, 2, 0, 4, 5), 1e-6f);
        Assert.Equal(1f, After(4 * 9, 1, 2, 3, 4, 5));
        Assert.Equal(0.9f, After(4, -1, 2, 3, 4, -5), 1e-6f);
        Assert.Equal(0f, After(4 * 12, -1, -2, -3, -4, -5));
        Assert.Equal(0.1f, After(4, 1, 2, 3, 4, 5), 1e-6f);
    }

    [Fact]
    public void A_fixed_p_has_no_state()
    {
        var (ada, graph) = (new Ada(new(Batch: 4, Fixed: 0.3f)), new Graph());
        ada.Update(graph.Read(new Variable("logits", 4), 0, Shape.Of(4, 1)));

        Assert.Empty(ada.State);
        Assert.Empty(graph.Effects);
        Assert.Equal(new Constant(0.3f), ada.Probability(graph).Operation);
    }

    [Fact]
    public void What_is_no_image_or_no_probability_is_refused()
    {
        var graph = new Graph();
        var points = graph.Read(new Variable("points", 8), 0, Shape.Of(4, 2));
        Assert.Throws<ArgumentException>(() => new DiffAugment(DiffAugmentPolicy.Color).Apply(points, 1, 1, new("step")));
        Assert.Throws<ArgumentException>(() => new Ada(new(4)).Apply(points, 1, 1, new("step")));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ada(new(4, Fixed: 1.1f)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Ada(new(4, Kimg: 0)));
        var image = graph.Read(new Variable("image", 48), 0, Shape.Of(4, 2, 2, 3));
        Assert.Throws<ArgumentException>(() => graph.AffineSample(points, graph.Constant(1), Border.Zero));
        Assert.Throws<ArgumentException>(() => graph.AffineSample(image, graph.Constant(1).BroadcastTo(Shape.Of(3, 6)), Border.Zero));
        Assert.Throws<ArgumentException>(() => graph.MixChannels(image, graph.Constant(1).BroadcastTo(Shape.Of(4, 4))));
    }

    private float[] Placed(Graph graph, int images, float[] x)
    {
        var variable = new Variable("x", x.Length);
        var read = graph.Read(variable, 0, Shape.Of(images, 9, 9, 1));
        var random = graph.RandomNormal(Shape.Of(images, 6), Seed, 1, new("step"));
        return Fetch(graph, graph.AffineSample(read, random, Border.Reflect), 0, null, (variable, x));
    }

    private float[] Augmented(IAugmentation augmentation, float[] x, int images, int height, int width, int channels, ulong seed = Seed, int stream = 1, int step = 0)
    {
        var (graph, variable, counter) = (new Graph(), new Variable("x", x.Length), new Counter("step"));
        var y = augmentation.Apply(graph.Read(variable, 0, Shape.Of(images, height, width, channels)), seed, stream, counter);
        return Fetch(graph, y, step, counter, (variable, x));
    }

    private float[] Fetch(Graph graph, Tensor y, int step, Counter? counter, params (Variable Variable, float[] Values)[] contents)
    {
        using var variables = new VariableStore(under.Open());
        foreach (var (variable, values) in contents)
        {
            variables.Upload(variable, values);
        }
        if (counter is not null)
        {
            variables.Upload(counter, step);
        }
        using var plan = Plan.Compile(variables, graph, [y]);
        plan.Run();
        return plan.Fetch(y);
    }

    private static float[] Noise(int count)
    {
        var values = new float[count];
        Initialization.Normal(values, Seed, stream: 0);
        return values;
    }

    private static bool IsShifted(float[] before, float[] after, int height, int width, int channels, int dx, int dy)
    {
        for (int i = 0; i < before.Length; i++)
        {
            int row = i / channels / width + dy, column = i / channels % width + dx;
            bool isInside = row >= 0 && row < height && column >= 0 && column < width;
            if (after[i] != (isInside ? before[(row * width + column) * channels + i % channels] : 0f))
            {
                return false;
            }
        }
        return true;
    }
}
