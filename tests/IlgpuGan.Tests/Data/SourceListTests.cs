using IlgpuGan.Data;
using IlgpuGan.Data.Files;

namespace IlgpuGan.Tests.Data;

/// <summary>Several files in one word.</summary>
public sealed class SourceListTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a.tar::b.tar", 2, "a.tar::b.tar")]
    [InlineData("b.tar::a.tar::", 2, "b.tar::a.tar")]
    [InlineData("shard-{000..002}.tar", 3, "shard-{000..002}.tar")]
    [InlineData("shard-*.tar", 3, "shard-*.tar")]
    [InlineData("{a,b}.tar", 2, "{a,b}.tar")]
    public void Files_of_a_list_are_one_set_that_is_called_as_they_are(string list, int files, string name)
    {
        foreach (string tar in new[] { "a", "b", "shard-000", "shard-001", "shard-002" })
        {
            folder.File($"{tar}.tar", TestImages.Tar(($"{tar}.png", TestImages.Png(16, 16, 1, 2, 3)), ($"{tar}.cls", "0"u8.ToArray())));
        }

        string word = string.Join("::", list.Split("::").Select(part => part.Length == 0 ? "" : Path.Combine(folder, part)));
        using ImageSet set = Loading.Load(word);
        Assert.Equal((files, name), (set.Count, set.Name));
        using ImageSet located = Loading.Load(SourceList.Located(word));
        Assert.Equal(set.Fingerprint, located.Fingerprint);
    }

    [Fact]
    public void A_list_of_nothing_and_one_of_several_kinds_are_refused()
    {
        Loading.Refuses<DataOptionException>("::", null, "'::' names no file; give the files with :: between them.");
        string tar = folder.File("a.tar", TestImages.Tar(("1.png", TestImages.Png(16, 16, 1, 2, 3))));
        string array = folder.File("b.npy", NumpyFiles.Npy("|u1", [2, 16, 16], NumpyFiles.Pixels(2, 16, 1)));
        string text = folder.File("notes.txt", [65]);
        foreach (string other in new[] { array, text })
        {
            Loading.Refuses<SourceUnsupportedException>($"{tar}::{other}", null, "a.tar", Path.GetFileName(other), "are of several kinds and no one set; name files of one kind.");
        }

        Loading.Refuses<SourceUnsupportedException>($"{array}::{text}", null, "'b.npy'", "'notes.txt'");
    }

    [Theory]
    [InlineData("d/a.tar::d/b.tar", "a")]
    [InlineData("d/shard-{000..002}.tar", "shard")]
    [InlineData("d/train-*.parquet", "train")]
    [InlineData("*.tar", "data")]
    public void A_list_gives_a_folder_a_name_without_signs(string list, string stem) => Assert.Equal(stem, SourceList.StemOf(list));
}
