using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Evaluation;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Imaging;
using static IlgpuGan.Tests.Data.Pairs.PairLoading;

namespace IlgpuGan.Tests.Evaluation;

public sealed class ImageErrorsTests
{
    // What scikit-image 0.19.3 gives of these images: structural_similarity(x, y, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, channel_axis=2),
    // the same of x and its negative, peak_signal_noise_ratio(y, x, data_range=255), and the mean of |x - y|.
    [Theory]
    [InlineData(11, 11, 1, 0.9799427386612118, -0.9881165801743094, 21.082706674877233, 19.264462809917354)]
    [InlineData(16, 16, 3, 0.9779536794620802, -0.9716992879656372, 21.11251632778941, 19.1328125)]
    [InlineData(13, 40, 3, 0.9771868268149463, -0.9656266287951812, 21.090652107727177, 19.16025641025641)]
    [InlineData(24, 17, 4, 0.976827718080284, -0.969111771370294, 21.08919325901928, 19.170343137254903)]
    public void Errors_are_those_of_scikit_image(int height, int width, int channels, double similarity, double ofNegative, double ratio, double difference)
    {
        byte[] truth = Pattern(height * width * channels, 0), image = Pattern(truth.Length, 41), negative = [.. truth.Select(value => (byte)(255 - value))];

        var errors = ImageErrors.Between(image, truth, height, width, channels);

        // Both compute in double precision, sums in another order.
        Assert.Equal(similarity, errors.Ssim!.Value, 1e-11);
        Assert.Equal(ofNegative, StructuralSimilarity.Between(truth, negative, height, width, channels), 1e-11);
        Assert.Equal(ratio, errors.Psnr, 1e-11);
        Assert.Equal(difference, errors.L1, 1e-11);
    }

    [Fact]
    public void Similarity_is_that_of_the_paper_s_formula_at_every_place()
    {
        const int Height = 14, Width = 12, Channels = 2;
        byte[] x = Pattern(Height * Width * Channels, 90), y = Pattern(x.Length, 7);

        Assert.Equal(Plainly(x, y, Height, Width, Channels), StructuralSimilarity.Between(x, y, Height, Width, Channels), 1e-11);
        Assert.Equal(StructuralSimilarity.Between(y, x, Height, Width, Channels), StructuralSimilarity.Between(x, y, Height, Width, Channels), 1e-12);
    }

    [Fact]
    public void Equal_images_have_no_error_and_the_ratio_of_what_rounding_leaves()
    {
        byte[] image = Pattern(16 * 16 * 3, 0);

        var errors = ImageErrors.Between(image, image, 16, 16, 3);

        Assert.Equal((0, 10 * Math.Log10(255 * 255 * 12), 1), (errors.L1, errors.Psnr, errors.Ssim!.Value));
        Assert.Equal(58.92, ImageErrors.MostPsnr, 0.01);
    }

    [Fact]
    public void Black_and_white_have_the_largest_error()
    {
        var errors = ImageErrors.Between(new byte[12 * 12], [.. Enumerable.Repeat((byte)255, 12 * 12)], 12, 12, 1);

        Assert.Equal((255, 0), (errors.L1, errors.Psnr));
        // C1 / (255^2 + C1) x 1: no structure, and means as far apart as can be.
        Assert.Equal(0.0001 / 1.0001, errors.Ssim!.Value, 1e-9);
    }

