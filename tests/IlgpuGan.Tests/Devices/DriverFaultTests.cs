using IlgpuGan.Devices;
using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Tests.Devices;

[Collection(nameof(Graphs.TestDevice))]
public sealed class DriverFaultTests
{
    [Fact]
    public void An_error_of_OpenCL_is_told_by_name_and_code()
    {
        var error = new CLException(CLError.CL_INVALID_ARG_SIZE);
        Assert.Equal("CL_INVALID_ARG_SIZE (-51)", DriverFault.Describe(error));
        Assert.Equal("CL_INVALID_ARG_SIZE (-51)", DriverFault.Describe(new AggregateException("One or more errors occurred.", error)));
    }

    [Fact]
    public void What_a_device_lacks_is_told_and_not_that_a_compiler_failed_internally() =>
        Assert.Equal("doubles are not there", DriverFault.Describe(new InternalCompilerException("An internal compiler error has been detected", new NotSupportedException("doubles are\nnot there"))));

    [Fact]
    public void Any_other_failure_keeps_its_own_words() => Assert.Equal("the disk is full", DriverFault.Describe(new IOException("the disk is full", new InvalidOperationException("inner"))));

    [Fact]
    public void A_processor_without_memory_is_said_in_one_sentence_that_recommends_no_processor()
    {
        var cpu = DeviceCatalog.Find(DeviceKind.Cpu)[0] with { Open = _ => throw new InsufficientMemoryException() };
        var error = Assert.Throws<DeviceException>(() => ComputeDevice.Open("cpu", _ => [cpu], new SelfTest(new(null))));
        Assert.EndsWith("it does not open: there is not enough memory. Choose another device.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("warning: x is unused\ninput.cl:3:1: error: no member y\n1 error generated.", "input.cl:3:1: error: no member y")]
    [InlineData("  \nlinking failed\n", "linking failed")]
    [InlineData("", "its compiler does not say why")]
    [InlineData(null, "its compiler does not say why")]
    public void Of_a_compilers_output_the_line_with_the_error_is_told(string? log, string gist) => Assert.Equal(gist, DriverFault.Gist(log));

    [Fact]
    public void What_the_drivers_compiler_says_against_a_kernel_reaches_the_sentence()
    {
        var found = DeviceCatalog.Find(DeviceKind.OpenCl).FirstOrDefault(device => device.Description.IsUsable);
        Assert.SkipWhen(found is null, "There is no OpenCL device; on Debian: apt-get install pocl-opencl-icd.");
        using var device = ComputeDevice.Open(found!.Description.Id);
        var kernel = new DeviceKernel<NeedsAtomics, CopyPeakParameters>(new(1, 1));
        var error = Assert.Throws<InvalidOperationException>(() => kernel.Load(device));
        Assert.StartsWith($"the driver does not compile {nameof(NeedsAtomics)}, CL_BUILD_PROGRAM_FAILURE (-11): ", error.Message, StringComparison.Ordinal);
        Assert.Contains("error", error.Message[60..], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>ILGPU writes atomic sums of floats in a form that OpenCL C 1.2 does not have.</summary>
    public readonly struct NeedsAtomics : IDeviceKernel<CopyPeakParameters>
    {
        public static GridSize Grid(in CopyPeakParameters p) => new(1, 1);

        public static void Thread(CopyPeakParameters p) => Atomic.Add(ref p.Output[0], p.Source[0]);
    }
}
