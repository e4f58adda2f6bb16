using IlgpuGan.Data;
using IlgpuGan.Imaging;
using SkiaSharp;

namespace IlgpuGan.Tests.Data;

/// <summary>Images that a program hands over make the set that a folder of them makes.</summary>
public sealed class ImageSequenceTests : IDisposable
{
    private readonly Tests.TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Forms => ["files", "pixels", "bitmaps", "asynchronous"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_sequence_is_the_set_of_a_folder_of_the_same_images(string form)
    {
        Image[] images = [.. Enumerable.Range(0, 21).Select(i => new Image(i, 40 + i % 3, 56, isGrey: false))];

        foreach (var size in new ImageSize?[] { null, new(20, 16) })
        {
            using var ofFolder = Load(new ImageSetOptions { Source = Folder(images), Size = size });
            using var ofSequence = Load(ImageSetOptions.Of(Sequence(images, form)) with { Size = size });

            Assert.Equal(ofFolder.Fingerprint, ofSequence.Fingerprint);
            Assert.Equal(ofFolder.Originals, ofSequence.Originals);
            Assert.Equal("given", ofSequence.Name);
        }
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 3)]
    public void Grey_sequences_are_found_to_be_grey_whether_a_size_is_asked_for_or_not(bool lastIsColoured, int channels)
    {
        Image[] images = [.. Enumerable.Range(0, 40).Select(i => new Image(i, 24, 24, isGrey: i < 39 || !lastIsColoured))];
        var source = Folder(images);

        foreach (var size in new ImageSize?[] { null, new(16, 16) })
        {
            using var ofFolder = Load(new ImageSetOptions { Source = source, Size = size });
            using var ofSequence = Load(ImageSetOptions.Of(Sequence(images, "bitmaps")) with { Size = size });

            Assert.Equal(channels, ofSequence.Channels);
            Assert.Equal(ofFolder.Fingerprint, ofSequence.Fingerprint);
        }
    }

    [Fact]
    public void Labels_are_those_of_folders_of_their_names()
    {
        string[] kinds = ["dog", "cat", "bird"];
        Image[] images = [.. Enumerable.Range(0, 12).Select(i => new Image(i, 16, 16, isGrey: false))];
        foreach (var image in images)
        {
            Directory.CreateDirectory(folder[$"pets/{kinds[image.Seed % 3]}"]);
            File.WriteAllBytes(folder[$"pets/{kinds[image.Seed % 3]}/{image.Seed:D2}.png"], image.Png());
        }

        var given = images.OrderBy(image => kinds[image.Seed % 3], StringComparer.Ordinal)
            .Select(image => SourceImage.FromFile(image.Png()) with { Labels = new Dictionary<string, string> { ["folder"] = kinds[image.Seed % 3] } });
        using var ofFolder = Load(new ImageSetOptions { Source = folder["pets"] });
        using var ofSequence = Load(ImageSetOptions.Of(new ImageSequence("given", given)));

        Assert.Equal(ofFolder.Fingerprint, ofSequence.Fingerprint);
        Assert.Equal(["bird", "cat", "dog"], ofSequence.Labels.Single().ValueNames);
    }

    [Fact]
    public void One_word_is_a_class_and_every_different_word_is_one()
    {
        var given = Enumerable.Range(0, 30).Select(i => new Image(i, 16, 16, isGrey: true).Given with { Label = $"person {i}" });
        using var set = Load(ImageSetOptions.Of(new ImageSequence("people", given)));

        Assert.Equal(("class", 30), (set.Labels.Single().Name, set.Labels.Single().ValueNames.Count));
    }