    [Fact]
    public void Each_image_counts_by_itself_and_several_sets_as_one()
    {
        const int Size = 12 * 12;
        byte[] truths = Pattern(3 * Size, 0), images = Pattern(3 * Size, 60);
        ImageErrors Of(int first, int count) => ImageErrors.Between(images[(first * Size)..((first + count) * Size)], truths[(first * Size)..((first + count) * Size)], 12, 12, 1);

        var whole = Of(0, 3);

        Assert.Equal(3, whole.Images);
        Assert.Equal(Enumerable.Range(0, 3).Average(i => Of(i, 1).Psnr), whole.Psnr, 1e-12);
        Assert.Equal(Enumerable.Range(0, 3).Average(i => Of(i, 1).Ssim!.Value), whole.Ssim!.Value, 1e-12);
        var parts = ImageErrors.Mean([Of(0, 2), Of(2, 1)]);
        Assert.Equal(whole.L1, parts.L1, 1e-12);
        Assert.Equal(whole.Psnr, parts.Psnr, 1e-12);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 64)]
    public void Images_smaller_than_a_window_have_no_similarity(int height, int width)
    {
        var errors = ImageErrors.Between(new byte[height * width], new byte[height * width], height, width, 1);

        Assert.Null(errors.Ssim);
        Assert.DoesNotContain("SSIM", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_equally_many_images_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ImageErrors.Between(new byte[11], new byte[11], 2, 2, 3));
        Assert.Throws<ArgumentException>(() => ImageErrors.Between(new byte[12], new byte[24], 2, 2, 3));
        Assert.Throws<ArgumentException>(() => ImageErrors.Between([], [], 2, 2, 3));
        Assert.Throws<ArgumentException>(() => ImageErrors.Mean([]));
    }

    [Fact]
    public void Held_out_pairs_are_compared_with_what_a_translation_makes_of_their_inputs()
    {
        using PairSet set = Load("pairs:faces", Few);
        int size = 32 * 32 * 3;
        byte[] inputs = new byte[64 * size], targets = new byte[64 * size];
        for (int i = 0; i < 64; i++)
        {
            set.CopySide(set.HeldOut!, i, set.Input, inputs.AsSpan(i * size));
            set.CopySide(set.HeldOut!, i, set.Target, targets.AsSpan(i * size));
        }

        var asked = new List<byte[]>();
        var perfect = TranslationErrors.Of(set, given =>
        {
            asked.Add(given);
            return targets;
        })!;

        Assert.Equal((64, 0), (perfect.Images, perfect.L1));
        Assert.Equal(inputs, Assert.Single(asked));
        Assert.Equal(ImageErrors.Between(inputs, targets, 32, 32, 3), TranslationErrors.OfInputs(set));
        Assert.Null(TranslationErrors.RightClasses(set, given => given));
    }

    [Fact]
    public void The_mean_of_the_targets_trained_on_is_nearer_the_truth_than_drawings_are()
    {
        using PairSet set = Load("pairs:faces", o => Few(o) with { Data = Few(o).Data with { FaceCount = 100 } });
        byte[] mean = new byte[32 * 32 * 3];
        double[] sums = new double[mean.Length];
        for (int i = 0; i < 100; i++)
        {
            set.CopySide(set.Training!, i, set.Target, mean);
            for (int place = 0; place < sums.Length; place++)
            {
                sums[place] += mean[place];
            }
        }
        for (int place = 0; place < sums.Length; place++)
        {
            mean[place] = (byte)Math.Floor(sums[place] / 100 + 0.5);
        }

        var baseline = TranslationErrors.OfMeanTarget(set)!;

        Assert.Equal(TranslationErrors.Of(set, given => [.. Enumerable.Repeat(mean, given.Length / mean.Length).SelectMany(pixels => pixels)]), baseline);
        Assert.True(baseline.Psnr > TranslationErrors.OfInputs(set)!.Psnr, $"{baseline} against {TranslationErrors.OfInputs(set)}");
    }

    [Fact]
    public void Of_unpaired_faces_the_true_answer_is_known_to_which_inputs_are_nearer_than_other_faces()
    {
        using PairSet set = Load("unpaired:faces", Few);
        byte[] inputs = new byte[set.HeldOut!.Count * 32 * 32 * 3];
        for (int i = 0; i < set.HeldOut.Count; i++)
        {
            set.CopySide(set.HeldOut, (i + 1) % set.HeldOut.Count, set.Input, inputs.AsSpan(i * 32 * 32 * 3));
        }

        var own = TranslationErrors.OfInputs(set)!;

        Assert.InRange(own.L1, 1, TranslationErrors.Of(set, _ => inputs)!.L1 / 1.5);
        Assert.NotNull(TranslationErrors.OfMeanTarget(set));
    }

    [Fact]
    public void Of_maps_the_share_of_right_pixels_is_measured_and_there_is_no_error_of_their_numbers()
    {
        using PairSet set = Load("pairs:faces-label", o => Few(o) with { Direction = PairDirection.BtoA });
        int pixels = 0;

        double share = TranslationErrors.RightClasses(set, given => new byte[pixels = given.Length / 3])!.Value;

        byte[] map = new byte[32 * 32];
        int right = Enumerable.Range(0, set.HeldOut!.Count).Sum(i =>
        {
            set.CopySide(set.HeldOut, i, set.Target, map);
            return map.Count(place => place == 0);
        });
        Assert.Equal(right / (double)pixels, share, 1e-12);
        Assert.Null(TranslationErrors.Of(set, given => given));
        Assert.Null(TranslationErrors.OfInputs(set));
        using PairSet back = Load("pairs:faces-label", Few);
        Assert.Null(TranslationErrors.OfInputs(back));
    }

    [Fact]
    public void The_cycle_error_is_that_of_images_after_their_way_there_and_back()
    {
        byte[] pixels = Pattern(70 * 12 * 12, 0);
        using var set = ImageSet.FromBytes("set", 12, 12, 1, pixels);
        static byte[] Negative(byte[] images) => [.. images.Select(value => (byte)(255 - value))];

        Assert.Equal((70, 0), (TranslationErrors.OfCycle(set, Negative, Negative) is var none ? (none.Images, none.L1) : default));
        Assert.Equal(ImageErrors.Between(Negative(pixels), pixels, 12, 12, 1).L1, TranslationErrors.OfCycle(set, Negative, images => images).L1, 1e-9);
    }

    private static PairOptions Few(PairOptions options) => options with { Data = options.Data with { FaceCount = 6, Size = new ImageSize(32, 32) } };

    // Long periods in both directions, and with a step something near it.
    private static byte[] Pattern(int count, int step) =>
        [.. Enumerable.Range(0, count).Select(i => (byte)Math.Min(255, ((((long)i * i * 7) + (i * 13)) / 5 % 256) + (step == 0 ? 0 : i * 37 % step)))];

    private static double Plainly(byte[] x, byte[] y, int height, int width, int channels)
    {
        const int Window = 11;
        double sum = 0;
        int places = 0;
        for (int top = 0; top + Window <= height; top++)
        {
            for (int left = 0; left + Window <= width; left++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    var samples = (from row in Enumerable.Range(0, Window)
                                   from column in Enumerable.Range(0, Window)
                                   let at = (((top + row) * width) + left + column) * channels + channel
                                   select (X: (double)x[at], Y: (double)y[at], Weight: Math.Exp(-(((row - 5) * (row - 5)) + ((column - 5) * (column - 5))) / 4.5))).ToList();
                    double all = samples.Sum(s => s.Weight), mx = samples.Sum(s => s.Weight * s.X) / all, my = samples.Sum(s => s.Weight * s.Y) / all;
                    double vx = samples.Sum(s => s.Weight * (s.X - mx) * (s.X - mx)) / all, vy = samples.Sum(s => s.Weight * (s.Y - my) * (s.Y - my)) / all;
                    double covariance = samples.Sum(s => s.Weight * (s.X - mx) * (s.Y - my)) / all;
                    sum += ((2 * mx * my) + 6.5025) * ((2 * covariance) + 58.5225) / (((mx * mx) + (my * my) + 6.5025) * (vx + vy + 58.5225));
                    places++;
                }
            }
        }
        return sum / places;
    }
}
