using IlgpuGan.Data;
using IlgpuGan.Faces;

namespace IlgpuGan.Tests.Data;

public class FacesTests
{
    [Fact]
    public void Faces_are_drawn_at_the_default_size_with_every_attribute_as_a_label()
    {
        using ImageSet set = Loading.Load("faces", o => o with { FaceCount = 5, FaceSeed = 7 });
        Assert.Equal((5, ImageSetOptions.DefaultFaceSize, ImageSetOptions.DefaultFaceSize, 3), (set.Count, set.Height, set.Width, set.Channels));
        Assert.Equal("faces", set.Name);
        byte[] face = new byte[set.BytesPerImage];
        FacePainter.Paint(7, 3, set.Height, face);
        Assert.Equal(face, set.Image(3).ToArray());
        Assert.Equal(FacePainter.Schema.Select(attribute => attribute.Name), set.Labels.Select(column => column.Name));
        Assert.All(set.Labels, column => Assert.All(column.Values, value => Assert.InRange(value, 0, column.ValueNames.Count - 1)));
        Assert.All(set.Labels, (column, attribute) =>
            Assert.Equal(Enumerable.Range(0, 5).Select(face => FacePainter.Attributes(7, face)[attribute]), column.Values));
    }

    [Theory]
    [InlineData(24, 32, 3)]
    [InlineData(5, 5, 1)]
    [InlineData(16, 16, 4)]
    public void Faces_come_in_any_shape(int height, int width, int channels)
    {
        using ImageSet set = Loading.Load("faces", o => o with { FaceCount = 2, Size = new ImageSize(height, width), Channels = channels });
        Assert.Equal((height, width, channels), (set.Height, set.Width, set.Channels));
    }

    [Fact]
    public void Another_seed_draws_other_faces()
    {
        using ImageSet one = Loading.Load("faces", o => o with { FaceCount = 3 });
        using ImageSet same = Loading.Load("faces", o => o with { FaceCount = 3 });
        using ImageSet other = Loading.Load("faces", o => o with { FaceCount = 3, FaceSeed = 2 });
        Assert.Equal(one.Fingerprint, same.Fingerprint);
        Assert.NotEqual(one.Fingerprint, other.Fingerprint);
    }
}
