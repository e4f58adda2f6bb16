using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;

namespace IlgpuGan.Ranks;

/// <summary>What rank 0 has all ranks do, each rank at the same place of its run.</summary>
internal enum RankOrder
{
    /// <summary>Take the settings of the run that follow, and load its data.</summary>
    Settings = 1,

    /// <summary>Make a step.</summary>
    Step,

    /// <summary>Take over the state that follows.</summary>
    Load,

    /// <summary>Go back to the state before the first step.</summary>
    Begin,

    /// <summary>Say what the weights are, and empty the sums of reports.</summary>
    Report,

    /// <summary>Halve the learning rates so many times.</summary>
    Rollbacks,

    /// <summary>Look for the first number that was not finite, all together.</summary>
    Explain,

    /// <summary>Leave.</summary>
    End,
}

/// <summary>How a rank fares.</summary>
/// <param name="Name">Where it is, and on what.</param>
/// <param name="Waited">Time that it has waited for others so far.</param>
internal sealed record RankStatus(string Name, TimeSpan Waited);

/// <summary>
/// The ranks of a job that train together. Rank 0 leads: what it does to its trainer it has the others do, by an order before each step or other change; so all have the same state,
/// and only rank 0 needs to know of reports, pictures and checkpoints.
/// </summary>
internal sealed unsafe class RankTeam : IDisposable
{
    private const int LongestName = 2048, OrderBytes = 16;

    private readonly IRankLink link;
    private readonly CancellationTokenSource asked = new();
    private bool isBusy, isTogether;

    /// <summary>A team whose ranks have all said who they are.</summary>
    /// <param name="link">Carries the messages; disposed with the team.</param>
    /// <param name="name">Where this rank is, and on what.</param>
    public RankTeam(IRankLink link, string name)
    {
        this.link = link;
        var text = new byte[LongestName];
        Encoding.UTF8.TryGetBytes(name.Length > LongestName / 4 ? name[..(LongestName / 4)] : name, text, out _);
        Status = [.. (Gather(text) ?? []).Select(given => new RankStatus(Encoding.UTF8.GetString(given).TrimEnd('\0'), TimeSpan.Zero))];
    }

    /// <summary>Number of this rank.</summary>
    public int Rank => link.Rank;

    /// <summary>How many there are.</summary>
    public int Ranks => link.Ranks;

    /// <summary>Whether this is rank 0.</summary>
    public bool IsLeader => Rank == 0;

    /// <summary>Rank 0 alone knows: how each rank fared at the last report.</summary>
    public IReadOnlyList<RankStatus> Status { get; private set; }

    /// <summary>Whether all ranks are at work on one order that takes many steps.</summary>
    public bool AreTogether => isTogether;

    /// <summary>Whether this rank was asked to stop, which it tells the others with its next sum.</summary>
    public bool WantsStop { get; set; }

    /// <summary>Cancelled when any rank was asked to stop, on all in the same step.</summary>
    public CancellationToken Asked => asked.Token;

