using IlgpuGan.Faces;

namespace IlgpuGan.Tests.Faces;

/// <summary>Drawings and maps of the same faces that are painted.</summary>
public sealed class FaceMediumTests
{
    private const int Size = 64;

    [Fact]
    public void A_drawing_is_mostly_white_and_dark_where_the_painting_has_contours()
    {
        for (int i = 0; i < 20; i++)
        {
            byte[] lines = Paint(i, FaceMedium.Lines), map = Paint(i, FaceMedium.Regions);
            bool IsInk(int pixel) => lines.AsSpan(pixel * 3, 3).ToArray().Min() < 160;
            int ink = Enumerable.Range(0, Size * Size).Count(IsInk);
            Assert.InRange(ink, Size * Size / 20, Size * Size / 3);
            // Where hair meets what is behind it there is a line on one side or the other, but for some pixels that lines of one pixel share.
            int[] borders = [.. Enumerable.Range(0, (Size * Size) - 1).Where(pixel => pixel % Size is > 2 and < Size - 3 && pixel / Size > 2 && Name(map[pixel]) == "background"
                && Name(map[pixel + 1]) == "hair")];
            int drawn = borders.Count(pixel => Enumerable.Range(pixel - 1, 4).Any(near => lines.AsSpan(near * 3, 3).ToArray().Min() < 225));
            Assert.True(drawn >= 0.9 * borders.Length, $"face {i}: {drawn} of {borders.Length}");
        }
    }

    [Fact]
    public void What_a_drawing_shows_tells_faces_apart_that_differ_in_colour_alone()
    {
        byte[] Drawn(HairColour colour) => Paint(new FaceTraits(1, 0) { Dye = colour }, FaceMedium.Lines);
        Assert.Equal(9, Enum.GetValues<HairColour>().Select(colour => Convert.ToHexString(Drawn(colour))).Distinct().Count());
    }

    [Fact]
    public void Regions_are_whole_numbers_of_classes_that_the_face_has()
    {
        for (int i = 0; i < 50; i++)
        {
            FaceAttributes face = FacePainter.Attributes(1, i);
            var allowed = Enum.GetValues<FaceRegion>().Select(region => FaceRegions.ClassOf(region, face)).ToHashSet();
            Assert.Subset(allowed, Paint(i, FaceMedium.Regions).ToHashSet());
            Assert.Equal(Enum.GetValues<FaceRegion>().Length, allowed.Count);
        }
    }

    [Fact]
    public void Dyed_hair_changes_no_other_attribute()
    {
        for (int i = 0; i < 20; i++)
        {
            FaceAttributes own = new FaceTraits(3, i).Attributes, dyed = new FaceTraits(3, i) { Dye = HairColour.Green }.Attributes;
            Assert.Equal(own with { HairColour = HairColour.Green }, dyed);
        }
    }

    private static string Name(byte number) => FaceRegions.Names[number].Split('-')[0];

    private static byte[] Paint(int index, FaceMedium medium) => Paint(new FaceTraits(1, index), medium);

    private static byte[] Paint(FaceTraits face, FaceMedium medium)
    {
        byte[] pixels = new byte[Size * Size * Easel.ChannelsOf(medium)];
        FacePainter.Paint(face, medium, Size, pixels);
        return pixels;
    }
}
