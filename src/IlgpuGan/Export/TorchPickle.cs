using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text.RegularExpressions;
using Razorvine.Pickle;
using Razorvine.Pickle.Objects;

namespace IlgpuGan.Export;

/// <summary>A tensor as PyTorch pickles it: a view of numbers that lie elsewhere in the file.</summary>
/// <param name="Storage">The key of these numbers.</param>
/// <param name="Format">What they are.</param>
/// <param name="StorageSize">How many there are.</param>
/// <param name="Offset">The number that it begins with.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Strides">Numbers from one element to the next along each axis.</param>
internal sealed record PickledTensor(string Storage, NumberFormat Format, long StorageSize, long Offset, int[] Shape, long[] Strides)
{
    /// <summary>Number of elements.</summary>
    public long Elements => Shape.Aggregate(1L, (product, length) => product * length);

    /// <summary>The number after the last that it reads.</summary>
    public long End => Elements == 0 ? Offset : Offset + Shape.Zip(Strides).Aggregate(1L, (end, axis) => checked(end + (axis.First - 1) * axis.Second));

    /// <summary>Place in the storage of an element, by its row-major number.</summary>
    public long Place(int element)
    {
        long place = Offset;
        for (int axis = Shape.Length - 1; axis >= 0; element /= Shape[axis--])
        {
            place += element % Shape[axis] * Strides[axis];
        }
        return place;
    }
}

/// <summary>
/// Makes of a pickle that <c>torch.save</c> wrote what a state dictionary consists of: dictionaries (<see cref="Hashtable"/>), lists, texts, numbers and
/// <see cref="PickledTensor"/>. A pickle can name any class of Python; one that names another than these is refused before anything is made.
/// </summary>
internal sealed partial class TorchPickle : Unpickler
{
    private static readonly Dictionary<string, string> Storages = new()
    {
        ["DoubleStorage"] = "F64", ["FloatStorage"] = "F32", ["HalfStorage"] = "F16", ["BFloat16Storage"] = "BF16",
        ["LongStorage"] = "I64", ["IntStorage"] = "I32", ["ShortStorage"] = "I16", ["CharStorage"] = "I8", ["ByteStorage"] = "U8", ["BoolStorage"] = "BOOL",
    };

    private static readonly (string Module, string Name, IObjectConstructor Constructor)[] Made =
    [
        ("collections", "OrderedDict", new Dictionaries()),
        ("torch._utils", "_rebuild_tensor", new Tensors()),
        ("torch._utils", "_rebuild_tensor_v2", new Tensors()),
        ("torch._utils", "_rebuild_parameter", new Parameters()),
        ("torch._utils", "_rebuild_parameter_with_state", new Parameters()),
    ];

    static TorchPickle()
    {
        // The package keeps one table for all; what stands in it is the same for everybody and changes nothing.
        foreach (var (module, name, constructor) in Made)
        {
            registerConstructor(module, name, constructor);
        }
    }

    // What no file of weights has a use for. The list only chooses the advice: everything that is not allowed is refused.
    [GeneratedRegex(
        @"^(os|posix|nt|subprocess|sys|shutil|socket|runpy|importlib|pty|commands|ctypes|webbrowser|pickle|marshal)\.|"
        + @"^(builtins|__builtin__)\.(eval|exec|execfile|compile|getattr|__import__|open|input|apply)$")]
    private static partial Regex RunsPrograms();

    private readonly Dictionary<string, NumberFormat> formats = [];

    private TorchPickle()
    {
    }

