using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests;

public class CopyPeakTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(5000, 0)]
    [InlineData(5003, 1)] // an array that begins between two vectors
    [InlineData(7, 3)]
    public void Every_float_arrives_and_none_beside_them(int count, int offset)
    {
        using var bench = new Workbench(under.Device);
        float[] values = [.. Enumerable.Range(1, count).Select(i => (float)i)];
        var all = bench.Upload(new float[count + offset + 20]);

        bench.Run<CopyPeak, CopyPeakParameters>(new() { Output = all.SubView(offset, count), Source = bench.Upload(values) }, workers: 3);

        Assert.Equal([.. new float[offset], .. values, .. new float[20]], bench.Download(all));
    }
}
