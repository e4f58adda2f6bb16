using System.Security.Cryptography;
using System.Text;
using IlgpuGan.Kernels;
using ILGPU.Runtime;

namespace IlgpuGan.Devices;

/// <summary>
/// Which devices have passed their <see cref="SelfTest"/>, each in a small file of the user's cache folder that names driver and kernels: another version
/// of either is tested anew. A device that failed is not remembered, so that a repaired one is taken again.
/// </summary>
/// <param name="folder">Where the files are; null when nothing is kept.</param>
internal sealed class SelfTestRecord(string? folder)
{
    private const int MostFileBytes = 4096;

    /// <summary>The record of this user.</summary>
    public static SelfTestRecord OfUser => new(UserCacheFolder.Find("devices"));

    /// <summary>Whether the device passed with its present driver and these kernels.</summary>
    public bool HasPassed(DeviceDescription device)
    {
        try
        {
            return FileOf(device) is { Exists: true, Length: <= MostFileBytes } file && RegularFile.ReadText(file.FullName) == Content(device);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Remembers that the device passed. Where that cannot be written the next start takes a second longer.</summary>
    public void Keep(DeviceDescription device)
    {
        if (FileOf(device) is not { } file)
        {
            return;
        }
        try
        {
            file.Directory!.Create();
            AtomicFile.Write(file.FullName, stream => stream.Write(Encoding.UTF8.GetBytes(Content(device))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private FileInfo? FileOf(DeviceDescription device) =>
        folder is null ? null : new(Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{device.Id} {device.Name}")))[..16]}.txt"));

    private static string Content(DeviceDescription device) =>
        $"""
        {device.Id} {device.Name}
        {device.Driver}
        kernels {typeof(KernelEntry).Module.ModuleVersionId:N}, ILGPU {typeof(Accelerator).Assembly.GetName().Version}
        multiplies, adds and draws as the processor does

        """;
}