    /// <summary>Reads one pickle.</summary>
    /// <param name="path">The file that it is of, for messages.</param>
    /// <param name="bytes">Begins with it.</param>
    /// <returns>What it holds, how many bytes it takes, and the formats of the storages that it speaks of, by their keys.</returns>
    /// <exception cref="WeightsException">It is damaged, or names something else than tensors, dictionaries and numbers.</exception>
    public static (object? Value, int Length, IReadOnlyDictionary<string, NumberFormat> Formats) Read(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var scan = PickleScan.Of(bytes);
            if (scan.Names.FirstOrDefault(name => !IsAllowed(name)) is { } other)
            {
                throw WeightsException.Refuse(path, $"holds a {other}, and of such a file nothing but tensors, dictionaries and numbers is made",
                    RunsPrograms().IsMatch(other) ? $"do not load it in Python either: that would call {other}; ask whoever made it for the weights alone" : WeightsException.SaveWeightsAlone);
            }
            using var reader = new TorchPickle();
            return (reader.loads(bytes[..scan.End].ToArray()), scan.End, reader.formats);
        }
        // What an impossible order of operations throws is not documented.
        catch (Exception fault) when (fault is FormatException or PickleException or InvalidOpcodeException or InvalidCastException or ArgumentException
            or IndexOutOfRangeException or NullReferenceException or OverflowException or InvalidOperationException or TargetInvocationException or IOException)
        {
            throw WeightsException.Damaged(path, fault.Message.TrimEnd('.'), fault);
        }
    }

    /// <summary>A whole number of a pickle.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static long Whole(object? value) => value switch
    {
        int number => number,
        long number => number,
        BigInteger number when number >= long.MinValue && number <= long.MaxValue => (long)number,
        _ => throw new FormatException($"{value ?? "None"} stands where a whole number is expected"),
    };

    /// <inheritdoc/>
    protected override object persistentLoad(object pid)
    {
        if (pid is not object[] { Length: >= 5 } parts || parts[0] is not "storage" || parts[1] is not ClassDictConstructor type || !Storages.TryGetValue(type.name, out string? name))
        {
            throw new FormatException("what lies beside the pickle is no storage");
        }
        string key = Convert.ToString(parts[2], CultureInfo.InvariantCulture)!;
        formats[key] = NumberFormat.Named(name)!;
        return new Storage(key, formats[key], Whole(parts[4]), parts.Length > 5 ? parts[5] as object[] : null);
    }

    private static bool IsAllowed(string name) =>
        Array.Exists(Made, made => $"{made.Module}.{made.Name}" == name)
        || (name.LastIndexOf('.') is > 0 and var dot && name[..dot] is "torch" or "torch.cuda" && Storages.ContainsKey(name[(dot + 1)..]));

    /// <summary>Numbers that lie beside the pickle.</summary>
    /// <param name="Key">What the file calls them.</param>
    /// <param name="Format">What they are.</param>
    /// <param name="Size">How many.</param>
    /// <param name="View">In old files: key, offset and size of a part of them that stands for the whole.</param>
    private sealed record Storage(string Key, NumberFormat Format, long Size, object[]? View);

    private sealed class Tensors : IObjectConstructor
    {
        public object construct(object[] args)
        {
            if (args is not [Storage storage, var offset, object[] shape, object[] strides, ..] || shape.Length != strides.Length)
            {
                throw new FormatException("a tensor is not a storage, an offset, a shape and strides");
            }
            int[] lengths = [.. shape.Select(length => checked((int)Whole(length)))];
            long[] steps = [.. strides.Select(Whole)];
            if (Array.Exists(lengths, length => length < 0) || Array.Exists(steps, step => step < 0) || Whole(offset) < 0)
            {
                throw new FormatException("a tensor has a negative length, stride or offset");
            }
            var (first, size) = storage.View is [_, var part, var partSize] ? (Whole(part), Whole(partSize)) : (0, storage.Size);
            var tensor = new PickledTensor(storage.Key, storage.Format, storage.Size, checked(first + Whole(offset)), lengths, steps);
            _ = lengths.Aggregate(1L, (product, length) => checked(product * length));
            return tensor.End <= first + size && first >= 0 && first + size <= storage.Size ? tensor
                : throw new FormatException($"a tensor of shape [{string.Join(", ", lengths)}] reads {tensor.End} numbers of a storage of {size}");
        }
    }

    private sealed class Parameters : IObjectConstructor
    {
        public object construct(object[] args) => args is [PickledTensor tensor, ..] ? tensor : throw new FormatException("a parameter is no tensor");
    }

    private sealed class Dictionaries : IObjectConstructor
    {
        public object construct(object[] args)
        {
            var table = new Table();
            foreach (object? pair in args is [ArrayList pairs, ..] ? pairs : [])
            {
                var (key, value) = pair switch
                {
                    object[] { Length: 2 } both => (both[0], both[1]),
                    ArrayList { Count: 2 } both => (both[0]!, both[1]),
                    _ => throw new FormatException("an ordered dictionary is made of something else than pairs"),
                };
                table[key] = value;
            }
            return table;
        }
    }

    private sealed class Table : Hashtable
    {
        // By that name the package looks for it: the versions of the modules, which nobody needs.
#pragma warning disable CA1707, IDE1006, CA1822, CA1801, IDE0060
        public void __setstate__(Hashtable attributes)
        {
        }
#pragma warning restore CA1707, IDE1006, CA1822, CA1801, IDE0060
    }
}
