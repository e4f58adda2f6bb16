using System.Collections;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>
/// Finds the reads of registers that some way through the kernel reaches before any write. Only those are watched thread by thread; all others are proven
/// when the kernel is read.
/// </summary>
internal static class DoubtfulRegisters
{
    public static void Mark(Instruction[] code, ControlFlow flow, RegisterLayout layout)
    {
        // Constants and what a thread is told are always there.
        var given = new BitArray(layout.Rows);
        foreach (var constant in layout.Constants)
        {
            given[constant.Place] = true;
        }
        foreach (int place in layout.SpecialPlaces.Values)
        {
            given[place] = true;
        }
        var atEntry = Solve(code, flow, given);
        var doubted = new HashSet<int>();
        for (int block = 0; block < flow.Blocks; block++)
        {
            if (atEntry[block] is not { } known)
            {
                continue;
            }
            known = new(known);
            for (int i = flow.Start(block); i < flow.End(block); i++)
            {
                int[] doubtful = [.. Read(code[i]).Where(place => !known[place]).Distinct()];
                code[i].Doubtful = doubtful;
                doubted.UnionWith(doubtful);
                Write(code[i], known);
            }
        }
        if (doubted.Count == 0)
        {
            return;
        }
        foreach (var instruction in code)
        {
            instruction.Doubted = [.. Written(instruction).Where(doubted.Contains)];
        }
    }

    /// <summary>What is surely written at the entry of each block; null for a block that nothing reaches.</summary>
    private static BitArray?[] Solve(Instruction[] code, ControlFlow flow, BitArray given)
    {
        var atEntry = new BitArray?[flow.Blocks];
        atEntry[0] = given;
        var open = new Queue<int>([0]);
        while (open.TryDequeue(out int block))
        {
            var known = new BitArray(atEntry[block]!);
            for (int i = flow.Start(block); i < flow.End(block); i++)
            {
                Write(code[i], known);
            }
            foreach (int next in flow.Successors[block])
            {
                if (next == flow.Blocks)
                {
                    continue;
                }
                if (atEntry[next] is not { } before)
                {
                    atEntry[next] = new(known);
                    open.Enqueue(next);
                    continue;
                }
                var both = new BitArray(before).And(known);
                if (both.Cast<bool>().SequenceEqual(before.Cast<bool>()))
                {
                    continue;
                }
                atEntry[next] = both;
                open.Enqueue(next);
            }
        }
        return atEntry;
    }

    private static void Write(Instruction instruction, BitArray known)
    {
        if (instruction.Predicate >= 0)
        {
            return;
        }
        foreach (int place in Written(instruction))
        {
            known[place] = true;
        }
    }

    /// <summary>Registers that an instruction writes.</summary>
    public static IEnumerable<int> Written(Instruction instruction) => instruction.Operation switch
    {
        Operation.LoadGlobal or Operation.LoadShared => instruction.Elements,
        Operation.MmaTf32 or Operation.MmaBf16 => instruction.Elements.Take(4),
        _ => instruction.D >= 0 ? [instruction.D] : [],
    };

    /// <summary>Registers and numbers that it reads.</summary>
    public static IEnumerable<int> Read(Instruction instruction)
    {
        int[] operands = [instruction.Predicate, instruction.A, instruction.B, instruction.C];
        var elements = instruction.Operation switch
        {
            Operation.StoreGlobal or Operation.StoreShared => instruction.Elements,
            Operation.MmaTf32 or Operation.MmaBf16 => instruction.Elements.Skip(4),
            _ => [],
        };
        return operands.Where(place => place >= 0).Concat(elements);
    }
}
