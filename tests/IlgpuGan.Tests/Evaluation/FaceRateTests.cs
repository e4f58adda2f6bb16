using IlgpuGan.Data;
using IlgpuGan.Evaluation;
using IlgpuGan.Evaluation.Detection;
using IlgpuGan.Faces;
using IlgpuGan.Options;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Tests.Training;

namespace IlgpuGan.Tests.Evaluation;

/// <summary>The share of images with a face, by a detector and by the classifier that stands in for one.</summary>
[Collection(nameof(TestDevice))]
public sealed class FaceRateTests(TestDevice under)
{
    private const int Side = 16, Faces = 240;

    [Fact]
    public void A_detector_is_asked_about_every_image()
    {
        var observer = new RecordingObserver();
        using var images = ImageSet.FromBytes("grey", 2, 3, 1, [.. Enumerable.Range(0, 3000).SelectMany(i => Enumerable.Repeat((byte)(i % 4), 6))]);

        var rate = FaceRate.By(images, new Dark(), observer, TestContext.Current.CancellationToken);

        Assert.Equal(0.25, rate.Share);
        Assert.Equal("750 of 3000 images, by darkness", rate.Remark);
        observer.Works.AssertWhole(WorkKind.FindingFaces);
    }

    [Fact]
    public void Images_in_which_a_detector_could_find_nothing_are_refused()
    {
        using var images = ImageSet.FromBytes("grey", 23, 30, 1, new byte[2 * 23 * 30]);
        using var detector = new Dark { Smallest = (24, 24) };

        var refusal = Assert.Throws<OptionException>(() => FaceRate.By(images, detector, null, TestContext.Current.CancellationToken));

        Assert.Equal("The darkness looks for faces of 24 x 24 pixels and more, and the images have 30 x 23; give another Detector, or larger images.", refusal.Message);
    }

    [Fact]
    public void Without_one_a_classifier_tells_faces_from_what_they_are_torn_into()
    {
        using var reals = Drawn(1);
        using var fakes = Drawn(2);
        using var torn = TornImages.Of(fakes);
        Assert.Equal((2 * Faces, Side, Side), (torn.Count, torn.Height, torn.Width));
        Assert.True(torn.Image(0).SequenceEqual(fakes.Image(0)));
        Assert.All(Enumerable.Range(0, Faces), i => Assert.False(torn.Image(2 * i).SequenceEqual(torn.Image(2 * i + 1))));
        var observer = new RecordingObserver();

        var whole = RateOf(reals, fakes, observer);
        var half = RateOf(reals, torn, observer);

        Assert.InRange(whole.Share, 0.9, 1);
        Assert.InRange(half.Share, 0.45, 0.6);
        Assert.Matches("^[0-9]+ of 240 images, by a classifier that tells [0-9.]+ % of whole and torn images of drawn 1 apart$", whole.Remark);
    }

    private FaceRate RateOf(ImageSet reals, ImageSet fakes, RecordingObserver observer) => FaceRate.ByClassifier(new MetricSubject
    {
        OpenDevice = under.Open, Reals = reals, Fakes = fakes, Seed = 1, Observer = observer, Cancellation = TestContext.Current.CancellationToken,
    });

    private static ImageSet Drawn(ulong seed)
    {
        var pixels = new byte[Faces * Side * Side * 3];
        for (int i = 0; i < Faces; i++)
        {
            FacePainter.Paint(seed, i, Side, pixels.AsSpan(i * Side * Side * 3, Side * Side * 3));
        }
        return ImageSet.FromBytes($"drawn {seed}", Side, Side, 3, pixels);
    }

    private sealed class Dark : IFaceDetector
    {
        public (int Height, int Width)? Smallest { get; init; }

        public string Name => "darkness";

        public string Hash => "0";

        public bool FindsFace(ReadOnlySpan<byte> image, int height, int width, int channels) => (height, width, channels) == (2, 3, 1) && image[5] == 0;

        public void Dispose()
        {
        }
    }
}
