using System.Reflection;
using IlgpuGan.CudaStandIn.Ptx;
using ILGPU;

namespace IlgpuGan.CudaStandIn.Tests.Harness;

/// <summary>Arguments of a kernel as ILGPU lays them out for a card: fields in their order, each on its own size, a view as address and length.</summary>
internal sealed class ParameterBytes
{
    private readonly List<byte> bytes = [];
    private readonly Dictionary<string, MemoryBlock> views;

    private ParameterBytes(Dictionary<string, MemoryBlock> views) => this.views = views;

    /// <summary>The bytes of arguments whose views are given by the names of their fields; views that are not given are empty.</summary>
    public static byte[] Of(object arguments, Dictionary<string, MemoryBlock> views)
    {
        var packed = new ParameterBytes(views);
        packed.Add(arguments.GetType(), arguments, "");
        // Behind them stands a number that is never read.
        packed.Pad(sizeof(long));
        packed.bytes.AddRange(new byte[sizeof(long)]);
        var missing = views.Keys.Except(packed.seen).ToArray();
        Assert.True(missing.Length == 0, $"no view {string.Join(", ", missing)} among {string.Join(", ", packed.seen)}");
        return [.. packed.bytes];
    }

    private readonly HashSet<string> seen = [];

    private static IEnumerable<FieldInfo> Fields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(field => field.MetadataToken);

    private static bool IsView(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>);

    private static int Alignment(Type type) => IsView(type) || type == typeof(long) ? 8 : type.IsPrimitive ? 4 : Fields(type).Select(field => Alignment(field.FieldType)).Append(1).Max();

    private void Add(Type type, object value, string path)
    {
        Pad(Alignment(type));
        if (IsView(type))
        {
            seen.Add(path);
            var block = views.GetValueOrDefault(path);
            int size = System.Runtime.InteropServices.Marshal.SizeOf(type.GetGenericArguments()[0]);
            bytes.AddRange(BitConverter.GetBytes(block?.Address ?? 0));
            bytes.AddRange(BitConverter.GetBytes((block?.Bytes ?? 0) / size));
            return;
        }
        switch (value)
        {
            case int number: bytes.AddRange(BitConverter.GetBytes(number)); return;
            case uint number: bytes.AddRange(BitConverter.GetBytes(number)); return;
            case float number: bytes.AddRange(BitConverter.GetBytes(number)); return;
            case long number: bytes.AddRange(BitConverter.GetBytes(number)); return;
        }
        Assert.False(type.IsPrimitive, $"{type} of {path}");
        foreach (var field in Fields(type))
        {
            Add(field.FieldType, field.GetValue(value)!, path.Length == 0 ? field.Name : $"{path}.{field.Name}");
        }
        Pad(Alignment(type));
    }

    private void Pad(int alignment)
    {
        while (bytes.Count % alignment != 0)
        {
            bytes.Add(0);
        }
    }
}
