namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>What an operand is.</summary>
internal enum OperandKind
{
    /// <summary>A register, a number or a name.</summary>
    Word,

    /// <summary>An address in brackets: a word and what is added to it.</summary>
    Address,

    /// <summary>Several words in braces.</summary>
    Vector,
}

/// <summary>An operand as it is written.</summary>
internal sealed record Operand(OperandKind Kind, string[] Words, int Offset)
{
    public string Word => Words[0];

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        OperandKind.Address => Offset == 0 ? $"[{Word}]" : $"[{Word}{(Offset < 0 ? "" : "+")}{Offset}]",
        OperandKind.Vector => $"{{{string.Join(", ", Words)}}}",
        _ => Word,
    };

    public static Operand Read(Tokens tokens)
    {
        if (tokens.TakeIf("{"))
        {
            var words = new List<string>();
            do
            {
                words.Add(ReadWord(tokens));
            }
            while (tokens.TakeIf(","));
            tokens.Expect("}");
            return new(OperandKind.Vector, [.. words], 0);
        }
        if (!tokens.TakeIf("["))
        {
            return new(OperandKind.Word, [ReadWord(tokens)], 0);
        }
        string place = tokens.Take();
        int offset = 0;
        if (tokens.TakeIf("+"))
        {
            offset = tokens.TakeIf("-") ? -tokens.Number() : tokens.Number();
        }
        else if (tokens.TakeIf("-"))
        {
            offset = -tokens.Number();
        }
        tokens.Expect("]");
        return new(OperandKind.Address, [place], offset);
    }

    private static string ReadWord(Tokens tokens) => tokens.TakeIf("-") ? $"-{tokens.Take()}" : tokens.Take();
}
