using IlgpuGan.Data;
using IlgpuGan.Imaging;

namespace IlgpuGan.Tests.Data;

public sealed class DataCacheTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TemporaryFolder cache = new();

    public DataCacheTests()
    {
        for (byte i = 0; i < 20; i++)
        {
            folder.File($"{(i % 2 == 0 ? "even" : "odd")}/{i}.png", TestImages.Png(16, 16, i, 0, 0));
        }
    }

    public void Dispose()
    {
        folder.Dispose();
        cache.Dispose();
    }

    [Fact]
    public void A_second_load_takes_the_cache_and_gives_the_same_set()
    {
        folder.File("odd/bad.png", [1, 2, 3]);
        folder.File("even/bad.png", [1, 2, 3]);
        using ImageSet first = Load();
        using ImageSet second = Load();
        using ImageSet without = Load(o => o with { UseCache = false });
        Assert.False(first.FromCache);
        Assert.True(second.FromCache);
        Assert.False(without.FromCache);
        Assert.Single(Files());
        foreach (ImageSet set in new[] { first, second })
        {
            Assert.Equal(without.Fingerprint, set.Fingerprint);
            Assert.Equal(without.Name, set.Name);
            Assert.Equal(without.SkippedFiles, set.SkippedFiles);
            Assert.Equal(without.Labels[0].Values, set.Labels[0].Values);
            Assert.Equal(without.Labels[0].ValueNames, set.Labels[0].ValueNames);
            Assert.Empty(set.Warnings);
            Assert.Equal(without.Image(19).ToArray(), set.Image(19).ToArray());
        }
    }

    [Fact]
    public void Warnings_about_the_data_come_back_from_the_cache()
    {
        folder.File("loose.png", TestImages.Png(16, 16, 0, 0, 0));
        using ImageSet first = Load();
        using ImageSet second = Load();
        Assert.Single(first.Warnings);
        Assert.Equal(first.Warnings, second.Warnings);
    }

    [Fact]
    public void Other_options_and_changed_files_are_not_served_from_the_cache()
    {
        Load().Dispose();
        Func<ImageSetOptions, ImageSetOptions>[] others =
        [
            o => o with { Size = new ImageSize(20, 20) },
            o => o with { Channels = 1 },
            o => o with { Fit = ImageFit.Pad },
        ];
        foreach (Func<ImageSetOptions, ImageSetOptions> other in others)
        {
            using ImageSet set = Load(other);
            Assert.False(set.FromCache);
        }

        string changed = folder.File("even/0.png", TestImages.Png(16, 16, 200, 0, 0));
        File.SetLastWriteTimeUtc(changed, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        using ImageSet anew = Load();
        Assert.False(anew.FromCache);
        Assert.Equal(200, anew.Image(0)[0]);
        File.Delete(changed);
        using ImageSet fewer = Load();
        Assert.Equal(19, fewer.Count);
    }

    [Fact]
    public void A_cache_cut_anywhere_is_made_anew_with_one_warning()
    {
        Load().Dispose();
        byte[] whole = File.ReadAllBytes(Files()[0]);
        foreach (int length in new[] { 0, 10, whole.Length / 2, whole.Length - 60, whole.Length - 1 })
        {
            File.WriteAllBytes(Files()[0], whole[..length]);
            AssertMadeAnew(whole);
        }
    }

    [Fact]
    public void A_cache_with_one_flipped_bit_is_made_anew_with_one_warning()
    {
        Load().Dispose();
        byte[] whole = File.ReadAllBytes(Files()[0]);
        var random = new Random(11);
        for (int i = 0; i < 40; i++)
        {
            byte[] damaged = [.. whole];
            int at = i < 20 ? whole.Length - 1 - (i * 40) : random.Next(whole.Length);
            damaged[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Files()[0], damaged);
            AssertMadeAnew(whole);
        }
    }

    [Fact]
    public void A_cache_folder_that_cannot_be_made_costs_one_warning_and_nothing_else()
    {
        string file = folder.File("file", [1]);
        using ImageSet set = Load(o => o with { CacheFolder = Path.Combine(file, "cache") });
        Assert.Equal(20, set.Count);
        Assert.Contains("not cached", Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_file_that_another_process_is_writing_is_none_of_ours_and_both_are_kept()
    {
        Load().Dispose();
        string path = Files()[0];
        File.Delete(path);
        using FileStream other = new(path + ".tmp", FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        folder.File("loose.txt", [1]);
        using ImageSet set = Load();
        Assert.Equal(20, set.Count);
        Assert.Empty(set.Warnings);
        Assert.True(File.Exists(path));
        Assert.Equal(["even", "odd"], Assert.Single(set.Labels).ValueNames);
    }

    [Fact]
    public void A_disk_that_fills_up_while_the_cache_is_written_costs_one_warning_and_leaves_no_file()
    {
        var warnings = new List<string>();
        DataCache writer = DataCache.Open(new ImageSetOptions { Source = folder, CacheFolder = cache }, warnings)!;
        ImageSet? set = writer.TryWrite("key", 1000, append =>
        {
            append(new byte[500]);
            throw new IOException("No space left on device");
        }, warnings);
        Assert.Null(set);
        Assert.Contains("No space left", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public void A_stricter_limit_of_bad_files_holds_for_cached_sets_too()
    {
        folder.File("odd/bad.png", [1, 2, 3]);
        Load().Dispose();
        var error = Assert.Throws<BadFilesException>(() => Load(o => o with { MaxBadFiles = 0 }));
        Assert.Contains("odd/bad.png", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Beyond_the_limit_the_files_unused_longest_are_deleted()
    {
        Load().Dispose();
        string first = Files()[0];
        File.SetLastWriteTimeUtc(first, DateTime.UtcNow.AddHours(-1));
        Load(o => o with { Channels = 1 }).Dispose();
        Assert.Equal(2, Files().Length);
        Load(o => o with { Channels = 4, CacheLimitBytes = 20 * 16 * 16 * 6 }).Dispose();
        Assert.Equal(2, Files().Length);
        Assert.DoesNotContain(first, Files());
        Load(o => o with { Channels = 2, CacheLimitBytes = 1 }).Dispose();
        Assert.Single(Files());
    }

    [Fact]
    public void What_killed_runs_left_half_written_is_deleted_after_a_day()
    {
        string old = cache.File("old.pixels.tmp", [1]);
        string numbered = cache.File("old.pixels.0123abcd.tmp", [1]);
        File.SetLastWriteTimeUtc(numbered, DateTime.UtcNow.AddDays(-2));
        string fresh = cache.File("fresh.pixels.tmp", [1]);
        string foreign = cache.File("notes.txt", [1]);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));
        File.SetLastWriteTimeUtc(foreign, DateTime.UtcNow.AddDays(-2));
        Load().Dispose();
        Assert.False(File.Exists(old) || File.Exists(numbered));
        Assert.True(File.Exists(fresh));
        Assert.True(File.Exists(foreign));
    }

    [Fact]
    public void A_load_that_fails_leaves_no_file()
    {
        folder.File("odd/bad.png", [1, 2, 3]);
        Assert.Throws<BadFilesException>(() => Load(o => o with { MaxBadFiles = 0 }));
        Assert.Empty(Files());
    }

    private void AssertMadeAnew(byte[] whole)
    {
        using (ImageSet set = Load())
        {
            Assert.False(set.FromCache);
            Assert.Contains("made anew", Assert.Single(set.Warnings), StringComparison.Ordinal);
            Assert.Equal(20, set.Count);
        }

        Assert.Equal(whole, File.ReadAllBytes(Files()[0]));
    }

    private string[] Files() => Directory.GetFiles(cache);

    private ImageSet Load(Func<ImageSetOptions, ImageSetOptions>? with = null)
    {
        var options = new ImageSetOptions { Source = folder, CacheFolder = cache };
        return ImageSetLoader.Load(with is null ? options : with(options), null, TestContext.Current.CancellationToken);
    }
}
