namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>Reads a kernel behind its <c>.entry</c>.</summary>
internal sealed class KernelReader
{
    private readonly Tokens tokens;
    private readonly RegisterLayout layout = new();
    private readonly SharedLayout shared = new();
    private readonly Dictionary<string, int> parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> labels = new(StringComparer.Ordinal);
    private readonly List<(int Instruction, string Label)> branches = [];
    private readonly List<Instruction> code = [];
    private int parameterBytes;
    private int maximumThreads;
    private int residentGroups;

    public KernelReader(Tokens tokens, IEnumerable<Action<SharedLayout>> declarations)
    {
        this.tokens = tokens;
        foreach (var declare in declarations)
        {
            declare(shared);
        }
    }

    public PtxKernel Read()
    {
        string name = tokens.Take();
        if (tokens.TakeIf("("))
        {
            ReadParameters();
        }
        while (tokens.Next != "{")
        {
            ReadPromise();
        }
        tokens.Take();
        while (!tokens.TakeIf("}"))
        {
            ReadStatement();
        }
        // A kernel ends where its text ends.
        code.Add(new() { Operation = Operation.Return, Line = tokens.Line, Text = "}" });
        foreach (var (instruction, label) in branches)
        {
            code[instruction].Target = labels.TryGetValue(label, out int target) ? target : throw new PtxException($"there is no label {label}", code[instruction].Line);
        }
        var body = code.ToArray();
        var flow = new ControlFlow(body);
        flow.SetMeetings();
        DoubtfulRegisters.Mark(body, flow, layout);
        return new(body, layout) { Name = name, ParameterBytes = parameterBytes, StaticSharedBytes = shared.Bytes, MaximumThreads = maximumThreads, ResidentGroups = residentGroups };
    }

    private void ReadParameters()
    {
        while (!tokens.TakeIf(")"))
        {
            tokens.Expect(".param");
            int alignment = 0, size = 0;
            while (tokens.Next.StartsWith('.'))
            {
                int line = tokens.Line;
                string word = tokens.Take();
                if (word == ".align")
                {
                    alignment = tokens.Number();
                }
                else if (word.Length >= 3 && int.TryParse(word.AsSpan(2), out int bits))
                {
                    size = bits / 8;
                }
                else
                {
                    throw new PtxException($"{word} of a parameter is not known", line);
                }
            }
            alignment = Math.Max(alignment, size);
            string name = tokens.Take();
            if (tokens.TakeIf("["))
            {
                size *= tokens.Number();
                tokens.Expect("]");
            }
            parameterBytes = (parameterBytes + alignment - 1) / alignment * alignment;
            parameters[name] = parameterBytes;
            parameterBytes += size;
            if (tokens.Next != ")")
            {
                tokens.Expect(",");
            }
        }
    }

    private void ReadPromise()
    {
        int line = tokens.Line;
        string word = tokens.Take();
        if (word is not (".maxntid" or ".reqntid" or ".minnctapersm" or ".maxnreg"))
        {
            throw new PtxException($"'{word}' of a kernel is not known", line);
        }
        int count = tokens.Number();
        while (tokens.TakeIf(","))
        {
            count *= tokens.Number();
        }
        if (word is ".maxntid" or ".reqntid")
        {
            maximumThreads = count;
        }
        else if (word == ".minnctapersm")
        {
            residentGroups = count;
        }
    }

    private void ReadStatement()
    {
        int line = tokens.Line;
        switch (tokens.Next)
        {
            case ".reg":
                tokens.Take();
                ReadRegisters();
                return;
            case ".shared":
                tokens.Take();
                shared.Read(tokens);
                return;
            case ".extern":
                tokens.Take();
                tokens.Expect(".shared");
                shared.Read(tokens);
                return;
            case ".pragma":
                while (!tokens.TakeIf(";"))
                {
                    tokens.Take();
                }
                return;
            case "@":
                tokens.Take();
                bool isNegated = tokens.TakeIf("!");
                string predicate = tokens.Take();
                ReadInstruction(tokens.Take(), line, predicate, isNegated);
                return;
        }
        string word = tokens.Take();
        if (tokens.TakeIf(":"))
        {
            labels[word] = code.Count;
        }
        else if (word.StartsWith('.') || word is "{" or "}")
        {
            throw new PtxException($"'{word}' is not known in a kernel", line);
        }
        else
        {
            ReadInstruction(word, line, predicate: null, isNegated: false);
        }
    }

    private void ReadRegisters()
    {
        int line = tokens.Line;
        string type = tokens.Take();
        do
        {
            string name = tokens.Take();
            int? count = null;
            if (tokens.TakeIf("<"))
            {
                count = tokens.Number();
                tokens.Expect(">");
            }
            layout.Declare(type, name, count, line);
        }
        while (tokens.TakeIf(","));
        tokens.Expect(";");
    }

    private void ReadInstruction(string name, int line, string? predicate, bool isNegated)
    {
        if (!Forms.All.TryGetValue(name, out var form))
        {
            throw new PtxException($"'{name}' is not known", line);
        }
        var operands = new List<Operand>();
        while (!tokens.TakeIf(";"))
        {
            if (operands.Count > 0)
            {
                tokens.Expect(",");
            }
            operands.Add(Operand.Read(tokens));
        }
        string guard = predicate is null ? "" : $"@{(isNegated ? "!" : "")}{predicate} ";
        int place = predicate is null ? -1 : layout.Register(predicate, 'p', line);
        string text = operands.Count == 0 ? $"{guard}{name}" : $"{guard}{name} {string.Join(", ", operands)}";
        var builder = new InstructionBuilder(layout, shared, parameters, form, name, [.. operands], line) { Predicate = place, IsNegated = isNegated, Text = text };
        if (form.Operation == Operation.Branch)
        {
            branches.Add((code.Count, builder.Label()));
        }
        code.Add(builder.Build());
    }
}
