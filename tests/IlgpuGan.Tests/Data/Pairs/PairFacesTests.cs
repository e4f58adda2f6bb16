using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Faces;
using static IlgpuGan.Tests.Data.Pairs.PairLoading;

namespace IlgpuGan.Tests.Data.Pairs;

/// <summary>Drawn faces in pairs, which need no file and whose true translation is known.</summary>
public sealed class PairFacesTests
{
    private static PairOptions Few(PairOptions options) => options with { Data = options.Data with { FaceCount = 6, Size = new ImageSize(32, 32) } };

    [Fact]
    public void Drawings_come_with_the_faces_that_they_are_of()
    {
        using PairSet set = Load("pairs:faces", Few);
        Assert.Equal((PairLayout.Faces, 3, 3, 6, 64), (set.Layout.Layout, set.Input.Channels, set.Target.Channels, set.Training!.Count, set.HeldOut!.Count));
        byte[] side = new byte[32 * 32 * 3], face = new byte[side.Length];
        for (int i = 0; i < 6; i++)
        {
            FacePainter.Paint(1, i, 32, face);
            set.CopySide(set.Training, i, set.Target, side);
            Assert.Equal(face, side);
            FacePainter.Paint(new FaceTraits(1, i), FaceMedium.Lines, 32, face);
            set.CopySide(set.Training, i, set.Input, side);
            Assert.Equal(face, side);
        }

        Assert.Empty(set.Warnings);
        Assert.Contains("drawn from other seeds", string.Join(' ', set.Sentences), StringComparison.Ordinal);
    }

    [Fact]
    public void No_face_to_measure_by_is_one_to_train_on()
    {
        using PairSet set = Load("pairs:faces", o => Few(o) with { Data = Few(o).Data with { FaceCount = 200 } });
        var trained = Enumerable.Range(0, 200).Select(i => Convert.ToHexString(set.Training!.Image(i))).ToHashSet();
        Assert.Equal(200, trained.Count);
        Assert.DoesNotContain(Enumerable.Range(0, set.HeldOut!.Count), i => trained.Contains(Convert.ToHexString(set.HeldOut.Image(i))));
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(24, 40)]
    public void Regions_have_names_and_the_colour_of_each_is_a_class(int height, int width)
    {
        using PairSet set = Load("pairs:faces-label", o => Few(o) with { Data = Few(o).Data with { Size = new ImageSize(height, width) } });
        Assert.Equal((1, 40, 3), (set.Input.Channels, set.Input.Planes, set.Target.Channels));
        Assert.Equal(["background-sky", "eye", "hair-blond", "skin-dark"], set.Input.ClassNames!.Where(name => name is "hair-blond" or "eye" or "background-sky" or "skin-dark").Order());
        byte[] map = new byte[height * width];
        for (int i = 0; i < 6; i++)
        {
            FaceAttributes face = FacePainter.Attributes(1, i);
            set.CopySide(set.Training!, i, set.Input, map);
            string[] seen = [.. map.Distinct().Select(number => set.Input.ClassNames![number])];
            Assert.Contains($"hair-{FacePainter.Schema[0].Values[face[0]]}", seen);
            Assert.Contains($"iris-{FacePainter.Schema[2].Values[face[2]]}", seen);
            Assert.Contains($"background-{FacePainter.Schema[7].Values[face[7]]}", seen);
            // No region has two colours in one face.
            Assert.Equal(seen.Length, seen.Select(name => name.Split('-')[0]).Distinct().Count());
        }
    }

    [Fact]
    public void Unpaired_faces_are_others_on_both_sides_and_the_truth_is_the_same_face_dyed()
    {
        using PairSet set = Load("unpaired:faces", Few);
        Assert.Equal((false, 6, 6, 64, 64), (set.IsPaired, set.Inputs!.Count, set.Targets!.Count, set.HeldOutInputs!.Count, set.HeldOut!.Count));
        Assert.Equal(("blond hair", "blue hair"), (set.Input.Name, set.Target.Name));
        byte[] input = new byte[32 * 32 * 3], target = new byte[input.Length], map = new byte[32 * 32];
        for (int i = 0; i < 8; i++)
        {
            set.CopySide(set.HeldOut, i, set.Input, input);
            set.CopySide(set.HeldOut, i, set.Target, target);
            Assert.Equal(set.HeldOutInputs.Image(i).ToArray(), input);
            Assert.Equal(set.HeldOutTargets!.Image(i).ToArray(), target);
            int same = Enumerable.Range(0, 32 * 32).Count(pixel => input.AsSpan(pixel * 3, 3).SequenceEqual(target.AsSpan(pixel * 3, 3)));
            // Background, skin, eyes, mouth and clothes are as they were.
            Assert.InRange(same, 200, 900);
        }

        using PairSet other = Load("unpaired:faces:red:silver", o => Few(o) with { Direction = PairDirection.BtoA });
        Assert.Equal(("silver hair", "red hair"), (other.Input.Name, other.Target.Name));
        using PairSet paired = Load("unpaired:faces", o => Few(o) with { Pairing = Pairing.Paired });
        Assert.Equal((true, 6), (paired.IsPaired, paired.Training!.Count));
        Refuses<DataOptionException>("unpaired:faces:red:rot", Few, "does not name two colours of hair", "silver");
        Refuses<DataOptionException>("unpaired:faces:red:red", Few, "two different ones");
        Refuses<DataOptionException>("pairs:faces", o => o with { Data = o.Data with { FaceCount = 0 } }, "0 faces cannot be drawn");
    }
}
