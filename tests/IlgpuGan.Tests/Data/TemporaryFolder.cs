namespace IlgpuGan.Tests.Data;

/// <summary>An empty folder for one test, deleted with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string FullName { get; } = Directory.CreateTempSubdirectory("ilgpugan-test-").FullName;

    public static implicit operator string(TemporaryFolder folder) => folder.FullName;

    public string File(string relativePath, byte[] content)
    {
        string path = Path.Combine(FullName, relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public override string ToString() => FullName;

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
