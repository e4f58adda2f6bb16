using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using SkiaSharp;
using static IlgpuGan.Tests.Data.Pairs.PairLoading;

namespace IlgpuGan.Tests.Data.Pairs;

/// <summary>How pairs lie in folders and archives, and what is said of layouts that are known by half.</summary>
public sealed class PairLayoutTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Folders of the two sides to train on, those to measure by if any, and what is seen in them.</summary>
    public static TheoryData<string, string, string, string, PairLayout> Layouts { get; } = new()
    {
        { "A", "B", "", "", PairLayout.Folders },
        { "A/train", "B/train", "A/test", "B/test", PairLayout.Folders },
        { "train/A", "train/B", "val/A", "val/B", PairLayout.Folders },
        { "training/a", "Train/b", "VALID/a", "dev/b", PairLayout.Folders },
        { "train_A", "train_B", "test_A", "test_B", PairLayout.Folders },
        { "input", "target", "", "", PairLayout.Folders },
        { "facades/train/input", "facades/train/target", "facades/valid/input", "facades/valid/target", PairLayout.Folders },
        { "trainA", "trainB", "testA", "testB", PairLayout.Domains },
        { "data/maps/trainA", "data/maps/trainB", "data/maps/valA", "data/maps/valB", PairLayout.Domains },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_layout_is_known_by_its_folders_in_a_folder_a_zip_and_a_tar(string first, string second, string firstHeld, string secondHeld, PairLayout layout)
    {
        var files = new List<(string, byte[])>();
        for (byte i = 0; i < 5; i++)
        {
            files.Add(($"{first}/sub/{i}.png", Shade(i)));
            files.Add(($"{second}/sub/{i}.{(i % 2 == 0 ? "bmp" : "png")}", i % 2 == 0 ? TestImages.Bmp(16, 16, (byte)(100 + i), (byte)(100 + i), (byte)(100 + i)) : Shade((byte)(100 + i))));
        }

        if (firstHeld.Length > 0)
        {
            files.Add(($"{firstHeld}/7.png", Shade(7)));
            files.Add(($"{secondHeld}/7.png", Shade(107)));
        }

        files.Add((".DS_Store", [1]));
        files.Add(($"{first}/._0.png", [1]));
        files.Add(($"__MACOSX/{first}/0.png", [1]));
        files.ForEach(file => folder.File($"set/{file.Item1}", file.Item2));
        folder.File("shards/set-0.tar", TestImages.Tar([.. files.Where((_, i) => i % 3 == 0)]));
        folder.File("shards/set-1.tar", TestImages.Tar([.. files.Where((_, i) => i % 3 != 0)]));
        string[] sources =
        [
            Path.Combine(folder, "set"), Path.Combine(folder, "shards"), folder.File("set.zip", TestImages.Zip([.. files])), folder.File("set.tar", TestImages.Tar([.. files])),
            folder.File("set.tar.gz", TestImages.Gzip(TestImages.Tar([.. files]))),
        ];
        foreach (string source in sources)
        {
            using PairSet set = Load(source);
            Assert.Equal((layout, true), (set.Layout.Layout, set.IsPaired));
            Assert.Equal((16, 16, 2), (set.Height, set.Width, set.Training!.Channels));
            Assert.All(set.FirstBytes(set.Training), pair => Assert.Equal(pair.Input + 100, pair.Target));
            int held = firstHeld.Length > 0 ? 1 : set.HeldOut!.Count;
            Assert.Equal((firstHeld.Length > 0 ? 5 : 5 - held, held), (set.Training.Count, set.HeldOut!.Count));
            if (firstHeld.Length > 0)
            {
                Assert.Equal([((byte)7, (byte)107)], set.FirstBytes(set.HeldOut));
            }

            Assert.Empty(set.Orphans);
            Assert.Empty(set.Warnings);
        }
    }

    [Fact]
    public void BtoA_makes_B_the_input()
    {
        folder.File("A/1.png", Shade(1));
        folder.File("B/1.png", TestImages.Png(16, 16, 200, 10, 20));
        using PairSet forth = Load(folder);
        using PairSet back = Load(folder, o => o with { Direction = PairDirection.BtoA });
        Assert.Equal(("A", 1, "B", 3), (forth.Input.Name, forth.Input.Channels, forth.Target.Name, forth.Target.Channels));
        Assert.Equal(("B", 3, "A", 1), (back.Input.Name, back.Input.Channels, back.Target.Name, back.Target.Channels));
        Assert.Equal([1, 200, 10, 20], forth.Training!.Image(0)[..4].ToArray());
        Assert.Equal([200, 10, 20, 1], back.Training!.Image(0)[..4].ToArray());
        Assert.NotEqual(forth.Fingerprint, back.Fingerprint);
        Assert.Null(forth.HeldOut);
        byte[] side = new byte[16 * 16];
        back.CopySide(back.Training!, 0, back.Target, side);
        Assert.All(side, value => Assert.Equal(1, value));
    }

    [Theory]
    [InlineData(PairDirection.AtoB)]
    [InlineData(PairDirection.BtoA)]
    public void Halves_of_a_file_are_what_two_files_of_them_would_be(PairDirection direction)
    {
        SKColor Left(int x, int y) => new((byte)(x * 5), (byte)(y * 4), (byte)(x + y));
        SKColor Right(int x, int y) => new((byte)(255 - x), (byte)(x * y % 256), (byte)(y * 3));
        foreach (string part in new[] { "train", "val" })
        {
            for (int i = 0; i < 3; i++)
            {
                folder.File($"both/{part}/{i}.png", TestImages.Png(80, 40, (x, y) => x < 40 ? Left(x, y) : Right(x - 40, y)));
                folder.File($"apart/{part}A/{i}.png", TestImages.Png(40, 40, Left));
                folder.File($"apart/{part}B/{i}.png", TestImages.Png(40, 40, Right));
            }
        }

        foreach (int size in new[] { 40, 24 })
        {
            PairOptions With(PairOptions o) => o with { Direction = direction, Data = o.Data with { Size = new ImageSize(size, size) } };
            using PairSet both = Load($"{folder.FullName}/both", With);
            using PairSet apart = Load($"{folder.FullName}/apart", With);
            Assert.Equal((PairLayout.SideBySide, 6, 3, 3), (both.Layout.Layout, both.Training!.Channels, both.Training.Count, both.HeldOut!.Count));
            Assert.Equal(apart.Training!.Image(0).ToArray(), both.Training.Image(0).ToArray());
            Assert.Contains("the part val", string.Join(' ', both.Sentences), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Wide_photographs_are_no_pairs_unless_somebody_says_so()
    {
        for (int i = 0; i < 4; i++)
        {
            folder.File($"sea/{i}.png", Shade((byte)i, 64, 32));
        }

        Refuses<SourceUnsupportedException>(folder, null, "twice as wide as high", "Layout side-by-side");
        Assert.Contains("twice as wide as high", PairLoader.Look(folder, TestContext.Current.CancellationToken)!.ToString(), StringComparison.Ordinal);
        using PairSet set = Load(folder, o => o with { Layout = PairLayout.SideBySide });
        Assert.Equal((32, 32, 4), (set.Height, set.Width, set.Training!.Count + set.HeldOut!.Count));
    }

    [Fact]
    public void Two_folders_of_any_name_are_pairs_where_the_layout_is_asked_for()
    {
        for (byte i = 0; i < 3; i++)
        {
            folder.File($"set/noto/{i}.png", Shade(i));
            folder.File($"set/fluentui/{i}.png", Shade((byte)(50 + i)));
        }

        Refuses<SourceUnsupportedException>(folder, null, "'fluentui' and 'noto'", "Layout folders");
        using PairSet set = Load(folder, o => o with { Layout = PairLayout.Folders });
        Assert.Equal(("fluentui", "noto", 3), (set.Input.Name, set.Target.Name, set.Training!.Count + set.HeldOut!.Count));
        Assert.All(set.FirstBytes(set.Training), pair => Assert.Equal(pair.Input - 50, pair.Target));
    }

    [Fact]
    public void Sets_of_two_kinds_without_equal_names_are_unpaired()
    {
        for (byte i = 0; i < 30; i++)
        {
            folder.File($"trainA/horse{i}.png", Shade(i));
            folder.File($"trainB/zebra{i + 3}.png", TestImages.Png(20, 18, (byte)(100 + i), 0, 0));
        }

        folder.File("testA/h.png", Shade(200));
        folder.File("testB/z.png", Shade(201));
        using PairSet set = Load(folder);
        Assert.Equal((PairLayout.Domains, false), (set.Layout.Layout, set.IsPaired));
        Assert.Null(set.Training);
        Assert.Null(set.HeldOut);
        Assert.Equal((30, 1, 30, 3), (set.Inputs!.Count, set.Inputs.Channels, set.Targets!.Count, set.Targets.Channels));
        Assert.Equal((set.Targets.Height, set.Targets.Width), (set.Inputs.Height, set.Inputs.Width));
        Assert.Equal((200, 201), (set.HeldOutInputs!.Image(0)[0], set.HeldOutTargets!.Image(0)[0]));
        Refuses<SourceUnsupportedException>(folder, o => o with { Pairing = Pairing.Paired }, "as many files (30) each, and no two of one name", "Method cyclegan");
    }

    [Fact]
    public void Pairs_that_are_wanted_unpaired_keep_their_truth_for_measuring()
    {
        for (byte i = 0; i < 60; i++)
        {
            folder.File($"trainA/{i}_A.png", Shade(i));
            folder.File($"trainB/{i}_B.png", Shade((byte)(100 + i)));
        }

        using PairSet pairs = Load(folder);
        Assert.True(pairs.IsPaired);
        using PairSet set = Load(folder, o => o with { Pairing = Pairing.Unpaired });
        Assert.False(set.IsPaired);
        Assert.Equal(60, set.Inputs!.Count + set.HeldOutInputs!.Count);
        Assert.NotEmpty(set.FirstBytes(set.HeldOut!));
        Assert.All(set.FirstBytes(set.HeldOut!), pair => Assert.Equal(pair.Input + 100, pair.Target));
        var trained = Enumerable.Range(0, set.Inputs.Count).Select(i => set.Inputs.Image(i)[0]);
        Assert.DoesNotContain(set.FirstBytes(set.HeldOut!), pair => trained.Contains(pair.Input));
    }

    [Fact]
    public void What_is_held_out_stays_so_when_files_join()
    {
        void Write(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                folder.File($"A/{i}.png", Shade((byte)i));
                folder.File($"B/{i}.png", Shade((byte)i));
            }
        }

        Write(0, 100);
        using PairSet before = Load(folder);
        Write(100, 200);
        using PairSet after = Load(folder);
        Assert.InRange(after.HeldOut!.Count, 3, 25);
        var held = after.FirstBytes(after.HeldOut).Where(pair => pair.Input < 100);
        Assert.Equal(before.FirstBytes(before.HeldOut!), held);
        Assert.Contains("one in 20, chosen by their names", string.Join(' ', after.Sentences), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_without_a_partner_are_left_out_and_named()
    {
        for (byte i = 0; i < 8; i++)
        {
            folder.File($"A/{i}.png", Shade(i));
            folder.File($"B/{i}.png", Shade(i));
        }

        for (int i = 0; i < 5; i++)
        {
            folder.File($"A/lonely{i}.png", Shade(99));
        }

        using PairSet set = Load(folder);
        Assert.Equal(8, set.Training!.Count + set.HeldOut!.Count);
        PairOrphans orphans = Assert.Single(set.Orphans);
        Assert.Equal(("A", 5), (orphans.Side, orphans.Count));
        Assert.Contains("Left out, as they have no partner: 5 of A ('A/lonely0.png', 'A/lonely1.png', 'A/lonely2.png', ...).", set.Sentences);
    }

    [Fact]
    public void A_side_that_is_not_there_is_named_with_the_layout_that_comes_nearest()
    {
        folder.File("1/trainA/1.png", Shade(1));
        folder.File("2/A/1.png", Shade(1));
        folder.File("2/b.png", Shade(1));
        folder.File("3/train_label/1.png", Shade(1));
        folder.File("4/testA/1.png", Shade(1));
        folder.File("4/testB/1.png", Shade(1));
        folder.File("6/test/1.png", Shade(1, 32, 16));
        Refuses<SourceUnsupportedException>(folder + "/6", o => o with { Layout = PairLayout.SideBySide }, "images to measure by alone (1 in test)");
        folder.File("5/cats/1.png", Shade(1));
        folder.File("5/dogs/1.png", Shade(1));
        folder.File("5/cows/1.png", Shade(1));
        Refuses<SourceUnsupportedException>(folder + "/1", null, "has trainA and nothing to train on of side B", "domains", "add the folder of side B");
        Refuses<SourceUnsupportedException>(folder + "/2", null, "has A and nothing to train on of side B", "folders");
        Refuses<SourceUnsupportedException>(folder + "/3", null, "has train_label and nothing to train on of side IMG", "labels");
        Refuses<SourceUnsupportedException>(folder + "/4", null, "nothing to train on of side A");
        Refuses<SourceUnsupportedException>(folder + "/5", null, "no pairs of a layout that is known", "trainA and trainB");
        Refuses<SourceUnsupportedException>(folder + "/5", o => o with { Layout = PairLayout.Folders }, "holds 3 folders");
        Refuses<SourceUnsupportedException>(folder + "/5", o => o with { Layout = PairLayout.Labels }, "has not the layout labels");
        Refuses<DataOptionException>(folder + "/5", o => o with { Layout = PairLayout.Faces }, "pairs:faces is drawn, not read");
    }

    [Fact]
    public void Folders_with_as_many_files_and_no_equal_names_are_refused_and_so_are_two_of_one_name()
    {
        for (byte i = 0; i < 3; i++)
        {
            folder.File($"1/A/{i}.png", Shade(i));
            folder.File($"1/B/{i + 7}x.png", Shade(i));
        }

        folder.File("2/A/1.png", Shade(1));
        folder.File("2/A/1.bmp", TestImages.Bmp(16, 16, 1, 1, 1));
        folder.File("2/B/1.png", Shade(1));
        folder.File("3/A/readme.txt", [1]);
        Refuses<SourceUnsupportedException>(folder + "/1", null, "have as many files (3) each, and no two of one name ('A/0.png', 'B/7x.png')");
        Refuses<SourceUnsupportedException>(folder + "/2", null, "'A/1.bmp' and 'A/1.png' have the same name");
        Refuses<SourceUnsupportedException>(folder + "/3", null, "holds no images");
    }

    [Fact]
    public void Grey_is_the_picture_itself_without_its_colours()
    {
        for (byte i = 0; i < 4; i++)
        {
            folder.File($"{i}.png", TestImages.Png(16, 16, 255, i, 0));
        }

        using PairSet set = Load(folder, o => o with { Layout = PairLayout.Grey });
        Assert.Equal((1, 3), (set.Input.Channels, set.Target.Channels));
        Assert.Equal([76, 255], set.Training!.Image(0)[..2].ToArray());
        folder.File("grey/a.png", Shade(1));
        Refuses<SourceUnsupportedException>(folder + "/grey", o => o with { Layout = PairLayout.Grey }, "All images are grey");
        Refuses<DataOptionException>(folder, o => o with { Layout = PairLayout.Grey, InputChannels = 3 }, "'grey' has one channel");
    }

    [Fact]
    public void A_suggestion_says_what_a_folder_looks_like_and_nothing_of_others()
    {
        folder.File("1/trainA/1.png", Shade(1));
        folder.File("1/trainB/2.png", Shade(1));
        folder.File("2/cat/1.png", Shade(1));
        folder.File("2/dog/1.png", Shade(1));
        folder.File("3/A/1.png", Shade(1));
        folder.File("5/tranA/u1.png", Shade(1));
        folder.File("5/tranB/u1.jpg", Shade(1));
        folder.File("6/tranA/u1.png", Shade(1));
        folder.File("6/tranB/u2.png", Shade(1));
        foreach (char letter in "abc")
        {
            folder.File($"letters/{letter}/1.png", Shade(1));
        }

        folder.File("labelled/train_images/1.png", Shade(1));
        folder.File("labelled/train_labels/1.png", Shade(1));
        CancellationToken none = TestContext.Current.CancellationToken;
        Assert.Contains("layout domains", PairLoader.Look(folder + "/1", none)!.ToString(), StringComparison.Ordinal);
        Assert.False(PairLoader.Look(folder + "/1", none)!.IsPaired);
        Assert.Equal((PairLayout.Labels, true, true), PairLoader.Look(folder + "/labelled", none) is { } seen ? (seen.Layout, seen.IsPaired, seen.IsCertain) : default);
        Assert.Null(PairLoader.Look(folder + "/2", none));
        Assert.Null(PairLoader.Look(folder + "/letters", none));
        Assert.Null(PairLoader.Look(folder + "/3", none));
        Assert.Null(PairLoader.Look(folder + "/4", none));
        Assert.Equal((PairLayout.Folders, true, false), PairLoader.Look(folder + "/5", none) is { } partners ? (partners.Layout, partners.IsPaired, partners.IsCertain) : default);
        Assert.Null(PairLoader.Look(folder + "/6", none));
    }

    [Fact]
    public void Every_layout_has_its_row()
    {
        Assert.Equal(Enum.GetValues<PairLayout>(), PairLayoutRow.All.Select(row => row.Layout));
        Assert.Equal(PairLayoutRow.All.Count, PairLayoutRow.All.Select(row => row.Name).Distinct().Count());
    }
}
