using System.Globalization;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>Makes an instruction of its form and its operands.</summary>
internal sealed class InstructionBuilder(
    RegisterLayout layout, SharedLayout shared, Dictionary<string, int> parameters, Form form, string name, Operand[] operands, int line)
{
    public required int Predicate { get; init; }

    public required bool IsNegated { get; init; }

    public required string Text { get; init; }

    /// <summary>Where a branch goes.</summary>
    public string Label()
    {
        Count(1);
        return Word(0);
    }

    public Instruction Build() => form.Operation switch
    {
        Operation.Branch => Make(),
        Operation.Return or Operation.CopyCommit or Operation.CopyWaitAll => Without(),
        Operation.Barrier => Barrier(),
        Operation.LoadParameter => Parameter(),
        Operation.LoadGlobal or Operation.LoadShared => Move(isLoad: true),
        Operation.StoreGlobal or Operation.StoreShared => Move(isLoad: false),
        Operation.CopyStart => Copy(),
        Operation.CopyWait => Wait(),
        Operation.MmaTf32 or Operation.MmaBf16 => Product(),
        _ => Arithmetic(),
    };

    private Instruction Make(int d = -1, int a = -1, int b = -1, int c = -1, int[]? elements = null, int bytes = 0, int offset = 0, int sourceOffset = 0, int number = -1) => new()
    {
        Operation = form.Operation,
        Line = line,
        Text = Text,
        Predicate = Predicate,
        IsNegated = IsNegated,
        D = d,
        A = a,
        B = b,
        C = c,
        Elements = elements ?? [],
        IsWide = form.Operands.StartsWith('l'),
        Bytes = bytes,
        Offset = offset,
        SourceOffset = sourceOffset,
        Number = number,
        IsUniform = form.IsUniform,
    };

    private Instruction Without()
    {
        Count(0);
        return Make();
    }

    private Instruction Barrier()
    {
        Count(1);
        return Word(0) == "0" ? Make() : throw new PtxException("only barrier 0 of all threads is known", line);
    }

    private Instruction Parameter()
    {
        Count(2);
        var place = Address(1);
        if (!parameters.TryGetValue(place.Word, out int offset))
        {
            throw new PtxException($"there is no parameter {place.Word}", line);
        }
        return Make(layout.Register(Word(0), form.Operands[0], line), bytes: form.ElementBytes, offset: offset + place.Offset);
    }

    private Instruction Move(bool isLoad)
    {
        Count(2);
        var place = Address(isLoad ? 1 : 0);
        var moved = operands[isLoad ? 0 : 1];
        if (moved.Kind != (form.Elements > 1 ? OperandKind.Vector : OperandKind.Word) || moved.Words.Length != form.Elements)
        {
            throw new PtxException($"'{name}' moves {form.Elements} elements", line);
        }
        int[] elements = [.. moved.Words.Select(word => isLoad ? layout.Register(word, form.Operands[0], line) : Source(word, form.Operands[0]))];
        return Make(a: Source(place.Word, 'l'), elements: elements, bytes: form.ElementBytes, offset: place.Offset);
    }

    private Instruction Copy()
    {
        if (operands.Length is not (3 or 4))
        {
            throw new PtxException($"'{name}' takes 3 or 4 operands", line);
        }
        var (target, source) = (Address(0), Address(1));
        if (!int.TryParse(Word(2), out int bytes) || bytes is not (4 or 8 or 16) || (form.ElementBytes > 0 && bytes != form.ElementBytes))
        {
            throw new PtxException($"'{name}' does not copy {Word(2)} bytes", line);
        }
        int size = operands.Length == 4 ? Source(Word(3), 'i') : layout.Number(isWide: false, (ulong)bytes);
        return Make(a: Source(target.Word, 'l'), b: Source(source.Word, 'l'), c: size, bytes: bytes, offset: target.Offset, sourceOffset: source.Offset);
    }

    private Instruction Wait()
    {
        Count(1);
        return int.TryParse(Word(0), out int groups) && groups >= 0 ? Make(number: groups) : throw new PtxException($"'{Word(0)}' is no number of groups", line);
    }

    private Instruction Product()
    {
        Count(4);
        int[] sizes = [4, 4, 2, 4];
        var elements = new List<int>();
        for (int i = 0; i < sizes.Length; i++)
        {
            if (operands[i].Kind != OperandKind.Vector || operands[i].Words.Length != sizes[i])
            {
                throw new PtxException($"'{name}' takes {sizes[i]} registers as operand {i + 1}", line);
            }
            elements.AddRange(operands[i].Words.Select(word => i == 0 ? layout.Register(word, 'i', line) : Source(word, 'i')));
        }
        return Make(elements: [.. elements]);
    }

    private Instruction Arithmetic()
    {
        Count(form.Operands.Length);
        int d = layout.Register(Word(0), form.Operands[0], line);
        int shift = -1;
        if (form.Operands.EndsWith('s') && !Word(2).StartsWith('%'))
        {
            shift = (int)Math.Min((uint)Bits(Word(2), isWide: false), 64);
        }
        int At(int i) => operands.Length > i ? Source(Word(i), form.Operands[i]) : -1;
        return Make(d, At(1), At(2), At(3), number: shift);
    }

    private void Count(int wanted)
    {
        if (operands.Length != wanted)
        {
            throw new PtxException($"'{name}' takes {wanted} operands, not {operands.Length}", line);
        }
    }

    private string Word(int i) => operands[i].Kind == OperandKind.Word
        ? operands[i].Word
        : throw new PtxException($"operand {i + 1} of '{name}' is a register or a number", line);

    private Operand Address(int i) => operands[i].Kind == OperandKind.Address
        ? operands[i]
        : throw new PtxException($"operand {i + 1} of '{name}' is an address", line);

    private int Source(string word, char kind)
    {
        if (word.StartsWith('%'))
        {
            return kind is 'i' or 's' && layout.SpecialRegister(word) is { } special ? special : layout.Register(word, kind, line);
        }
        if (kind == 'p')
        {
            throw new PtxException($"'{word}' is no predicate", line);
        }
        if (kind == 'l' && shared.AddressOf(word) is { } address)
        {
            return layout.Number(isWide: true, (ulong)address);
        }
        return layout.Number(kind == 'l', Bits(word, kind == 'l'));
    }

    /// <summary>A number of the text, as the bits of a register.</summary>
    private ulong Bits(string word, bool isWide)
    {
        var digits = word.AsSpan();
        ulong bits;
        if (digits.StartsWith("0f") || digits.StartsWith("0F"))
        {
            if (!isWide && digits.Length == 10 && ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bits))
            {
                return bits;
            }
        }
        else if (digits.StartsWith("0d") || digits.StartsWith("0D"))
        {
            if (isWide && digits.Length == 18 && ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bits))
            {
                return bits;
            }
        }
        else
        {
            bool isNegative = digits[0] == '-';
            digits = digits[(isNegative ? 1 : 0)..].TrimEnd('U');
            bool isHex = digits.StartsWith("0x") || digits.StartsWith("0X");
            if (ulong.TryParse(isHex ? digits[2..] : digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out bits))
            {
                bool fits = isWide ? !isNegative || bits <= 1UL << 63 : bits <= (isNegative ? 1UL << 31 : uint.MaxValue);
                bits = isNegative ? 0 - bits : bits;
                if (fits)
                {
                    return isWide ? bits : (uint)bits;
                }
            }
        }
        throw new PtxException($"'{word}' is no number of {(isWide ? 64 : 32)} bits, and no name that is known", line);
    }
}
