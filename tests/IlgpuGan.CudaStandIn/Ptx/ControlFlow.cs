namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>
/// The blocks of a kernel and where threads that part meet again: at the immediate post-dominator, by the algorithm of Cooper, Harvey and Kennedy
/// ("A Simple, Fast Dominance Algorithm", 2001) from the end backwards.
/// </summary>
internal sealed class ControlFlow
{
    private readonly Instruction[] code;
    private readonly int[] starts;
    private readonly int[] blockOf;

    public ControlFlow(Instruction[] code)
    {
        this.code = code;
        var leaders = new SortedSet<int> { 0 };
        for (int i = 0; i < code.Length; i++)
        {
            if (code[i].Operation is not (Operation.Branch or Operation.Return))
            {
                continue;
            }
            if (i + 1 < code.Length)
            {
                leaders.Add(i + 1);
            }
            if (code[i].Target >= 0)
            {
                leaders.Add(code[i].Target);
            }
        }
        starts = [.. leaders];
        blockOf = new int[code.Length];
        for (int block = 0; block < starts.Length; block++)
        {
            blockOf.AsSpan(starts[block]..End(block)).Fill(block);
        }
        Successors = [.. Enumerable.Range(0, starts.Length).Select(After)];
    }

    public int Blocks => starts.Length;

    /// <summary>The blocks behind each; the number of blocks stands for the end.</summary>
    public int[][] Successors { get; }

    public int Start(int block) => starts[block];

    public int End(int block) => block + 1 < starts.Length ? starts[block + 1] : code.Length;

    /// <summary>Says at each branch where the threads that it parts meet.</summary>
    public void SetMeetings()
    {
        int[] meeting = PostDominators();
        for (int i = 0; i < code.Length; i++)
        {
            if (code[i].Operation != Operation.Branch)
            {
                continue;
            }
            int block = meeting[blockOf[i]];
            code[i].Meeting = block == Blocks ? -1 : starts[block];
        }
    }

    private int[] After(int block)
    {
        var last = code[End(block) - 1];
        var next = new List<int>();
        if (last.Operation == Operation.Branch)
        {
            next.Add(blockOf[last.Target]);
        }
        else if (last.Operation == Operation.Return)
        {
            next.Add(Blocks);
        }
        if (last.Operation is not (Operation.Branch or Operation.Return) || last.Predicate >= 0)
        {
            next.Add(End(block) < code.Length ? blockOf[End(block)] : Blocks);
        }
        return [.. next.Distinct()];
    }

    private int[] PostDominators()
    {
        int end = Blocks;
        var before = new List<int>[Blocks + 1];
        for (int block = 0; block <= end; block++)
        {
            before[block] = [];
        }
        for (int block = 0; block < end; block++)
        {
            foreach (int next in Successors[block])
            {
                before[next].Add(block);
            }
        }
        int[] order = OrderFromEnd(before, end);
        int[] place = new int[Blocks + 1];
        Array.Fill(place, -1);
        for (int i = 0; i < order.Length; i++)
        {
            place[order[i]] = i;
        }
        int[] dominator = new int[Blocks + 1];
        Array.Fill(dominator, -1);
        dominator[end] = end;
        for (bool changes = true; changes;)
        {
            changes = false;
            foreach (int block in order.AsSpan(1))
            {
                int common = -1;
                foreach (int next in Successors[block])
                {
                    if (dominator[next] >= 0)
                    {
                        common = common < 0 ? next : Common(next, common);
                    }
                }
                changes |= dominator[block] != common;
                dominator[block] = common;
            }
        }
        // Blocks that never reach the end meet there, too: nobody waits for them.
        for (int block = 0; block < end; block++)
        {
            dominator[block] = dominator[block] < 0 ? end : dominator[block];
        }
        return dominator;

        int Common(int left, int right)
        {
            while (left != right)
            {
                while (place[left] > place[right])
                {
                    left = dominator[left];
                }
                while (place[right] > place[left])
                {
                    right = dominator[right];
                }
            }
            return left;
        }
    }

    private static int[] OrderFromEnd(List<int>[] before, int end)
    {
        var done = new List<int>();
        bool[] seen = new bool[end + 1];
        var open = new Stack<(int Block, int Next)>();
        open.Push((end, 0));
        seen[end] = true;
        while (open.TryPop(out var entry))
        {
            if (entry.Next == before[entry.Block].Count)
            {
                done.Add(entry.Block);
                continue;
            }
            open.Push((entry.Block, entry.Next + 1));
            int block = before[entry.Block][entry.Next];
            if (!seen[block])
            {
                seen[block] = true;
                open.Push((block, 0));
            }
        }
        done.Reverse();
        return [.. done];
    }
}
