using IlgpuGan.Faces;
using SkiaSharp;

namespace IlgpuGan.Tests.Faces;

public sealed class FacePainterTests
{
    private const int Size = 48;

    [Fact]
    public void A_face_is_the_same_bytes_whatever_was_drawn_before_and_on_whatever_thread()
    {
        var forwards = new byte[32][];
        for (var i = 0; i < forwards.Length; i++)
        {
            forwards[i] = Paint(5, i);
        }

        var together = new byte[forwards.Length][];
        Parallel.For(0, together.Length, i => together[^(i + 1)] = Paint(5, together.Length - 1 - i));

        Assert.Equal(forwards, together);
    }

    [Fact]
    public void Other_seeds_and_other_numbers_are_other_faces()
    {
        var faces = new HashSet<string>();
        for (var seed = 0UL; seed < 8; seed++)
        {
            for (var i = 0; i < 8; i++)
            {
                faces.Add(Convert.ToHexString(Paint(seed, i)));
            }
        }

        Assert.Equal(64, faces.Count);
    }

    [Fact]
    public void Every_seed_and_every_number_is_a_face()
    {
        foreach (var (seed, index) in new[] { (0UL, 0), (ulong.MaxValue, int.MaxValue), (1UL, -1), (1UL, int.MinValue) })
        {
            Assert.True(Paint(seed, index).Distinct().Count() > 50);
        }
    }

    [Fact]
    public void The_schema_names_each_attribute_and_value_once_in_lower_case_with_hyphens()
    {
        Assert.Equal(
            ["hair-colour", "hair-style", "eye-colour", "eye-shape", "mouth", "skin", "outfit", "background"],
            FacePainter.Schema.Select(label => label.Name));
        Assert.Contains("twin-tails", FacePainter.Schema[1].Values);
        Assert.All(FacePainter.Schema, label => Assert.Equal(label.Values.Count, label.Values.Distinct().Count()));
        Assert.All(FacePainter.Schema.SelectMany(label => label.Values), value => Assert.Matches("^[a-z]+(-[a-z]+)*$", value));
    }

    [Fact]
    public void Every_value_of_every_attribute_occurs_about_equally_often_and_none_lies_outside_the_schema()
    {
        const int Faces = 9000;
        for (var attribute = 0; attribute < FacePainter.Schema.Count; attribute++)
        {
            var values = FacePainter.Schema[attribute].Values.Count;
            var counts = new int[values];
            for (var i = 0; i < Faces; i++)
            {
                counts[FacePainter.Attributes(1, i)[attribute]]++;
            }

            // Five standard deviations of a binomial count: a sound hash exceeds them once in a million tables.
            var mean = (double)Faces / values;
            var tolerance = 5 * Math.Sqrt(mean * (1 - (1.0 / values)));
            Assert.All(counts, count => Assert.InRange(count, mean - tolerance, mean + tolerance));
        }
    }

    [Fact]
    public void An_attribute_outside_the_schema_is_an_error()
    {
        var face = FacePainter.Attributes(1, 0);

        Assert.Throws<ArgumentOutOfRangeException>(() => face[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => face[FacePainter.Schema.Count]);
    }

    [Fact]
    public void The_hair_has_the_colour_that_the_label_says()
    {
        for (var i = 0; i < 200; i++)
        {
            // Between the crown's upper edge and its ring of light, in every style and pose.
            var shown = Pixel(Paint(2, i), 24, 9);

            var nearest = Enum.GetValues<HairColour>().MinBy(colour => Distance(shown, FacePalette.Hair(colour, 0)));

            Assert.Equal(FacePainter.Attributes(2, i).HairColour, nearest);
        }
    }

    [Fact]
    public void The_skin_has_the_tone_that_the_label_says()
    {
        for (var i = 0; i < 200; i++)
        {
            // Beside the nose, below the fringe and above the mouth.
            var shown = Pixel(Paint(3, i), 24, 31);

            var nearest = Enum.GetValues<Skin>().MinBy(skin => Distance(shown, FacePalette.Of(skin).Base));

            Assert.Equal(FacePainter.Attributes(3, i).Skin, nearest);
        }
    }

    [Fact]
    public void Two_large_eyes_show_in_the_colour_that_the_label_says()
    {
        for (var i = 0; i < 50; i++)
        {
            var face = FacePainter.Attributes(4, i);
            var iris = FacePalette.Of(face.EyeColour);
            var rgb = Paint(4, i);
            foreach (var left in new[] { 12, 26 })
            {
                var nearest = double.MaxValue;
                for (var y = 25; y < 36; y++)
                {
                    for (var x = left; x < left + 10; x++)
                    {
                        nearest = Math.Min(nearest, Math.Min(Distance(Pixel(rgb, x, y), iris.Middle), Distance(Pixel(rgb, x, y), iris.Bottom)));
                    }
                }

                // An iris is about six pixels wide here, so that some pixel is nearly pure.
                Assert.InRange(nearest, 0, 60);
            }
        }
    }

    [Theory]
    [InlineData(FacePainter.MinimumSize)]
    [InlineData(33)]
    [InlineData(256)]
    public void A_face_fills_exactly_its_own_bytes_at_any_size(int size)
    {
        var rgb = new byte[(size * size * 3) + 5];
        Array.Fill(rgb, (byte)171);

        FacePainter.Paint(1, 0, size, rgb);

        Assert.All(rgb[^5..], guard => Assert.Equal(171, guard));
        Assert.Contains(rgb[^8..^5], value => value != 171);
    }

    [Theory]
    [InlineData(FacePainter.MinimumSize - 1)]
    [InlineData(FacePainter.MaximumSize + 1)]
    [InlineData(-1)]
    public void A_size_out_of_range_is_an_error(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FacePainter.Paint(1, 0, size, []));

    [Fact]
    public void Too_few_bytes_are_an_error_that_says_how_many_are_needed()
    {
        var error = Assert.Throws<ArgumentException>(() => FacePainter.Paint(1, 0, Size, new byte[10]));

        Assert.Contains("6912 bytes", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Paint(ulong seed, int index)
    {
        var rgb = new byte[Size * Size * 3];
        FacePainter.Paint(seed, index, Size, rgb);
        return rgb;
    }

    private static SKColor Pixel(byte[] rgb, int x, int y)
    {
        var at = ((y * Size) + x) * 3;
        return new SKColor(rgb[at], rgb[at + 1], rgb[at + 2]);
    }

    // The crown shades from the base colour towards the highlight.
    private static double Distance(SKColor shown, HairTones tones) => Math.Min(
        Distance(shown, tones.Base), Distance(shown, FacePalette.Blend(tones.Base, tones.Light, 0.35f)));

    private static double Distance(SKColor first, SKColor second) => Math.Sqrt(
        Math.Pow(first.Red - second.Red, 2) + Math.Pow(first.Green - second.Green, 2) + Math.Pow(first.Blue - second.Blue, 2));
}
