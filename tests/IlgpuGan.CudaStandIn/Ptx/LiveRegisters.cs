using System.Collections;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>
/// How many registers of 32 bits hold, at the fullest place of a kernel's text, what is read later. Predicates, numbers of the text and parameters take none: a card reads the last where they lie. An
/// estimate of what a thread needs and no more: an assembler puts instructions in another order, computes anew what is cheap, halves addresses of shared memory, which are counted as
/// two, and keeps apart what is the same for a whole warp.
/// </summary>
internal static class LiveRegisters
{
    public static int Most(Instruction[] code, RegisterLayout layout)
    {
        var flow = new ControlFlow(code);
        var words = layout.Words.ToDictionary();
        foreach (int parameter in code.Where(IsParameter).Select(instruction => instruction.D).Except(code.Where(instruction => !IsParameter(instruction)).SelectMany(DoubtfulRegisters.Written)))
        {
            words.Remove(parameter);
        }
        BitArray[] atStart = [.. Enumerable.Range(0, flow.Blocks).Select(_ => new BitArray(layout.Rows))];
        int most = 0;
        for (bool changes = true; changes;)
        {
            changes = false;
            for (int block = flow.Blocks - 1; block >= 0; block--)
            {
                var live = new BitArray(layout.Rows);
                foreach (int next in flow.Successors[block].Where(next => next < flow.Blocks))
                {
                    live.Or(atStart[next]);
                }
                most = Math.Max(most, Before(code.AsSpan(flow.Start(block)..flow.End(block)), live, words));
                changes |= !live.Cast<bool>().SequenceEqual(atStart[block].Cast<bool>());
                atStart[block] = live;
            }
        }
        return most;
    }

    private static bool IsParameter(Instruction instruction) => instruction.Operation == Operation.LoadParameter;

    /// <summary>Makes of what is read behind some instructions what is read from their start on; gives the most words on the way.</summary>
    private static int Before(ReadOnlySpan<Instruction> code, BitArray live, Dictionary<int, int> words)
    {
        int count = words.Where(register => live[register.Key]).Sum(register => register.Value), most = count;
        for (int i = code.Length - 1; i >= 0; i--)
        {
            // What nobody reads is written all the same.
            foreach (int place in DoubtfulRegisters.Written(code[i]))
            {
                Set(place, true);
            }
            most = Math.Max(most, count);
            if (code[i].Predicate < 0)
            {
                foreach (int place in DoubtfulRegisters.Written(code[i]))
                {
                    Set(place, false);
                }
            }
            foreach (int place in DoubtfulRegisters.Read(code[i]))
            {
                Set(place, true);
            }
            most = Math.Max(most, count);
        }
        return most;

        void Set(int place, bool isLive)
        {
            if (live[place] != isLive)
            {
                live[place] = isLive;
                count += (isLive ? 1 : -1) * words.GetValueOrDefault(place);
            }
        }
    }
}
