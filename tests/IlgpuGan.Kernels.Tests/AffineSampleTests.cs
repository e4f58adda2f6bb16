using IlgpuGan.Kernels.Tests.Harness;
using ILGPU;

namespace IlgpuGan.Kernels.Tests;

/// <summary>The threads of the image kernels, which search for what a pixel is given, against the shares of CPU workers, which hand it out.</summary>
public class AffineSampleTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    private const float Tolerance = 2e-3f;

    private static readonly float[][] Maps =
    [
        [1, 0, 0, 0, 1, 0], [-1, 0, 0, 0, 1, 0], [0, -1, 0, 1, 0, 0], [1, 0, 2, 0, 1, -3], [0.8f, -0.6f, 1.25f, 0.6f, 0.8f, -0.75f],
        [2.3f, 0.1f, 0.4f, -0.2f, 1.9f, 0.3f], [0.21f, 0.07f, 0.2f, -0.05f, 0.33f, 0.1f], [-0.7f, 0.9f, 0.15f, 0.4f, 1.1f, -0.35f],
        [0.5f, 1, 0.2f, 0.25f, 0.5f, 0.3f], [0, 0, 0.4f, 0, 0, -1.3f], [1, 0.1f, 63.3f, -0.1f, 1, -41.7f],
    ];

    [Theory]
    [InlineData(17, 13, 3, 0)]
    [InlineData(17, 13, 3, 1)]
    [InlineData(8, 70, 1, 1)]
    [InlineData(1, 1, 4, 1)]
    [InlineData(6, 6, 2, 0)]
    public void Threads_compute_what_shares_do(int height, int width, int channels, int reflect)
    {
        // Without an OpenCL device the test is skipped before its numbers are drawn.
        var groups = under.DeviceWithGroups(1);
        var input = new float[Maps.Length * height * width * channels];
        var random = new Random(1);
        foreach (ref float value in input.AsSpan())
        {
            value = 2 * random.NextSingle() - 1;
        }
        float[] Run<TKernel>(bool asThreads)
            where TKernel : struct, IKernel<AffineParameters>
        {
            using var bench = new Workbench(asThreads ? groups : under.Device);
            var parameters = new AffineParameters
            {
                Output = bench.Upload(new float[input.Length]),
                Input = bench.Upload(input),
                Coefficients = bench.Upload<float>([.. Maps.SelectMany(map => map)]),
                Images = Maps.Length,
                Height = height,
                Width = width,
                Channels = channels,
                Reflect = reflect,
            };
            if (asThreads)
            {
                bench.RunThreads<TKernel, AffineParameters>(parameters);
            }
            else
            {
                bench.Run<TKernel, AffineParameters>(parameters, workers: 3);
            }
            return bench.Download(parameters.Output);
        }

        Close(Run<AffineSample>(asThreads: false), Run<AffineSample>(asThreads: true));
        Close(Run<AffineSampleTranspose>(asThreads: false), Run<AffineSampleTranspose>(asThreads: true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void Threads_mix_channels_as_shares_do(int channels)
    {
        var groups = under.DeviceWithGroups(1);
        var random = new Random(1);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
        float[] input = Draw(2 * 1500 * channels), matrices = Draw(2 * channels * channels);
        foreach (int transpose in new[] { 0, 1 })
        {
            float[] Run(bool asThreads)
            {
                using var bench = new Workbench(asThreads ? groups : under.Device);
                var parameters = new MixParameters
                {
                    Output = bench.Upload(new float[input.Length]),
                    Input = bench.Upload(input),
                    Matrices = bench.Upload(matrices),
                    Images = 2,
                    Pixels = 1500,
                    Channels = channels,
                    Transpose = transpose,
                };
                if (asThreads)
                {
                    bench.RunThreads<MixChannels, MixParameters>(parameters);
                }
                else
                {
                    bench.Run<MixChannels, MixParameters>(parameters, workers: 3);
                }
                return bench.Download(parameters.Output);
            }

            Close(Run(asThreads: false), Run(asThreads: true));
        }
    }

    // A squeezed image is a sum of hundreds of pixels, whose order differs.
    private static void Close(float[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
}
