using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;

namespace IlgpuGan.Devices;

/// <summary>
/// The texts (PTX) of the kernels of CUDA cards, kept in a folder from one start to the next. ILGPU takes a tenth of a second for each, and gives the driver another text every time, which
/// the driver's own cache of machine code does not know; a kept one is there at once and known to the driver. What a text was made from is part of its file: another build of the kernels
/// or of ILGPU, another architecture or other groups never get it, and a file that is damaged is made anew.
/// </summary>
/// <param name="folder">Where the files are; null when nothing is kept.</param>
internal sealed class KernelTexts(string? folder)
{
    // A text has tens of thousands of characters.
    private const int MostFileBytes = 16 << 20;

    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(60);

    /// <summary>The texts of this user.</summary>
    public static KernelTexts OfUser => new(UserCacheFolder.Find("kernels"));

    /// <summary>The text of a kernel, kept or compiled.</summary>
    /// <param name="backend">The compiler, for one architecture.</param>
    /// <param name="entry">The kernel's entry, closed over its types.</param>
    /// <param name="groups">What the driver is told of its groups.</param>
    public CompiledKernel this[PTXBackend backend, MethodInfo entry, KernelSpecialization groups]
    {
        get
        {
            var description = EntryPointDescription.FromExplicitlyGroupedKernel(entry);
            if (folder is null)
            {
                return backend.Compile(description, groups);
            }
            string origin = Origin(backend, entry, groups);
            var file = new FileInfo(Path.Combine(folder, $"{Hash(origin)[..32]}.ptx"));
            if (Read(file, origin) is var (text, shared))
            {
                return Compiled(backend.Context, new EntryPoint(description, shared, groups), null, text);
            }
            var made = backend.Compile(description, groups);
            Keep(file, origin, (PTXCompiledKernel)made);
            return made;
        }
    }

    private static string Origin(PTXBackend backend, MethodInfo entry, KernelSpecialization groups)
    {
        var types = entry.GetGenericArguments().SelectMany(AllOf).Append(typeof(KernelEntry)).Append(typeof(KernelTexts)).Append(typeof(Context));
        string modules = string.Join(' ', types.Select(type => type.Module.ModuleVersionId.ToString("N")).Distinct().Order(StringComparer.Ordinal));
        string kernel = $"{entry} {string.Join(", ", entry.GetGenericArguments().AsEnumerable())}";
        return string.Create(CultureInfo.InvariantCulture,
            $"{kernel}; {backend.Architecture}, {backend.InstructionSet}; {groups.MaxNumThreadsPerGroup}, {groups.MinNumGroupsPerMultiprocessor}; {modules}");
    }

    private static IEnumerable<Type> AllOf(Type type) => type.GetGenericArguments().SelectMany(AllOf).Prepend(type);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Head(string origin, string text, SharedMemorySpecification shared) =>
        string.Create(CultureInfo.InvariantCulture, $"// {origin}\n// {Hash(text)}\n// {shared.StaticSize} {(shared.HasDynamicMemory ? 1 : 0)}\n");

    private static (string Text, SharedMemorySpecification Shared)? Read(FileInfo file, string origin)
    {
        try
        {
            if (file is not { Exists: true, Length: <= MostFileBytes })
            {
                return null;
            }
            string content = RegularFile.ReadText(file.FullName);
            string[] parts = content.Split('\n', 4);
            if (parts is not [_, _, var memory, var text] || memory.Split(' ') is not [_, var size, var dynamic]
                || !int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes))
            {
                return null;
            }
            var shared = new SharedMemorySpecification(bytes, dynamic == "1");
            return content == Head(origin, text, shared) + text ? (text, shared) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Where it cannot be written the next start takes longer.
    private static void Keep(FileInfo file, string origin, PTXCompiledKernel made)
    {
        try
        {
            var kept = file.Directory!;
            kept.Create();
            foreach (var old in kept.EnumerateFiles("*.ptx").Where(old => old.LastWriteTimeUtc < DateTime.UtcNow - Forgotten))
            {
                old.Delete();
            }
            string content = Head(origin, made.PTXAssembly, EntryOf(made).SharedMemory) + made.PTXAssembly;
            AtomicFile.Write(file.FullName, stream => stream.Write(Encoding.UTF8.GetBytes(content)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    // ILGPU keeps these to itself.
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern PTXCompiledKernel Compiled(Context context, EntryPoint entry, CompiledKernel.KernelInfo? info, string text);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    private static extern EntryPoint EntryOf(CompiledKernel kernel);
}
