using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests;

public class GatherTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void Every_epoch_shows_every_image_once_in_an_order_of_its_own(int count)
    {
        var epochs = Enumerable.Range(0, 6)
            .Select(epoch => Enumerable.Range(0, count).Select(place => EpochShuffle.Pick((long)epoch * count + place, count, 5, 6)).ToArray())
            .ToArray();
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, count), epoch.Order()));
        if (count >= 64) // with fewer, orders repeat by chance
        {
            Assert.Equal(epochs.Length, epochs.Select(epoch => string.Join(' ', epoch)).Distinct().Count());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(65)]
    [InlineData(4900)]
    public void Every_image_is_found_at_its_place(int count)
    {
        foreach (var (low, high) in new[] { (5u, 6u), (0u, 0u), (16777215u, 0u) })
        {
            Assert.Equal(Enumerable.Range(0, count), Enumerable.Range(0, count).Select(place => EpochShuffle.PlaceOf(EpochShuffle.Pick(place, count, low, high), count, low, high)));
        }
    }

    [Fact]
    public void Another_seed_gives_another_order()
    {
        int[] Order(uint low, uint high) => [.. Enumerable.Range(0, 64).Select(place => EpochShuffle.Pick(place, 64, low, high))];
        Assert.NotEqual(Order(5, 6), Order(4, 6));
        Assert.NotEqual(Order(5, 6), Order(5, 7));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Images_of_a_batch_are_the_shuffled_ones_half_of_them_mirrored_and_scaled(bool flip, bool staged)
    {
        const int count = 23, batch = 16, height = 5, width = 7, channels = 3, step = 9, stream = 1;
        var pixels = new byte[(staged ? batch : count) * height * width * channels];
        new Random(1).NextBytes(pixels);
        using var bench = new Workbench(under.Device);
        var parameters = new GatherParameters
        {
            Output = bench.Upload(new float[batch * height * width * channels]),
            Source = bench.Upload(pixels),
            Draws = new() { Counters = bench.Upload(0, 0, step), CounterIndex = 2, Stream = stream, SeedLow = 11, SeedHigh = 12 },
            Count = count,
            Batch = batch,
            Width = width,
            Channels = channels,
            ImageSize = height * width * channels,
            Flip = flip ? 1 : 0,
            IsStaged = staged ? 1 : 0,
        };
        bench.Run<GatherImages, GatherParameters>(parameters, workers: 3);
        var actual = bench.Download(parameters.Output);

        int i = 0, mirrored = 0;
        for (int place = 0; place < batch; place++)
        {
            int image = staged ? place : EpochShuffle.Pick(step * batch + place, count, 11, 12);
            bool isMirrored = flip && (Philox.Generate((uint)place, stream, step, 11, 12).A & 1) == 1;
            mirrored += isMirrored ? 1 : 0;
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    for (int channel = 0; channel < channels; channel++)
                    {
                        byte pixel = pixels[((image * height + y) * width + (isMirrored ? width - 1 - x : x)) * channels + channel];
                        // Whether the product is rounded before the subtraction is the device's affair.
                        Assert.Equal(pixel / 127.5, actual[i++] + 1.0, tolerance: 2e-7);
                    }
                }
            }
        }
        Assert.InRange(mirrored, flip ? 3 : 0, flip ? 13 : 0);
    }

    /// <summary>Any number of channels: pairs of images lie in one, and a map of classes takes a single one. Spares of 0 are images as large as the batch's.</summary>
    [Theory]
    [InlineData(1, 3, 4, false, false)]
    [InlineData(2, 3, 4, true, false)]
    [InlineData(3, 0, 5, true, true)]
    [InlineData(4, 2, 0, false, true)]
    [InlineData(4, 0, 0, true, false)]
    [InlineData(5, 1, 1, true, false)]
    [InlineData(6, 3, 4, true, true)]
    [InlineData(6, 0, 0, false, false)]
    [InlineData(7, 3, 4, false, false)]
    [InlineData(7, 0, 0, true, true)]
    [InlineData(8, 2, 6, true, false)]
    public void Images_with_any_number_of_channels_are_cut_and_mirrored_alike_in_all_of_them(int channels, int spareRows, int spareColumns, bool flip, bool staged)
    {
        const int count = 23, batch = 16, height = 5, width = 7, step = 9, stream = 1;
        int rows = height + spareRows, columns = width + spareColumns, size = height * width * channels;
        var pixels = new byte[(staged ? batch : count) * rows * columns * channels];
        new Random(1).NextBytes(pixels);
        using var bench = new Workbench(under.Device);
        var parameters = new GatherParameters
        {
            Output = bench.Upload(new float[batch * size]),
            Source = bench.Upload(pixels),
            Draws = new() { Counters = bench.Upload(0, 0, step), CounterIndex = 2, Stream = stream, SeedLow = 11, SeedHigh = 12 },
            Count = count,
            Batch = batch,
            Width = width,
            Channels = channels,
            ImageSize = size,
            SpareRows = spareRows,
            SpareColumns = spareColumns,
            Flip = flip ? 1 : 0,
            IsStaged = staged ? 1 : 0,
        };
        bench.Run<GatherImages, GatherParameters>(parameters, workers: 3);
        float[] actual = bench.Download(parameters.Output);

        var corners = new HashSet<(int, int)>();
        for (int place = 0, i = 0; place < batch; place++)
        {
            int image = staged ? place : EpochShuffle.Pick(step * batch + place, count, 11, 12);
            Words words = Philox.Generate((uint)place, stream, step, 11, 12);
            int top = (int)(words.B / 4294967296.0 * (spareRows + 1)), left = (int)(words.C / 4294967296.0 * (spareColumns + 1));
            corners.Add((top, left));
            for (int at = 0; at < size; at++, i++)
            {
                var (y, x, channel) = (at / channels / width, at / channels % width, at % channels);
                x = flip && (words.A & 1) == 1 ? width - 1 - x : x;
                byte pixel = pixels[((image * rows + top + y) * columns + left + x) * channels + channel];
                // Whether the product is rounded before the subtraction is the device's affair.
                Assert.Equal(pixel / 127.5, actual[i] + 1.0, tolerance: 2e-7);
            }
        }
        Assert.True(corners.Count >= Math.Min(4, (spareRows + 1) * (spareColumns + 1)), $"{corners.Count} different windows");
    }

    [Fact]
    public void Labels_of_a_batch_are_those_of_its_images_as_one_hot_rows_side_by_side()
    {
        const int count = 13, batch = 70, step = 3;
        int[] classes = [3, 1, 4];
        var random = new Random(2);
        // Each label as its place in the row of 3 + 1 + 4 places.
        int[] labels = [.. Enumerable.Range(0, count).SelectMany(_ => new[] { random.Next(3), 3, 4 + random.Next(4) })];
        using var bench = new Workbench(under.Device);
        var parameters = new GatherLabelsParameters
        {
            Output = bench.Upload([.. Enumerable.Repeat(9f, batch * classes.Sum())]),
            Source = bench.Upload(labels),
            Draws = new() { Counters = bench.Upload(0, step), CounterIndex = 1, SeedLow = 5, SeedHigh = 6 },
            Count = count,
            Batch = batch,
            Columns = classes.Length,
            Width = classes.Sum(),
        };
        bench.Run<GatherLabels, GatherLabelsParameters>(parameters, workers: 3);
        var expected = from place in Enumerable.Range(0, batch)
                       let image = EpochShuffle.Pick(step * batch + place, count, 5, 6)
                       from i in Enumerable.Range(0, classes.Sum())
                       select labels.AsSpan(image * classes.Length, classes.Length).Contains(i) ? 1f : 0f;
        Assert.Equal(expected, bench.Download(parameters.Output));
    }

    [Fact]
    public void Rows_of_a_batch_are_the_shuffled_ones()
    {
        const int rows = 13, batch = 8, size = 3, step = 2;
        using var bench = new Workbench(under.Device);
        var parameters = new GatherRowsParameters
        {
            Output = bench.Upload(new float[batch * size]),
            Source = bench.Upload([.. Enumerable.Range(0, rows * size).Select(i => (float)i)]),
            Draws = new() { Counters = bench.Upload(step), SeedLow = 1, SeedHigh = 2 },
            Rows = rows,
            Batch = batch,
            RowSize = size,
        };
        bench.Run<GatherRows, GatherRowsParameters>(parameters);
        var expected = from place in Enumerable.Range(0, batch)
                       let row = EpochShuffle.Pick(step * batch + place, rows, 1, 2)
                       from i in Enumerable.Range(0, size)
                       select (float)(row * size + i);
        Assert.Equal(expected, bench.Download(parameters.Output));
    }
}
