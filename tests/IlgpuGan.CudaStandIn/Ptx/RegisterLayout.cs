namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>What a thread is told of where it stands.</summary>
internal enum Special
{
    ThreadX,
    ThreadY,
    ThreadZ,
    ThreadsX,
    ThreadsY,
    ThreadsZ,
    GroupX,
    GroupY,
    GroupZ,
    GroupsX,
    GroupsY,
    GroupsZ,
    DynamicSharedBytes,
}

/// <summary>A place that holds one number for all threads.</summary>
internal readonly record struct Constant(int Place, bool IsWide, ulong Bits);

/// <summary>
/// The places of a kernel's registers and constants: rows of a number of 32 bits for each thread of a group, two rows one behind the other for 64 bits.
/// Predicates are rows of all ones and all zeroes.
/// </summary>
internal sealed class RegisterLayout
{
    /// <summary>The classes of registers, by the letters of <see cref="Form.Operands"/>.</summary>
    private static readonly Dictionary<string, char> Classes = new(StringComparer.Ordinal)
    {
        [".pred"] = 'p', [".b8"] = 'n', [".b16"] = 'n', [".u16"] = 'n', [".s16"] = 'n', [".b32"] = 'i', [".u32"] = 'i', [".s32"] = 'i', [".f32"] = 'i',
        [".b64"] = 'l', [".u64"] = 'l', [".s64"] = 'l', [".f64"] = 'l',
    };

    private static readonly Dictionary<string, Special> Specials = new(StringComparer.Ordinal)
    {
        ["%tid.x"] = Special.ThreadX, ["%tid.y"] = Special.ThreadY, ["%tid.z"] = Special.ThreadZ,
        ["%ntid.x"] = Special.ThreadsX, ["%ntid.y"] = Special.ThreadsY, ["%ntid.z"] = Special.ThreadsZ,
        ["%ctaid.x"] = Special.GroupX, ["%ctaid.y"] = Special.GroupY, ["%ctaid.z"] = Special.GroupZ,
        ["%nctaid.x"] = Special.GroupsX, ["%nctaid.y"] = Special.GroupsY, ["%nctaid.z"] = Special.GroupsZ,
        ["%dynamic_smem_size"] = Special.DynamicSharedBytes,
    };

    private readonly Dictionary<string, char> declared = new(StringComparer.Ordinal);
    private readonly List<(string Prefix, int Count, char Class)> ranges = [];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> words = [];
    private readonly Dictionary<(bool IsWide, ulong Bits), int> constants = [];
    private readonly Dictionary<Special, int> specials = [];

    /// <summary>Rows of all places.</summary>
    public int Rows { get; private set; }

    /// <summary>Places that hold a number of the text.</summary>
    public IEnumerable<Constant> Constants => constants.Select(entry => new Constant(entry.Value, entry.Key.IsWide, entry.Key.Bits));

    /// <summary>Places that say where a thread stands.</summary>
    public IReadOnlyDictionary<Special, int> SpecialPlaces => specials;

    /// <summary>The words of 32 bits that registers take, by their places; predicates take none.</summary>
    public IReadOnlyDictionary<int, int> Words => words;

    /// <summary>The names of registers by their places.</summary>
    public IReadOnlyDictionary<int, string> Names => places.ToDictionary(entry => entry.Value, entry => entry.Key);

    /// <summary>Declares one register, or as many as have a number behind a prefix.</summary>
    public void Declare(string type, string name, int? count, int line)
    {
        if (!Classes.TryGetValue(type, out char kind))
        {
            throw new PtxException($"registers of {type} are not known", line);
        }
        if (count is { } many)
        {
            ranges.Add((name, many, kind));
        }
        else
        {
            declared[name] = kind;
        }
    }

    /// <summary>The place of a register, which must be of a class.</summary>
    public int Register(string name, char wanted, int line)
    {
        char kind = ClassOf(name, line);
        if (kind != wanted && !(wanted == 's' && kind == 'i') && !(wanted == 'n' && kind == 'i'))
        {
            throw new PtxException($"register {name} has another size than the instruction", line);
        }
        if (!places.TryGetValue(name, out int place))
        {
            place = Take(kind == 'l');
            places[name] = place;
            words[place] = kind switch { 'p' => 0, 'l' => 2, _ => 1 };
        }
        return place;
    }

    /// <summary>The place of a special register; null if the name is none.</summary>
    public int? SpecialRegister(string name)
    {
        if (!Specials.TryGetValue(name, out var special))
        {
            return null;
        }
        if (!specials.TryGetValue(special, out int place))
        {
            specials[special] = place = Take(isWide: false);
        }
        return place;
    }

    /// <summary>The place of a number.</summary>
    public int Number(bool isWide, ulong bits)
    {
        if (!constants.TryGetValue((isWide, bits), out int place))
        {
            constants[(isWide, bits)] = place = Take(isWide);
        }
        return place;
    }

    private char ClassOf(string name, int line)
    {
        if (declared.TryGetValue(name, out char kind))
        {
            return kind;
        }
        foreach (var (prefix, count, range) in ranges)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(prefix.Length), out int number) && number < count)
            {
                return range;
            }
        }
        throw new PtxException($"register {name} is not declared", line);
    }

    private int Take(bool isWide)
    {
        int place = Rows;
        Rows += isWide ? 2 : 1;
        return place;
    }
}
