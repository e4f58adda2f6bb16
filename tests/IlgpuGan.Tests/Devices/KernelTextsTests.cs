using IlgpuGan.Devices;
using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tests.Devices;

public sealed class KernelTextsTests : IDisposable
{
    private static readonly KernelSpecialization Groups = new(128, 2);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_kept_text_is_the_same_at_the_next_start_and_one_that_is_made_anew_is_not()
    {
        string first = Text(folder.Path);
        Assert.Contains(".entry", first, StringComparison.Ordinal);
        Assert.Equal(first, Text(folder.Path));
        Assert.NotEqual(first, Text(null));
        Assert.Single(Files());
    }

    [Fact]
    public void Other_groups_or_another_card_have_a_text_of_their_own()
    {
        Text(folder.Path);
        Assert.Contains(".maxntid 256", Text(folder.Path, new(256, 1)), StringComparison.Ordinal);
        Assert.Contains(".target sm_80", Text(folder.Path, Groups, CudaArchitecture.SM_80), StringComparison.Ordinal);
        Assert.Equal(3, Files().Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("//\n//\n// 0 0\n.version 8.8\n")]
    [InlineData(null)]
    public void A_file_that_is_damaged_is_made_anew(string? content)
    {
        string first = Text(folder.Path);
        string file = Assert.Single(Files());
        File.WriteAllText(file, content ?? File.ReadAllText(file).Replace(".entry", ".entrY", StringComparison.Ordinal));
        string again = Text(folder.Path);
        Assert.NotEqual(first, again);
        Assert.Equal(again, Text(folder.Path));
    }

    [Fact]
    public void What_is_old_goes_and_a_folder_that_cannot_be_made_is_done_without()
    {
        string old = Path.Combine(folder.Path, "0.ptx");
        File.WriteAllText(old, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-100));
        Text(folder.Path);
        Assert.False(File.Exists(old));

        Assert.Contains(".entry", Text(Path.Combine(Assert.Single(Files()), "below")), StringComparison.Ordinal);
    }

    private static string Text(string? folder, KernelSpecialization? groups = null, CudaArchitecture? architecture = null)
    {
        using var context = ContextFactory.Create(DeviceKind.Cuda);
        var card = architecture ?? CudaArchitecture.SM_90;
        using var backend = new PTXBackend(context, new CudaCapabilityContext(card), card, CudaInstructionSet.ISA_88, nvvmAPI: null);
        return ((PTXCompiledKernel)new KernelTexts(folder)[backend, DeviceKernel<CopyPeak, CopyPeakParameters>.Entry, groups ?? Groups]).PTXAssembly;
    }

    private string[] Files() => Directory.GetFiles(folder.Path, "*.ptx");
}
