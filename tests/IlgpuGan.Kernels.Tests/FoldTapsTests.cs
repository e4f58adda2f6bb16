using IlgpuGan.Devices;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests;

public class FoldTapsTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    [Theory]
    [InlineData(2, 8, 8, 3, 4, 4, 2, 1)]
    [InlineData(3, 5, 9, 1, 3, 5, 2, 2)]
    [InlineData(1, 7, 6, 4, 2, 3, 3, 0)] // rows and columns that no tap reaches
    [InlineData(2, 4, 4, 2, 4, 4, 1, 3)]
    [InlineData(1, 6, 6, 3, 1, 1, 2, 0)]
    [InlineData(1, 4, 701, 3, 4, 4, 2, 1)] // lines in two pieces
    public void Every_tap_is_added_where_it_falls(int images, int height, int width, int channels, int kernelHeight, int kernelWidth, int stride, int padding)
    {
        int inputHeight = (height + 2 * padding - kernelHeight) / stride + 1, inputWidth = (width + 2 * padding - kernelWidth) / stride + 1;
        var random = new Random(1);
        // Small whole numbers: their sums are exact in any order.
        var taps = new float[images * inputHeight * inputWidth * kernelHeight * kernelWidth * channels];
        foreach (ref float tap in taps.AsSpan())
        {
            tap = random.Next(-9, 10);
        }
        var expected = new float[images * height * width * channels];
        int i = 0;
        for (int n = 0; n < images; n++)
        {
            for (int p = 0; p < inputHeight; p++)
            {
                for (int q = 0; q < inputWidth; q++)
                {
                    for (int r = 0; r < kernelHeight; r++)
                    {
                        for (int s = 0; s < kernelWidth; s++)
                        {
                            for (int c = 0; c < channels; c++, i++)
                            {
                                int h = p * stride + r - padding, w = q * stride + s - padding;
                                if (h >= 0 && h < height && w >= 0 && w < width)
                                {
                                    expected[((n * height + h) * width + w) * channels + c] += taps[i];
                                }
                            }
                        }
                    }
                }
            }
        }
        using var bench = new Workbench(under.Device);
        var output = bench.Upload(new float[expected.Length]);
        var parameters = new FoldParameters
        {
            Output = output,
            Taps = bench.Upload(taps),
            Operands = new() { X0 = output, X1 = output, X2 = output, X3 = output, X4 = output, X5 = output, X6 = output, X7 = output },
            Images = images,
            Height = height,
            Width = width,
            Channels = channels,
            InputHeight = inputHeight,
            InputWidth = inputWidth,
            KernelHeight = kernelHeight,
            KernelWidth = kernelWidth,
            Stride = stride,
            Padding = padding,
        };
        bench.Run<FoldTaps<ByFloats, Accumulator>, FoldParameters>(parameters, workers: 3);
        Assert.Equal(expected, bench.Download(output));

        bench.Run<FoldTaps<ByFloats, Add<Accumulator, Accumulator>>, FoldParameters>(parameters, workers: 2);
        Assert.Equal(expected.Select(value => 2 * value), bench.Download(output));

        // Whole numbers of two bits are what they are as bfloat16, too.
        if (bench.Device.Kind != DeviceKind.Cpu)
        {
            var words = new float[(taps.Length + 1) / 2];
            for (int word = 0; word < words.Length; word++)
            {
                words[word] = BitConverter.UInt32BitsToSingle(Upper(2 * word) >> 16 | Upper(2 * word + 1));
            }
            parameters.Taps = bench.Upload(words);
            bench.Run<FoldTaps<ByPairs, Accumulator>, FoldParameters>(parameters);
            Assert.Equal(expected, bench.Download(output));
        }

        uint Upper(int tap) => tap < taps.Length ? BitConverter.SingleToUInt32Bits(taps[tap]) : 0;

        using var threads = new Workbench(under.DeviceWithGroups(1));
        output = parameters.Output = threads.Upload(new float[expected.Length]);
        parameters.Taps = threads.Upload(taps);
        parameters.Operands = new() { X0 = output, X1 = output, X2 = output, X3 = output, X4 = output, X5 = output, X6 = output, X7 = output };
        threads.RunThreads<FoldTapsByLines<Add<Accumulator, Accumulator>>, FoldParameters>(parameters);
        Assert.Equal(expected.Select(value => 2 * value), threads.Download(output));
    }
}
