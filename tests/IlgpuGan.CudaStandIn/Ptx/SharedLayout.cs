namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>Where the arrays of a kernel's shared memory lie; those of unknown size begin behind all others.</summary>
internal sealed class SharedLayout
{
    private readonly Dictionary<string, int> offsets = new(StringComparer.Ordinal);
    private readonly List<(string Name, int Alignment)> open = [];

    /// <summary>Bytes of the arrays whose size is known.</summary>
    public int Bytes { get; private set; }

    /// <summary>The address of an array.</summary>
    public int? AddressOf(string name)
    {
        if (offsets.TryGetValue(name, out int offset))
        {
            return offset;
        }
        foreach (var (dynamic, alignment) in open)
        {
            if (dynamic == name)
            {
                return (Bytes + alignment - 1) / alignment * alignment;
            }
        }
        return null;
    }

    /// <summary>Reads a declaration behind its <c>.shared</c>.</summary>
    public void Read(Tokens tokens)
    {
        int alignment = 1, size = 1;
        while (tokens.Next.StartsWith('.'))
        {
            int line = tokens.Line;
            string word = tokens.Take();
            if (word == ".align")
            {
                alignment = tokens.Number();
            }
            else if (word.Length < 3 || !int.TryParse(word.AsSpan(2), out int bits))
            {
                throw new PtxException($"{word} of shared memory is not known", line);
            }
            else
            {
                size = bits / 8;
            }
        }
        alignment = Math.Max(alignment, size);
        string name = tokens.Take();
        long count = 1;
        bool isOpen = false;
        while (tokens.TakeIf("["))
        {
            if (tokens.TakeIf("]"))
            {
                isOpen = true;
            }
            else
            {
                count *= tokens.Number();
                tokens.Expect("]");
            }
        }
        int at = tokens.Line;
        tokens.Expect(";");
        if (isOpen)
        {
            open.Add((name, alignment));
            return;
        }
        int offset = (Bytes + alignment - 1) / alignment * alignment;
        if (offset + (count * size) > 1 << 20)
        {
            throw new PtxException($"{name} is larger than any shared memory", at);
        }
        offsets[name] = offset;
        Bytes = offset + (int)(count * size);
    }
}
