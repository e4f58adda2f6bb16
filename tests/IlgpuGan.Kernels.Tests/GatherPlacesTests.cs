using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests;

/// <summary>The threads of a card, each of which looks for its own place or slot, against the shares of CPU workers, which hand them out.</summary>
public class GatherPlacesTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 3)]
    [InlineData(49, 16, 5)]
    [InlineData(64, 63, 1)]
    [InlineData(600, 256, 3)]
    public void Threads_compute_what_shares_do_and_each_place_is_taken_once(int places, int taken, int channels)
    {
        const int images = 3;
        // Every number tells its image, place and channel.
        float[] input = [.. Enumerable.Range(1, images * places * channels).Select(i => (float)i)];
        float[] key = [0.25f, 1 - 1f / (1 << 24)];
        float[] gathered = Run<GatherPlaces>(asThreads: false, input, images * taken * channels);
        float[] returned = Run<GatherPlacesTranspose>(asThreads: false, gathered, input.Length);

        Assert.Equal(gathered, Run<GatherPlaces>(asThreads: true, input, gathered.Length));
        Assert.Equal(returned, Run<GatherPlacesTranspose>(asThreads: true, gathered, input.Length));
        Assert.Equal(gathered.Length, gathered.Distinct().Count());
        Assert.Equal(gathered.Order(), returned.Where(value => value != 0));
        Assert.All(returned.Index().Where(value => value.Item != 0), value => Assert.Equal(input[value.Index], value.Item));
        int[] Taken(int image) => [.. Enumerable.Range(0, taken).Select(slot => (int)gathered[(image * taken + slot) * channels] / channels - image * places)];
        Assert.Equal(Taken(0), Taken(1));
        Assert.Equal(Taken(0), Taken(2));

        float[] Run<TKernel>(bool asThreads, float[] from, int outputs)
            where TKernel : struct, IKernel<PlacesParameters>
        {
            using var bench = new Workbench(asThreads ? under.DeviceWithGroups(1) : under.Device);
            var parameters = new PlacesParameters
            {
                // What was there before is not to be seen.
                Output = bench.Upload([.. Enumerable.Repeat(float.NaN, outputs)]),
                Input = bench.Upload(from),
                Key = bench.Upload(key),
                Images = images,
                Places = places,
                Taken = taken,
                Channels = channels,
            };
            if (asThreads)
            {
                bench.RunThreads<TKernel, PlacesParameters>(parameters);
            }
            else
            {
                bench.Run<TKernel, PlacesParameters>(parameters, workers: 3);
            }
            return bench.Download(parameters.Output);
        }
    }
}
