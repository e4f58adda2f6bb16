using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Training;
using SkiaSharp;

namespace IlgpuGan.Tests.Generation;

/// <summary>The real generator of runs of a few steps.</summary>
public sealed class GeneratorTests(TrainedRuns runs) : IClassFixture<TrainedRuns>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Plain => runs.Train("plain", options => options);

    private string Labelled => runs.Train("labelled", options => options with { Condition = "hair,eyes" });

    [Fact]
    public void It_draws_what_the_run_drew()
    {
        using var generator = Generator.Load(Plain);
        generator.SaveGrid(runs["grid.png"], new SampleWish(64, 1), null, TestContext.Current.CancellationToken);

        Assert.Equal(File.ReadAllBytes(Path.Combine(Plain, "samples", "step-000003.png")), File.ReadAllBytes(runs["grid.png"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(70)]
    public void An_image_does_not_depend_on_how_many_are_drawn_with_it(int count)
    {
        using var generator = Generator.Load(Plain);
        var many = generator.SampleFloats(100, seed: 3, cancellation: Token);

        Assert.Equal(many[..(count * generator.Data.BytesPerImage)], generator.SampleFloats(count, seed: 3, cancellation: Token));
        Assert.Equal(many[(20 * generator.Data.BytesPerImage)..(21 * generator.Data.BytesPerImage)], generator.SampleFloats(1, seed: 3, first: 20, cancellation: Token));
    }

    [Fact]
    public void Latents_and_labels_make_the_image_of_their_seed()
    {
        using var generator = Generator.Load(Labelled);
        var asked = generator.SampleFloats(3, seed: 9, labels: "hair=red,eyes=green", cancellation: Token);
        int hair = generator.Labels!.Columns[0].Values.ToList().IndexOf("red"), eyes = generator.Labels.Columns[1].Values.ToList().IndexOf("green");

        Assert.Equal(asked, generator.Decode(generator.Latents(3, seed: 9), hair, eyes, hair, eyes, hair, eyes));
        Assert.NotEqual(asked, generator.SampleFloats(3, seed: 9, labels: "hair=blue,eyes=green", cancellation: Token));
    }

    [Fact]
    public void Bitmaps_bytes_and_numbers_are_the_same_images()
    {
        using var generator = Generator.Load(Plain);
        var bytes = generator.Sample(2, cancellation: Token);
        var floats = generator.SampleFloats(2, cancellation: Token);
        var bitmaps = generator.SampleBitmaps(2, cancellation: Token);

        Assert.Equal(bytes, floats.Select(value => (byte)MathF.Round((value + 1) * 127.5f)));
        Assert.Equal(2, bitmaps.Length);
        var color = bitmaps[1].GetPixel(3, 5);
        int place = ((16 + 5) * 16 + 3) * 3;
        Assert.Equal((bytes[place], bytes[place + 1], bytes[place + 2]), (color.Red, color.Green, color.Blue));
        Array.ForEach(bitmaps, bitmap => bitmap.Dispose());
    }

    [Fact]
    public void A_checkpoint_is_a_generator_too()
    {
        var checkpoint = Path.Combine(Plain, "checkpoints", "step-000003.safetensors");
        using var newest = Generator.Load(Plain);
        using var named = Generator.Load(checkpoint);
        File.Copy(checkpoint, runs["elsewhere.safetensors"], overwrite: true);

        Assert.Equal(newest.Sample(3, cancellation: Token), named.Sample(3, cancellation: Token));
        Assert.Contains("is a checkpoint apart from its run, whose options.json says what networks it is of",
            Assert.Throws<CheckpointException>(() => Generator.Load(runs["elsewhere.safetensors"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_take_turns()
    {
        using var generator = Generator.Load(Plain);
        var alone = Enumerable.Range(0, 8).Select(seed => generator.Sample(3, (ulong)seed, cancellation: Token)).ToArray();
        var together = new byte[8][];

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, seed => together[seed] = generator.Sample(3, (ulong)seed, cancellation: Token));

        Assert.Equal(alone, together);
    }

    [Fact]
    public async Task A_drawing_is_given_up_between_batches_and_others_have_their_turn_there()
    {
        using var generator = Generator.Load(Plain);
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => generator.Sample(1_000_000, cancellation: stop.Token));
        using var late = new CancellationTokenSource();
        var drawing = Task.Run(() => generator.Sample(1_000_000, cancellation: late.Token), Token);
        Assert.Equal(generator.Sample(3, seed: 4, cancellation: Token), generator.Sample(3, seed: 4, cancellation: Token));
        late.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drawing);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(80)]
    public async Task A_stream_is_the_same_images_one_after_the_other(int count)
    {
        using var generator = Generator.Load(Labelled);
        var expected = generator.SampleBitmaps(count, seed: 6, labels: "hair=red", first: 5, cancellation: Token);
        int at = 0;
        await foreach (var bitmap in generator.SampleBitmapsAsync(seed: 6, labels: "hair=red", first: 5, count: count, cancellation: Token))
        {
            Assert.Equal(expected[at++].Bytes, bitmap.Bytes);
            bitmap.Dispose();
        }

        Assert.Equal(count, at);
        Array.ForEach(expected, bitmap => bitmap.Dispose());
    }

    [Fact]
    public async Task A_stream_without_an_end_is_ended_by_who_reads_it_or_by_a_token_or_with_the_generator()
    {
        using var generator = Generator.Load(Plain);
        using var stop = new CancellationTokenSource();
        int read = 0;
        await foreach (var bitmap in generator.SampleBitmapsAsync(cancellation: Token))
        {
            bitmap.Dispose();
            if (++read == 30)
            {
                break;
            }
        }

        async Task Read(CancellationToken cancellation, Action<int> at)
        {
            int number = 0;
            await foreach (var bitmap in generator.SampleBitmapsAsync(cancellation: Token).WithCancellation(cancellation))
            {
                bitmap.Dispose();
                at(number++);
            }
        }

        Assert.Equal(30, read);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Read(stop.Token, number => _ = number == 12 ? CancelNow(stop) : 0));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Read(Token, number => _ = number == 12 ? DisposeNow(generator) : 0));
        Assert.Throws<OptionException>(() => generator.SampleBitmapsAsync(count: 0, cancellation: Token));
        Assert.Throws<OptionException>(() => generator.SampleBitmapsAsync(labels: "hair=red", cancellation: Token));

        static int CancelNow(CancellationTokenSource source)
        {
            source.Cancel();
            return 0;
        }

        static int DisposeNow(Generator generator)
        {
            generator.Dispose();
            return 0;
        }
    }

    [Fact]
    public void Streams_and_drawings_of_many_threads_are_each_what_they_are_alone()
    {
        using var generator = Generator.Load(Plain);
        var alone = Enumerable.Range(0, 4).Select(seed => generator.Sample(20, (ulong)seed, cancellation: Token)).ToArray();
        var together = new byte[8][];

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => together[i] = i < 4
            ? generator.Sample(20, (ulong)i, cancellation: Token)
            : [.. generator.SampleBitmapsAsync((ulong)(i - 4), count: 20, cancellation: Token).ToBlockingEnumerable(Token).SelectMany(bitmap =>
            {
                using (bitmap)
                {
                    return bitmap.Pixels.SelectMany(pixel => (byte[])[pixel.Red, pixel.Green, pixel.Blue]).ToArray();
                }
            })]);

        Assert.Equal(alone, together[..4]);
        Assert.Equal(alone, together[4..]);
    }

    [Fact]
    public void One_latent_is_drawn_into_memory_at_hand_without_allocating()
    {
        using var generator = Generator.Load(Plain);
        var latents = generator.Latents(1, seed: 2);
        var images = new float[generator.Data.BytesPerImage];
        generator.Decode(latents, [], images);
        Assert.Equal(generator.SampleFloats(1, seed: 2, cancellation: Token), images);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            generator.Decode(latents, [], images);
        }
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;

        // What ILGPU makes for a launch; an image here has 3,072 bytes as floats.
        Assert.InRange(each, 0, 1500);
        Assert.Throws<ArgumentException>(() => generator.Decode(latents, [], images.AsSpan(1)));
    }

    [Fact]
    public void Truncation_brings_images_nearer_to_each_other()
    {
        using var generator = Generator.Load(Plain);
        double Spread(double truncation)
        {
            var images = generator.SampleFloats(32, truncation: truncation, cancellation: Token).Chunk(generator.Data.BytesPerImage).ToArray();
            return Enumerable.Range(0, images[0].Length).Average(pixel => Math.Sqrt(images.Average(image => Math.Pow(image[pixel] - images.Average(other => other[pixel]), 2))));
        }

        double full = Spread(double.PositiveInfinity), half = Spread(1), little = Spread(0.1);

        Assert.True(full > half && half > 2 * little, $"{full}, {half}, {little}");
        Assert.Contains("Truncation is 0; it must be above 0", Assert.Throws<OptionException>(() => generator.Sample(1, truncation: 0, cancellation: Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_come_as_numbers()
    {
        using var generator = Generator.Load(runs.Train("points", _ => RunSettings.For("ring").Training with { Steps = 3 }, source: "ring"));

        Assert.Equal(10, generator.SampleFloats(5, cancellation: Token).Length);
        Assert.Contains("points", Assert.Throws<OptionException>(() => generator.Sample(5, cancellation: Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var generator = Generator.Load(Labelled);

        Assert.Throws<ArgumentException>(() => generator.Decode(new float[5]));
        Assert.Throws<ArgumentException>(() => generator.Decode(generator.Latents(1), 0));
        Assert.Throws<ArgumentException>(() => generator.Decode(generator.Latents(1), 0, 99));
        Assert.Throws<OptionException>(() => generator.Sample(1, labels: "hair=plaid", cancellation: Token));
        Assert.Throws<OptionException>(() => generator.Sample(0, cancellation: Token));
        generator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => generator.Sample(1, cancellation: Token));
    }
}
