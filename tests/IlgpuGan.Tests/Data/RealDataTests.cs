using System.Security.Cryptography;
using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Tests.Data.Pairs;

namespace IlgpuGan.Tests.Data;

/// <summary>Data sets that are kept beside the repository, in <c>../shared/data</c>, and are not part of it.</summary>
public class RealDataTests
{
    [Fact]
    public void Fashion_mnist_comes_bit_for_bit_with_its_labels()
    {
        using ImageSet set = Loading.Load(Shared("fashion-mnist"));
        Assert.Equal((60_000, 28, 28, 1), (set.Count, set.Height, set.Width, set.Channels));
        // The published MD5 is of the whole file, header included.
        byte[] file = new byte[16 + set.Bytes];
        TestImages.Idx([60_000, 28, 28], []).CopyTo(file, 0);
        set.CopyTo(0, file.AsSpan(16));
#pragma warning disable CA5351 // MD5 is what was published; nothing is protected by it.
        Assert.Equal("f4a8712d7a061bf5bd6d2ca38dc4d50a", Convert.ToHexStringLower(MD5.HashData(file)));
#pragma warning restore CA5351
        LabelColumn labels = Assert.Single(set.Labels);
        Assert.Equal(Enumerable.Repeat(6000, 10), labels.Values.GroupBy(value => value).OrderBy(group => group.Key).Select(group => group.Count()));
    }

    [Theory]
    [InlineData("fluentui", 3375)]
    [InlineData("noto", 3365)]
    public void Emoji_with_palettes_alpha_and_one_odd_size_all_come_at_72_pixels(string name, int count)
    {
        using ImageSet set = Loading.Load(Path.Combine(Shared("emoji"), name));
        Assert.Equal((count, 72, 72, 3), (set.Count, set.Height, set.Width, set.Channels));
        Assert.Empty(set.SkippedFiles);
        Assert.Empty(set.Labels);
        // Emoji have air around them: transparent corners must have become white.
        int white = Enumerable.Range(0, set.Count).Count(i => set.Image(i)[0] == 255);
        Assert.InRange(white, set.Count * 9 / 10, set.Count);
    }

    [Fact]
    public void Emoji_of_two_makers_are_pairs_by_their_names()
    {
        using PairSet set = PairLoading.Load(Shared("emoji"), o => o with { Layout = PairLayout.Folders, Direction = PairDirection.BtoA });
        Assert.Equal(("noto", "fluentui", 72, 72), (set.Input.Name, set.Target.Name, set.Height, set.Width));
        Assert.Equal(3365, set.Training!.Count + set.HeldOut!.Count);
        Assert.InRange(set.HeldOut.Count, 110, 230);
        Assert.Equal([("fluentui", 10)], set.Orphans.Select(orphans => (orphans.Side, orphans.Count)));
        Assert.Empty(set.SkippedFiles);
    }

    private static string Shared(string folder)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "IlgpuGan.sln")))
            {
                string path = Path.Combine(at.FullName, "..", "shared", "data", folder);
                Assert.SkipUnless(Directory.Exists(path), $"there is no ../shared/data/{folder} beside the repository");
                return path;
            }
        }

        Assert.Skip("the repository's folder was not found above the test");
        return "";
    }
}