    /// <summary>Has the others do what this rank is about to do. Of a rank that follows, and of all while they work together on one order, nothing.</summary>
    public void Announce(RankOrder order, long argument = 0)
    {
        if (!IsLeader || isTogether)
        {
            return;
        }
        var bytes = new byte[OrderBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)order);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), argument);
        Share(bytes);
    }

    /// <summary>The next order, of a rank that follows.</summary>
    public (RankOrder Order, long Argument) Next()
    {
        var bytes = new byte[OrderBytes];
        Share(bytes);
        return ((RankOrder)BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)));
    }

    /// <summary>Does what all ranks do in step with each other; if it fails here, it fails for all.</summary>
    public T Do<T>(Func<T> work)
    {
        bool before = isBusy;
        isBusy = true;
        var done = work();
        isBusy = before;
        return done;
    }

    /// <summary>Does on all ranks what takes many steps, which then need no orders.</summary>
    public T DoTogether<T>(Func<T> work)
    {
        bool before = isTogether;
        isTogether = true;
        try
        {
            return Do(work);
        }
        finally
        {
            isTogether = before;
        }
    }

    /// <summary>Gives all ranks what rank 0 has.</summary>
    public void Share(Span<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            int reach = 1;
            while (reach < Ranks && (Rank & reach) == 0)
            {
                reach *= 2;
            }
            if (Rank != 0)
            {
                link.Transfer([], null, Rank - reach, first, bytes.Length);
            }
            // The farthest first, who have most to send on.
            var to = new List<int>();
            for (int distance = reach / 2; distance > 0; distance /= 2)
            {
                if (Rank + distance < Ranks)
                {
                    to.Add(Rank + distance);
                }
            }
            link.Transfer(CollectionsMarshal.AsSpan(to), first, null, null, bytes.Length);
        }
    }

    /// <summary>Gives all ranks a text of rank 0.</summary>
    /// <param name="text">The text; of other ranks anything.</param>
    public string Share(string text)
    {
        byte[] bytes = IsLeader ? Encoding.UTF8.GetBytes(text) : [], length = BitConverter.GetBytes(bytes.Length);
        Share(length);
        if (!IsLeader)
        {
            bytes = new byte[BitConverter.ToInt32(length)];
        }
        Share(bytes.AsSpan());
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Brings what each rank has, equally long, to rank 0.</summary>
    /// <returns>Of each rank; null on the others.</returns>
    public byte[][]? Gather(byte[] own)
    {
        fixed (byte* first = own)
        {
            if (!IsLeader)
            {
                link.Transfer([0], first, null, null, own.Length);
                return null;
            }
        }
        byte[][] all = [own, .. Enumerable.Range(1, Ranks - 1).Select(_ => new byte[own.Length])];
        for (int rank = 1; rank < Ranks; rank++)
        {
            fixed (byte* first = all[rank])
            {
                link.Transfer([], null, rank, first, own.Length);
            }
        }
        return all;
    }

    /// <summary>
    /// Adds what the ranks have, as the tree says: on all ranks the same bits. The first numbers are means over the batch, to be multiplied by the share that a leaf has of it.
    /// </summary>
    /// <param name="values">[count] of this rank; the sum afterwards.</param>
    /// <param name="other">[count] to be overwritten.</param>
    /// <param name="means">How many are means.</param>
    /// <param name="vote">Which number says whether a rank was asked to stop.</param>
    /// <param name="tree">Which leaves the ranks have.</param>
    public void Sum(Span<float> values, Span<float> other, int means, int vote, RankTree tree)
    {
        values[vote] = WantsStop ? 1 : 0;
        fixed (float* mine = values, theirs = other)
        {
            foreach (var meeting in tree.MeetingsOf(Rank))
            {
                link.Transfer(meeting.To, mine, meeting.From, theirs, (long)values.Length * sizeof(float));
                // The same sum whichever side one is on, down to which of two NaN it is.
                Add(meeting.IsLeft ? values : other, meeting.IsLeft ? other : values, values);
            }
        }
        TensorPrimitives.Multiply(values[..means], 1f / tree.Leaves, values[..means]);
        if (values[vote] > 0)
        {
            asked.Cancel();
        }
    }

    /// <summary>Compares the weights of all ranks, and notes how they fare.</summary>
    /// <param name="step">The step that they have made.</param>
    /// <param name="digest">Tells the weights of this rank.</param>
    /// <exception cref="RanksException">On rank 0: a rank has other weights.</exception>
    public void Compare(long step, string digest)
    {
        byte[] text = Encoding.ASCII.GetBytes(digest);
        var all = Gather([.. text, .. BitConverter.GetBytes(link.Waited.Ticks)]);
        if (all is null)
        {
            return;
        }
        Status = [.. Status.Zip(all, (status, given) => status with { Waited = new(BitConverter.ToInt64(given, text.Length)) })];
        if (Enumerable.Range(1, Ranks - 1).Where(rank => !all[rank].AsSpan(0, text.Length).SequenceEqual(text)).ToList() is { Count: > 0 } strangers)
        {
            throw new RanksException($"{(strangers.Count == 1 ? "Rank" : "Ranks")} {string.Join(", ", strangers.Select(rank => $"{rank} ({Status[rank].Name})"))} "
                + $"{(strangers.Count == 1 ? "has" : "have")} other weights than rank 0 ({Status[0].Name}) at step {step}: a processor or its memory errs, or versions differ. "
                + "Leave that machine out and go on from a checkpoint of the report before, or an earlier one, with --resume STEP.");
        }
    }

    /// <summary>Ends the team: in order where all ranks wait for the next order, else with all their processes.</summary>
    public void Dispose()
    {
        if (isBusy)
        {
            link.Abort(1);
        }
        else
        {
            Announce(RankOrder.End);
        }
        link.Dispose();
        asked.Dispose();
    }

    private static void Add(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> sum)
    {
        int width = Vector<float>.Count, i = 0;
        for (; i <= sum.Length - width; i += width)
        {
            (new Vector<float>(left[i..]) + new Vector<float>(right[i..])).CopyTo(sum[i..]);
        }
        for (; i < sum.Length; i++)
        {
            sum[i] = left[i] + right[i];
        }
    }
}
