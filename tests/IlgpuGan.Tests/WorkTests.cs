using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Tests.Data;

namespace IlgpuGan.Tests;

public sealed class WorkTests : IDisposable
{
    private static readonly WorkKind[] Kinds = Enum.GetValues<WorkKind>();

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_kind_of_work_has_words_of_its_own_and_says_what_it_counts()
    {
        var works = Kinds.Select(kind => new Work(kind, 0, 1)).ToList();

        Assert.Equal(Kinds.Length, works.Select(work => work.Words).Distinct().Count());
        Assert.All(works, work => Assert.Matches("^[A-Z][a-z ]+$", work.Words));
        Assert.All(works, work => Assert.Matches("^([a-z]+s|MiB)$", work.Unit));
        Assert.Throws<InvalidOperationException>(() => new Work((WorkKind)Kinds.Length, 0, 1).Words);
    }

    [Fact]
    public void A_line_says_what_is_done_and_how_much_of_it()
    {
        Assert.Equal("Loading images: 40 of 200", new Work(WorkKind.Decoding, 40, 200).ToString());
        Assert.Equal("Loading images: 200", new Work(WorkKind.Decoding, 200, 200).ToString());
        Assert.Equal("Training from several seeds, seed 3: 40 of 2000 steps", new Work(WorkKind.TrainingSeeds, 0, 2000, "seed 3").After(40).ToString());
    }

    /// <summary>Grey images, more than are looked at first, then one in colour; more than a MiB of them.</summary>
    [Fact]
    public void Loading_reaches_the_whole_from_files_and_from_the_cache()
    {
        int grey = Math.Max(8, 4 * Environment.ProcessorCount);
        Directory.CreateDirectory(folder["set"]);
        for (int i = 0; i <= grey; i++)
        {
            byte blue = (byte)(i == grey ? 0 : 90);
            File.WriteAllBytes(folder[$"set/{i:D4}.png"], TestImages.Png(256, 256, 90, 90, blue));
        }

        var options = new ImageSetOptions { Source = folder["set"], Size = new ImageSize(256, 256), CacheFolder = folder["cache"] };
        Load(options with { Size = null, UseCache = false }).AssertWhole(WorkKind.Measuring, WorkKind.LookingForColour, WorkKind.Decoding);
        Load(options).AssertWhole(WorkKind.Measuring, WorkKind.LookingForColour, WorkKind.Decoding);
        Load(options).AssertWhole(WorkKind.CheckingCache);
    }

    [Fact]
    public void Of_a_sequence_all_that_came_are_the_whole()
    {
        var told = Load(ImageSetOptions.Of(new ImageSequence("given", Enumerable.Range(0, 100).Select(i => SourceImage.FromFile(TestImages.Png(16, 16, (byte)i, 0, 0))))));

        Assert.Equal(new Work(WorkKind.Receiving, 100, 100), told.All.Last(work => work.Kind == WorkKind.Receiving));
        Assert.All(told.All.Where(work => work.Kind == WorkKind.Receiving), work => Assert.Equal(work.Total, work.Done));
        Assert.Equal(new Work(WorkKind.Decoding, 100, 100), told.All[^1]);
    }

    private static WorkRecorder Load(ImageSetOptions options)
    {
        var told = new WorkRecorder();
        ImageSetLoader.Load(options, told, TestContext.Current.CancellationToken).Dispose();
        return told;
    }
}
