using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.CudaStandIn.Tests.Harness;
using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>The engine's kernels but its products, as the compiler makes them for a card, against host references in double precision.</summary>
public sealed class RealKernelTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    [Theory]
    [InlineData(37, 11)]
    [InlineData(1, 1)]
    [InlineData(128, 33)]
    public void An_element_wise_formula_is_computed(int rows, int columns)
    {
        using var card = new Card(texts);
        float[] x = Numbers.Random(rows * columns, seed: 1), c = Numbers.Random(columns, seed: 2);
        var output = card.Empty(rows * columns);
        var counts = card.Run<Elementwise<Subtract<Full<Slot0>, Multiply<PerColumn<Slot1>, Number<Slot0>>>>, ElementwiseParameters>(
            new() { Rows = rows, Columns = columns, Operands = new() { K0 = 0.25f } }, ("Output", output), ("Operands.X0", card.Upload<float>(x)), ("Operands.X1", card.Upload<float>(c)));
        Numbers.AssertNear([.. x.Select((value, i) => value - (0.25 * c[i % columns]))], Card.Download<float>(output), 1e-6);
        Assert.Equal(rows * columns * sizeof(float), counts.StoredBytes);
        Assert.Equal((rows * columns * sizeof(float) + 31) / 32, counts.StoredSectors);
    }

    [Theory]
    [InlineData(70, 24, 8)]
    [InlineData(33, 5, 4)]
    [InlineData(100, 1, 12)]
    [InlineData(7, 200, 1)]
    public void Rows_are_summed(int rows, int columns, int blocks)
    {
        using var card = new Card(texts);
        float[] x = Numbers.Random(rows * columns, seed: 3);
        var output = card.Empty(blocks * columns);
        card.Run<SumRows<Full<Slot0>>, ReductionParameters>(
            new() { Rows = rows, Columns = columns, Blocks = blocks }, ("Output", output), ("Operands.X0", card.Upload<float>(x)));
        var expected = new double[blocks * columns];
        for (int i = 0; i < x.Length; i++)
        {
            expected[(i / columns % blocks * columns) + (i % columns)] += x[i];
        }
        Numbers.AssertNear(expected, Card.Download<float>(output), 1e-5);
    }

    [Fact]
    public void Columns_are_summed_and_their_largest_found()
    {
        using var card = new Card(texts);
        const int Rows = 150, Columns = 17;
        float[] x = Numbers.Random(Rows * Columns, seed: 4);
        var (input, sums, most) = (card.Upload<float>(x), card.Empty(Rows), card.Empty(Rows));
        var arguments = new ReductionParameters { Rows = Rows, Columns = Columns, Blocks = 1 };
        card.Run<SumColumns<Full<Slot0>>, ReductionParameters>(arguments, ("Output", sums), ("Operands.X0", input));
        card.Run<MaxColumns<Full<Slot0>>, ReductionParameters>(arguments, ("Output", most), ("Operands.X0", input));
        var rows = x.Chunk(Columns).ToArray();
        Numbers.AssertNear([.. rows.Select(row => row.Sum(value => (double)value))], Card.Download<float>(sums), 1e-5);
        Assert.Equal(rows.Select(row => row.Max()), Card.Download<float>(most));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(150)]
    public void Cross_entropy_gives_its_loss_its_gradient_and_the_probability(int count)
    {
        using var card = new Card(texts);
        float[] x = [.. Numbers.Random(count, seed: 5).Select(value => 8 * value)];
        var (loss, gradient, probability) = (card.Empty(1), card.Empty(count), card.Empty(1));
        card.Run<BceWithLogits, BceParameters>(
            new() { Target = 1f, Count = count }, ("Logits", card.Upload<float>(x)), ("Loss", loss), ("Gradient", gradient), ("Probability", probability));
        double[] sigmoid = [.. x.Select(value => 1 / (1 + Math.Exp(-value)))];
        Numbers.AssertNear([.. sigmoid.Select(value => (value - 1) / count)], Card.Download<float>(gradient), 1e-5);
        Numbers.AssertNear([x.Average(value => Math.Log(1 + Math.Exp(-Math.Abs(value))) + Math.Max(value, 0) - value)], Card.Download<float>(loss), 1e-5);
        Numbers.AssertNear([sigmoid.Average()], Card.Download<float>(probability), 1e-5);
    }

    [Fact]
    public void Uniform_numbers_are_the_very_bits_that_the_host_draws()
    {
        using var card = new Card(texts);
        const int Count = 1022;
        var output = card.Empty(Count);
        card.Run<RandomUniform, RandomParameters>(
            new() { Draws = new() { CounterIndex = 1, Stream = 5, SeedLow = 0xDEADBEEF, SeedHigh = 0x12345678 }, Count = Count }, ("Output", output), ("Draws.Counters", card.Upload(3, 77)));
        float[] expected = [.. Enumerable.Range(0, (Count + 3) / 4).SelectMany(block => Words(block, 5, 77, 0xDEADBEEF, 0x12345678)).Take(Count).Select(word => (word >> 8) / 16777216f)];
        Assert.Equal(expected, Card.Download<float>(output));
    }

    [Theory]
    [InlineData(ApproximateFunctions.Exact)]
    [InlineData(ApproximateFunctions.Highest)]
    [InlineData(ApproximateFunctions.Lowest)]
    public void Normal_numbers_are_those_of_the_host_as_near_as_a_card_computes_functions(ApproximateFunctions functions)
    {
        using var card = new Card(texts) { Options = new() { Functions = functions } };
        const int Count = 1022;
        var output = card.Empty(Count);
        card.Run<RandomNormal, RandomParameters>(
            new() { Draws = new() { CounterIndex = 1, Stream = 5, SeedLow = 0xDEADBEEF, SeedHigh = 0x12345678 }, Count = Count }, ("Output", output), ("Draws.Counters", card.Upload(3, 77)));
        double[] expected = [.. Enumerable.Range(0, (Count + 3) / 4).SelectMany(block => Normal(Words(block, 5, 77, 0xDEADBEEF, 0x12345678))).Take(Count)];
        // The root of a logarithm next to zero carries the root of its error.
        Numbers.AssertNear(expected, Card.Download<float>(output), functions == ApproximateFunctions.Exact ? 1e-4 : 2e-3);
    }

    [Theory]
    [InlineData(ApproximateFunctions.Exact)]
    [InlineData(ApproximateFunctions.Highest)]
    [InlineData(ApproximateFunctions.Lowest)]
    public void Normal_numbers_of_a_logarithm_that_errs_to_the_wrong_side_of_zero_are_next_to_zero(ApproximateFunctions functions)
    {
        using var card = new Card(texts) { Options = new() { Functions = functions } };
        // At this step the first word of block 24 is one of the few whose uniform number is 0, and its logarithm that of 1.
        const int Step = 16001, Place = 4 * 24, Count = 128;
        Assert.Equal(0u, Words(Place / 4, 5, Step, 0xDEADBEEF, 0x12345678)[0] >> 8);
        var output = card.Empty(Count);
        card.Run<RandomNormal, RandomParameters>(
            new() { Draws = new() { CounterIndex = 1, Stream = 5, SeedLow = 0xDEADBEEF, SeedHigh = 0x12345678 }, Count = Count }, ("Output", output), ("Draws.Counters", card.Upload(3, Step)));
        float[] numbers = Card.Download<float>(output);
        Assert.All(numbers, number => Assert.True(float.IsFinite(number)));
        // The root of twice a logarithm that errs by 2^-22.
        Assert.All(numbers[Place..(Place + 2)], number => Assert.InRange(number, -6e-4f, 6e-4f));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    public void Images_are_gathered_as_they_are_or_mirrored(int flip, int isStaged)
    {
        using var card = new Card(texts);
        const int Count = 10, Width = 4, Channels = 3, Size = 48, Batch = 6;
        byte[] source = new byte[Count * Size];
        new Random(6).NextBytes(source);
        var output = card.Empty(Batch * Size);
        card.Run<GatherImages, GatherParameters>(
            new() { Draws = new() { CounterIndex = 1, Stream = 5, SeedLow = 7, SeedHigh = 9 }, Count = Count, Batch = Batch, Width = Width, Channels = Channels,
                ImageSize = Size, Flip = flip, IsStaged = isStaged },
            ("Output", output), ("Source", card.Upload<byte>(source)), ("Draws.Counters", card.Upload(3, 9)));
        float[][] known = [.. source.Chunk(Size).SelectMany(image => (float[][])[Shades(image), Shades(Mirrored(image, Width, Channels))])];
        foreach (var (image, place) in Card.Download<float>(output).Chunk(Size).Select((image, place) => (image, place)))
        {
            var candidates = known.Where((_, i) => (flip != 0 || i % 2 == 0) && (isStaged == 0 || i / 2 == place));
            Assert.Contains(candidates, candidate => candidate.Zip(image).All(pair => Math.Abs(pair.First - pair.Second) < 1e-6));
        }
    }

    [Theory]
    [InlineData(2, 0, 0)]
    [InlineData(6, 1, 0)]
    [InlineData(7, 1, 1)]
    public void Windows_of_larger_images_are_gathered_with_any_number_of_channels(int channels, int flip, int isStaged)
    {
        using var card = new Card(texts);
        const int Count = 10, Width = 4, Height = 3, SpareRows = 2, SpareColumns = 3, Batch = 6, Seed = 7, Stream = 5, Step = 9;
        int size = Height * Width * channels, rowBytes = (Width + SpareColumns) * channels, sourceSize = (Height + SpareRows) * rowBytes;
        byte[] source = new byte[Count * sourceSize];
        new Random(6).NextBytes(source);
        var output = card.Empty(Batch * size);
        card.Run<GatherImages, GatherParameters>(
            new() { Draws = new() { CounterIndex = 1, Stream = Stream, SeedLow = Seed }, Count = Count, Batch = Batch, Width = Width, Channels = channels,
                ImageSize = size, SpareRows = SpareRows, SpareColumns = SpareColumns, Flip = flip, IsStaged = isStaged },
            ("Output", output), ("Source", card.Upload<byte>(source)), ("Draws.Counters", card.Upload(3, Step)));
        float[] gathered = Card.Download<float>(output);
        for (int place = 0; place < Batch; place++)
        {
            uint[] words = Words(place, Stream, Step, Seed, 0);
            int top = (int)(words[1] / 4294967296.0 * (SpareRows + 1)), left = (int)(words[2] / 4294967296.0 * (SpareColumns + 1));
            byte[] Window(int image) => [.. Enumerable.Range(top, Height).SelectMany(row => source.AsSpan(image * sourceSize + row * rowBytes + left * channels, Width * channels).ToArray())];
            float[] actual = gathered[(place * size)..((place + 1) * size)];
            var candidates = Enumerable.Range(0, Count).Where(image => isStaged == 0 || image == place)
                .Select(image => Shades(flip != 0 && (words[0] & 1) != 0 ? Mirrored(Window(image), Width, channels) : Window(image)));
            Assert.Contains(candidates, candidate => candidate.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) < 1e-6));
        }
    }

    [Fact]
    public void Adam_moves_weights_moments_and_their_average()
    {
        using var card = new Card(texts);
        const int Count = 1000, Step = 4;
        float[] values = Numbers.Random(Count, 7), gradients = Numbers.Random(Count, 8), first = Numbers.Random(Count, 9), average = Numbers.Random(Count, 10);
        float[] second = [.. Numbers.Random(Count, 11).Select(Math.Abs)];
        var (v, m, s, e) = (card.Upload<float>(values), card.Upload<float>(first), card.Upload<float>(second), card.Upload<float>(average));
        card.Run<ParameterUpdate<AdamRule>, UpdateParameters>(
            new() { Count = Count, Epsilon = 1e-8f },
            ("Values", v), ("Gradients", card.Upload<float>(gradients)), ("FirstMoment", m), ("SecondMoment", s), ("Average", e),
            ("LearningRate", card.Upload(0.01f)), ("Beta1", card.Upload(0.5f)), ("Beta2", card.Upload(0.99f)), ("AverageHalfLife", card.Upload(0f)), ("Counters", card.Upload(Step)));
        double[] newFirst = [.. first.Zip(gradients, (a, g) => (0.5 * a) + (0.5 * g))];
        double[] newSecond = [.. second.Zip(gradients, (a, g) => (0.99f * (double)a) + ((1 - 0.99f) * (double)g * g))];
        Numbers.AssertNear(newFirst, Card.Download<float>(m), 1e-6);
        Numbers.AssertNear(newSecond, Card.Download<float>(s), 1e-6);
        // Whether the counter counts this step is the engine's business; the weights tell which it was.
        float[] moved = Card.Download<float>(v);
        bool Fits(int step) => Enumerable.Range(0, Count).All(i =>
        {
            double next = values[i] - (0.01 * newFirst[i] / (1 - Math.Pow(0.5, step)) / (Math.Sqrt(newSecond[i] / (1 - Math.Pow(0.99f, step))) + 1e-8));
            return Math.Abs(next - moved[i]) < 1e-5 * (1 + Math.Abs(next));
        });
        Assert.True(Fits(Step) || Fits(Step + 1), "the weights are those of no step");
        // A half-life of zero makes the average a copy, by way of a difference.
        Numbers.AssertNear([.. moved.Select(value => (double)value)], Card.Download<float>(e), 1e-6);
    }

    private static float[] Shades(byte[] image) => [.. image.Select(value => (value / 127.5f) - 1)];

    private static byte[] Mirrored(byte[] image, int width, int channels) =>
        [.. image.Chunk(width * channels).SelectMany(row => row.Chunk(channels).Reverse().SelectMany(pixel => pixel))];

    /// <summary>Philox 4x32 with ten rounds (Salmon and others, "Parallel Random Numbers: As Easy as 1, 2, 3", 2011).</summary>
    private static uint[] Words(int block, int stream, int step, uint low, uint high)
    {
        uint a = (uint)block, b = (uint)stream, c = (uint)step, d = 0;
        for (int round = 0; round < 10; round++)
        {
            ulong left = 0xD2511F53UL * a, right = 0xCD9E8D57UL * c;
            (a, b, c, d) = ((uint)(right >> 32) ^ b ^ low, (uint)right, (uint)(left >> 32) ^ d ^ high, (uint)left);
            unchecked
            {
                low += 0x9E3779B9;
                high += 0xBB67AE85;
            }
        }
        return [a, b, c, d];
    }

    private static IEnumerable<double> Normal(uint[] words)
    {
        for (int pair = 0; pair < 4; pair += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - ((words[pair] >> 8) / 16777216.0))), angle = 2 * Math.PI * ((words[pair + 1] >> 8) / 16777216.0);
            yield return radius * Math.Cos(angle);
            yield return radius * Math.Sin(angle);
        }
    }
}
