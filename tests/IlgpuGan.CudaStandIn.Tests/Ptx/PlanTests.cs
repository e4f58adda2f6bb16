using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels.Tests.Harness;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>The kernels of whole training runs are understood.</summary>
public sealed class PlanTests
{
    private static readonly DeviceTraits Hopper = new() { Kind = DeviceKind.Cuda, HasTensorCores = true, GroupThreads = 1024, MostSharedBytes = 227 << 10, Multiprocessors = 132 };

    [Theory]
    [InlineData("dcgan", Precision.Tf32, "ada")]
    [InlineData("mlp", Precision.Bf16, "none")]
    [InlineData("mlp", Precision.Fp32, "none")]
    public void Every_kernel_of_a_training_run_is_understood(string network, Precision precision, string augment)
    {
        using var device = ComputeDevice.Open("cpu");
        using var data = TrainingData.Of(ImageSet.FromBytes("noise", 16, 16, 3, new byte[8 * 16 * 16 * 3]));
        using var trainer = new GanTrainer(device, Presets.Radford2016 with { Network = network, Width = 4, LatentSize = 6, Batch = 4, Flip = true, InstanceNoise = 0.1f, Augment = augment }, data);
        using var compiler = new PtxCompiler();
        var products = new ProductKernels(Hopper, precision);
        var launches = trainer.Plans.SelectMany(plan => plan.LaunchesFor(products)).DistinctBy(launch => launch.Entry).ToArray();
        Assert.True(launches.Length > 10, $"{launches.Length} kernels");
        foreach (var launch in launches)
        {
            string text = compiler.Ptx(launch.Entry, launch.Specialization);
            var kernel = Assert.Single(PtxModule.Parse(text).Kernels);
            Assert.Equal(0, kernel.ParameterBytes % 8);
            Assert.Equal(text.Contains(".shared .align", StringComparison.Ordinal), kernel.StaticSharedBytes > 0);
        }
    }
}
