using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using ILGPU;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Tests.Devices;

/// <summary>What is asked of an OpenCL device before it is used; the faults are planted, in what comes back from a device that is in order.</summary>
[Collection(nameof(Graphs.TestDevice))]
public sealed class SelfTestTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ilgpugan-self-test-");

    [Fact]
    public void A_device_in_order_passes_and_is_asked_once_for_each_version_of_its_driver()
    {
        var found = OpenClDevice();
        var selfTest = new SelfTest(Record);
        for (int start = 0; start < 2; start++)
        {
            Open(found, selfTest).Dispose();
        }
        Assert.Equal(1, selfTest.Runs);

        Open(found with { Description = found.Description with { Driver = "the next version" } }, selfTest).Dispose();
        Assert.Equal(2, selfTest.Runs);
    }

    [Fact]
    public void A_damaged_record_of_the_self_test_is_no_pass()
    {
        var found = OpenClDevice();
        Record.Keep(found.Description);
        Assert.True(Record.HasPassed(found.Description));
        foreach (var file in folder.GetFiles())
        {
            File.WriteAllText(file.FullName, File.ReadAllText(file.FullName)[1..]);
        }
        Assert.False(Record.HasPassed(found.Description));
    }

    [Fact]
    public void Without_a_cache_folder_a_device_is_tested_at_every_start()
    {
        var record = new SelfTestRecord(null);
        record.Keep(OpenClDevice().Description);
        Assert.False(record.HasPassed(OpenClDevice().Description));
    }

    /// <summary>One number of a thousand is enough, and what is no number is wrong as well.</summary>
    [Fact]
    public void One_wrong_number_in_any_result_is_noticed_and_named()
    {
        var found = OpenClDevice();
        using var device = Open(found, new SelfTest(Record));
        foreach (var entry in SelfTestCases.Of(device.Traits))
        {
            foreach (float fault in (float[])[0.5f, float.NaN])
            {
                Assert.StartsWith($"{entry.Name}: 1 of ", new SelfTest(Record, (_, numbers) => [.. numbers[..^1], numbers[^1] + fault]).Fault(device, entry), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_device_that_computes_wrongly_is_not_kept_as_one_that_passed()
    {
        var found = OpenClDevice();
        using var device = Open(found, new SelfTest(Record));
        var unknown = found.Description with { Driver = "version 1.2" };
        string? reason = Faulty().FaultOf(device, unknown);
        Assert.StartsWith("it computes wrongly (uniform random numbers: ", reason, StringComparison.Ordinal);
        Assert.EndsWith("bring its driver up to date (it is version 1.2)", reason, StringComparison.Ordinal);
        Assert.False(Record.HasPassed(unknown));
    }

    [Fact]
    public void A_device_that_was_asked_for_and_computes_wrongly_is_refused_by_name_with_the_remedy()
    {
        var found = OpenClDevice();
        var error = Assert.Throws<DeviceException>(() => Open(found, Faulty()));
        Assert.StartsWith($"No device opened for '{found.Description.Id}': {found.Description.Id} ({found.Description.Name}): it computes wrongly (", error.Message, StringComparison.Ordinal);
        Assert.Contains("bring its driver up to date", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Choose another device, cpu always works.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_goes_on_to_the_next_device_when_one_computes_wrongly_and_tells()
    {
        var found = OpenClDevice();
        var card = found with { Description = found.Description with { IsGpu = true } };
        using var device = ComputeDevice.Open("auto", kind => kind switch
        {
            DeviceKind.OpenCl => [card],
            DeviceKind.Cpu => DeviceCatalog.Find(kind),
            _ => [],
        }, Faulty());
        Assert.Equal("cpu", device.Id);
        Assert.Contains("it computes wrongly", Assert.Single(device.PassedOver).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_driver_that_refuses_a_launch_is_told_with_the_name_and_code_of_its_error()
    {
        var error = Assert.Throws<DeviceException>(() => Open(OpenClDevice(), new SelfTest(Record, (_, _) => throw new CLException(CLError.CL_INVALID_ARG_SIZE))));
        Assert.Contains("it does not run our kernels (CL_INVALID_ARG_SIZE (-51)); bring its driver up to date", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The lists of kernels in the self-test and in the choice for products are two: they must name the same.</summary>
    [Theory]
    [InlineData(DeviceKind.OpenCl, false, false, 256, 32)]
    [InlineData(DeviceKind.OpenCl, false, false, 64, 16)]
    [InlineData(DeviceKind.OpenCl, true, false, 4096, 1024)]
    [InlineData(DeviceKind.OpenCl, true, false, 1024, 32)]
    [InlineData(DeviceKind.Cuda, false, true, 1024, 48)]
    [InlineData(DeviceKind.Cuda, false, true, 1024, 99)]
    [InlineData(DeviceKind.Cuda, false, true, 1024, 227)]
    [InlineData(DeviceKind.Cuda, false, false, 1024, 48)]
    public void The_self_test_multiplies_by_every_kernel_that_a_product_may_get(DeviceKind kind, bool isProcessor, bool hasTensorCores, int threads, int kilobytes)
    {
        foreach (int vectorBits in (int[])[256, 512])
        {
            var traits = new DeviceTraits
            {
                Kind = kind, IsProcessor = isProcessor, HasTensorCores = hasTensorCores, GroupThreads = threads, SharedBytes = kilobytes * 1024, MostSharedBytes = kilobytes * 1024,
                VectorBits = vectorBits,
            };
            var tested = SelfTestCases.Of(traits).Select(entry => entry.Kernel).ToList();
            if (hasTensorCores)
            {
                var pairs = Region.Of(new ArenaLayout.Block(1 << 16), 1 << 16, isInPairs: true);
                var rows = new ProductSide<DepthMajor>(pairs, 8, data => new() { Data = data, Stride = 8 });
                var columns = new ProductSide<OuterMajor>(pairs, 8, data => new() { Data = data, Stride = 8 });
                Assert.All(new ProductKernels(traits, Precision.Bf16).Candidates(68, 16, 16, rows, columns),
                    kernel => Assert.Contains(kernel.Close(typeof(DepthMajor), typeof(OuterMajor), typeof(Accumulator)), tested));
            }
            foreach (var precision in (Precision[])[Precision.Fp32, Precision.Tf32])
            {
                foreach (var kernel in new ProductKernels(traits, precision).Candidates(68, 44, 36, new DepthMajor { Stride = 36 }, new OuterMajor { Stride = 44 }))
                {
                    // The tile and, of tensor cores, the precision; of a processor's vectors the block. How operands are read differs.
                    var shapes = kernel.Shapes.Take(kernel.Definition == typeof(TiledGemm<,,,,,>) ? 1 : 2).ToArray();
                    Assert.Contains(tested, type => type.IsGenericType && type.GetGenericTypeDefinition() == kernel.Definition
                        && type.GetGenericArguments().Take(shapes.Length).SequenceEqual(shapes));
                }
            }
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    private SelfTestRecord Record => new(folder.FullName);

    private SelfTest Faulty() => new(Record, (_, numbers) => [.. numbers.Select(number => number + 1)]);

    private static FoundDevice OpenClDevice()
    {
        var found = DeviceCatalog.Find(DeviceKind.OpenCl).FirstOrDefault(device => device.Description.IsUsable);
        Assert.SkipWhen(found is null, "There is no OpenCL device; on Debian: apt-get install pocl-opencl-icd.");
        return found!;
    }

    private static ComputeDevice Open(FoundDevice found, SelfTest selfTest) => ComputeDevice.Open(found.Description.Id, kind => kind == DeviceKind.OpenCl ? [found] : [], selfTest);
}