    [Fact]
    public void An_image_without_the_label_of_the_others_is_named()
    {
        var given = Enumerable.Range(0, 5).Select(i => new Image(i, 16, 16, isGrey: true).Given with { Name = $"row {i}", Label = i == 3 ? null : "cat" });

        var fault = Assert.Throws<DataOptionException>(() => Load(ImageSetOptions.Of(new ImageSequence("rows", given))));

        Assert.Contains("row 3 of 'rows' has no label 'class'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sequence_is_gone_through_once_and_images_need_not_outlive_their_turn()
    {
        int begun = 0, alive = 0, most = 0;
        IEnumerable<SKBitmap> Bitmaps()
        {
            begun++;
            for (int i = 0; i < 30; i++)
            {
                using var bitmap = new Image(i, 32, 20, isGrey: false).Bitmap();
                most = Math.Max(most, ++alive);
                yield return bitmap;
                alive--;
                bitmap.Erase(SKColors.Black);
            }
        }

        using var set = Load(ImageSetOptions.Of(new ImageSequence("given", Bitmaps())));
        using var same = Load(ImageSetOptions.Of(Sequence([.. Enumerable.Range(0, 30).Select(i => new Image(i, 32, 20, isGrey: false))], "pixels")));

        Assert.Equal((1, 0, 1), (begun, alive, most));
        Assert.Equal(same.Fingerprint, set.Fingerprint);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_cannot_be_decoded_is_left_out_by_name_and_too_much_of_it_is_refused(bool isSizeAskedFor)
    {
        var given = Enumerable.Range(0, 8).Select(i => i is 2 or 5
            ? SourceImage.FromFile([1, 2, 3]) with { Name = $"key {i}" }
            : new Image(i, 16, 16, isGrey: false).Given);
        var options = ImageSetOptions.Of(new ImageSequence("rows", given)) with { Size = isSizeAskedFor ? new ImageSize(16, 16) : null };

        using var set = Load(options);
        var fault = Assert.Throws<BadFilesException>(() => Load(options with { MaxBadFiles = 1 }));

        Assert.Equal(6, set.Count);
        Assert.Equal(["key 2", "key 5"], set.SkippedFiles.Select(file => file.Path));
        Assert.Contains("key 5", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_an_exception_and_null_are_not_a_set()
    {
        static IEnumerable<SourceImage> Broken()
        {
            yield return new Image(1, 16, 16, isGrey: false).Given;
            throw new TimeoutException("the database is away");
        }

        Assert.Contains("is empty", Assert.Throws<SourceUnsupportedException>(() => Load(ImageSetOptions.Of(new ImageSequence("rows", Array.Empty<SourceImage>())))).Message, StringComparison.Ordinal);
        Assert.Throws<TimeoutException>(() => Load(ImageSetOptions.Of(new ImageSequence("rows", Broken()))));
        Assert.Contains("Image 0 of 'rows' is null", Assert.Throws<ArgumentException>(() =>
            Load(ImageSetOptions.Of(new ImageSequence("rows", new SourceImage[] { null! })))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new ImageSequence("rows", (IEnumerable<SKBitmap>)null!));
        Assert.Throws<ArgumentException>(() => new ImageSequence(" ", Array.Empty<SourceImage>()));
        Assert.Throws<ArgumentException>(() => SourceImage.FromPixels(new byte[7], 1, 2, 3));
    }

    [Fact]
    public void A_sequence_that_is_cancelled_is_let_go()
    {
        using var stop = new CancellationTokenSource();
        bool isLetGo = false;
        IEnumerable<SourceImage> Endless()
        {
            try
            {
                for (int i = 0; ; i++)
                {
                    if (i == 100)
                    {
                        stop.Cancel();
                    }

                    yield return new Image(i, 16, 16, isGrey: true).Given;
                }
            }
            finally
            {
                isLetGo = true;
            }
        }

        Assert.Throws<OperationCanceledException>(() => ImageSetLoader.Load(ImageSetOptions.Of(new ImageSequence("endless", Endless())), null, stop.Token));
        Assert.True(isLetGo);
    }

    [Fact]
    public void Memory_is_asked_for_before_more_images_are_held()
    {
        byte[] noise = new byte[4 << 20];
        int given = 0;
        IEnumerable<SourceImage> Endless()
        {
            while (true)
            {
                given++;
                yield return SourceImage.FromPixels(noise, 2048, 2048, 1);
            }
        }

        long free = 200 << 20;
        using var source = new SequenceSource(new ImageSequence("noise", Endless()), ImageSetOptions.Of(new ImageSequence("noise", Endless())), () => free - given * 4L * (1 << 20));
        var fault = Assert.Throws<TooLittleMemoryException>(() => source.Prepare(null, TestContext.Current.CancellationToken));

        Assert.Contains("give a Size, so that each is brought to it as it comes", fault.Message, StringComparison.Ordinal);
        Assert.InRange(given * 4L * (1 << 20), free / 2, free);
    }

    [Fact]
    public void A_set_that_does_not_fit_into_memory_is_refused_before_it_is_read()
    {
        var options = new ImageSetOptions { Source = "faces", FaceCount = 1 << 30, Size = new ImageSize(ImageSize.MaxSide, ImageSize.MaxSide), UseCache = false };

        Assert.Contains("of memory are left", Assert.Throws<TooLittleMemoryException>(() => Load(options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SKColorType.Rgba8888, SKAlphaType.Premul)]
    [InlineData(SKColorType.Bgra8888, SKAlphaType.Unpremul)]
    [InlineData(SKColorType.Rgb565, SKAlphaType.Opaque)]
    public void Bitmaps_of_any_kind_keep_their_colours_and_their_transparency(SKColorType kind, SKAlphaType alpha)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(16, 16, kind, alpha));
        bitmap.Erase(alpha == SKAlphaType.Opaque ? new SKColor(255, 0, 255) : new SKColor(255, 0, 255, 0));
        bitmap.SetPixel(3, 2, new SKColor(255, 255, 0));

        using var set = Load(ImageSetOptions.Of(new ImageSequence("one", [bitmap])) with { Channels = 4 });

        Assert.Equal([255, 255, 0, 255], set.Image(0).Slice((2 * 16 + 3) * 4, 4).ToArray());
        Assert.Equal(alpha == SKAlphaType.Opaque ? 255 : 0, set.Image(0)[3]);
        Assert.Equal(alpha == SKAlphaType.Opaque ? 0 : 1, set.Originals!.Transparent);
    }

    [Fact]
    public void A_source_of_a_program_is_explained_to_who_has_no_program() =>
        Assert.Contains("were handed over by a program", Assert.Throws<SourceUnavailableException>(() => Load(new ImageSetOptions { Source = "memory:pets" })).Message, StringComparison.Ordinal);

    private static ImageSet Load(ImageSetOptions options) => ImageSetLoader.Load(options with { UseCache = false }, null, TestContext.Current.CancellationToken);

    private string Folder(Image[] images)
    {
        string path = folder[Guid.NewGuid().ToString("N")];
        Directory.CreateDirectory(path);
        foreach (var image in images)
        {
            File.WriteAllBytes(Path.Combine(path, $"{image.Seed:D4}.png"), image.Png());
        }

        return path;
    }

    private static ImageSequence Sequence(Image[] images, string form) => form switch
    {
        "files" => new("given", images.Select(image => SourceImage.FromFile(image.Png()))),
        "pixels" => new("given", images.Select(image => image.Given)),
        "bitmaps" => new("given", images.Select(image => image.Bitmap())),
        _ => new("given", images.ToAsyncEnumerable().Select(image => image.Given)),
    };

    /// <summary>Noise of a seed, RGB, whose three channels may be equal.</summary>
    private sealed class Image(int seed, int height, int width, bool isGrey)
    {
        private readonly byte[] pixels = Noise(seed, height * width, isGrey);

        public int Seed => seed;

        public SourceImage Given => SourceImage.FromPixels(pixels, height, width, 3);

        public SKBitmap Bitmap() => ImageFile.ToBitmap(pixels, height, width, 3);

        public byte[] Png()
        {
            using var data = ImageFile.EncodePng(pixels, height, width, 3);
            return data.ToArray();
        }

        private static byte[] Noise(int seed, int pixels, bool isGrey)
        {
            byte[] bytes = new byte[pixels * 3];
            new Random(seed).NextBytes(bytes);
            for (int i = 0; isGrey && i < bytes.Length; i += 3)
            {
                bytes[i + 1] = bytes[i + 2] = bytes[i];
            }

            return bytes;
        }
    }
}
