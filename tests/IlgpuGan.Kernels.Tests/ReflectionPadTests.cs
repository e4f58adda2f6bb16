using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests;

/// <summary>The threads of a card, which search for what a pixel is mirrored by, against the shares of CPU workers, which hand it out.</summary>
public class ReflectionPadTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    [Theory]
    [InlineData(9, 7, 3, 3, 0)]
    [InlineData(4, 70, 5, 3, 0)]
    [InlineData(2, 2, 33, 1, 0)]
    [InlineData(3, 3, 2, 2, 0)]
    [InlineData(5, 6, 8, 1, 1)]
    [InlineData(1, 1, 3, 1, 1)]
    [InlineData(3, 4, 4, 3, 1)]
    public void Threads_compute_what_shares_do(int height, int width, int channels, int padding, int twice)
    {
        var groups = under.DeviceWithGroups(1);
        var random = new Random(1);
        int small = 3 * height * width * channels, large = 3 * (height + 2 * padding) * (width + 2 * padding) * channels;
        float[] input = [.. Enumerable.Range(0, large).Select(_ => 2 * random.NextSingle() - 1)];
        float[] Run<TKernel>(bool asThreads, int inputs, int outputs)
            where TKernel : struct, IKernel<ReflectionParameters>
        {
            using var bench = new Workbench(asThreads ? groups : under.Device);
            var parameters = new ReflectionParameters
            {
                Output = bench.Upload(new float[outputs]),
                Input = bench.Upload(input[..inputs]),
                Images = 3,
                Height = height,
                Width = width,
                Channels = channels,
                Padding = padding,
                Twice = twice,
            };
            if (asThreads)
            {
                bench.RunThreads<TKernel, ReflectionParameters>(parameters);
            }
            else
            {
                bench.Run<TKernel, ReflectionParameters>(parameters, workers: 3);
            }
            return bench.Download(parameters.Output);
        }

        Assert.Equal(Run<ReflectionPad>(asThreads: false, small, large), Run<ReflectionPad>(asThreads: true, small, large));
        // Nine pixels at most, added in another order.
        Assert.All(Run<ReflectionPadTranspose>(asThreads: false, large, small).Zip(Run<ReflectionPadTranspose>(asThreads: true, large, small)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
