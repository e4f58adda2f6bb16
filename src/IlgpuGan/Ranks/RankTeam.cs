using System.Buffers.Binary;
using System.Diagnostics;
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

    /// <summary>Say what the weights are.</summary>
    Compare,

    /// <summary>Halve the learning rates so many times.</summary>
    Rollbacks,

    /// <summary>Measure how long steps of so many leaves take without the others.</summary>
    MeasureSteps,

    /// <summary>Measure how long messages of so many bytes take.</summary>
    MeasureMessages,

    /// <summary>Look for the first number that was not finite, all together.</summary>
    Explain,

    /// <summary>Leave.</summary>
    End,
}

/// <summary>What a rank computes on.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Bits">What decides the bits of its results, in words: devices that have this in common compute the same.</param>
internal sealed record RankHardware(string Name, string Bits);

/// <summary>How a rank fares.</summary>
/// <param name="Name">Where it is, and on what.</param>
/// <param name="Waited">Time that it has waited for others since they met.</param>
internal sealed record RankStatus(string Name, TimeSpan Waited);

/// <summary>
/// The ranks of a job that train together. Rank 0 leads: what it does to its trainer it has the others do, by an order before each step or other change; so all have the same state,
/// and only rank 0 needs to know of reports, pictures and checkpoints.
/// </summary>
internal sealed unsafe class RankTeam : IDisposable
{
    // Below so many numbers the time of a message is that of its beginning, and fewer messages are faster than shorter ones.
    internal const int LeastHalved = 1 << 14;

    private const int LongestName = 2048, OrderBytes = 16;

    private readonly IRankLink link;
    private readonly CancellationTokenSource asked = new();
    private readonly IReadOnlyList<string> places;
    private bool isBusy, isTogether;
    private TimeSpan waitedBefore;
    private IReadOnlyList<TimeSpan> reported;
    private long reportedAt = Stopwatch.GetTimestamp();

    /// <summary>A team whose ranks have all said who they are.</summary>
    /// <param name="link">Carries the messages; disposed with the team.</param>
    /// <param name="name">Which process this rank is, with the host as its last word.</param>
    public RankTeam(IRankLink link, string name)
    {
        this.link = link;
        Status = [.. Gather(name, RankWait.Opening).Select(given => new RankStatus(given, TimeSpan.Zero))];
        (places, reported) = ([.. Status.Select(status => status.Name)], [.. Status.Select(status => status.Waited)]);
    }

    /// <summary>Number of this rank.</summary>
    public int Rank => link.Rank;

    /// <summary>How many there are.</summary>
    public int Ranks => link.Ranks;

    /// <summary>Whether this is rank 0.</summary>
    public bool IsLeader => Rank == 0;

    /// <summary>Rank 0 alone knows: how each rank fared at the last report.</summary>
    public IReadOnlyList<RankStatus> Status { get; private set; }

    /// <summary>Rank 0 alone knows: what each rank computes on; empty until they have met.</summary>
    public IReadOnlyList<RankHardware> Devices { get; private set; } = [];

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
        Share(bytes, RankWait.Order);
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
    /// <param name="bytes">Of rank 0 what is given, of the others where it goes.</param>
    /// <param name="wait">What is waited for; null for what all do in step.</param>
    public void Share(Span<byte> bytes, RankWait? wait = null)
    {
        wait ??= RankWait.Step;
        fixed (byte* first = bytes)
        {
            int reach = 1;
            while (reach < Ranks && (Rank & reach) == 0)
            {
                reach *= 2;
            }
            if (Rank != 0)
            {
                link.Transfer([], null, Rank - reach, first, bytes.Length, wait);
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
            link.Transfer(CollectionsMarshal.AsSpan(to), first, null, null, bytes.Length, RankWait.Step);
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
    /// <param name="own">What this one has.</param>
    /// <param name="wait">What is waited for; null for what all do in step.</param>
    /// <returns>Of each rank; null on the others.</returns>
    public byte[][]? Gather(byte[] own, RankWait? wait = null)
    {
        wait ??= RankWait.Step;
        fixed (byte* first = own)
        {
            if (!IsLeader)
            {
                link.Transfer([0], first, null, null, own.Length, wait);
                return null;
            }
        }
        byte[][] all = [own, .. Enumerable.Range(1, Ranks - 1).Select(_ => new byte[own.Length])];
        for (int rank = 1; rank < Ranks; rank++)
        {
            fixed (byte* first = all[rank])
            {
                link.Transfer([], null, rank, first, own.Length, wait);
            }
        }
        return all;
    }

    /// <summary>Brings a text of each rank to rank 0, cut where it is very long.</summary>
    /// <returns>Of each rank; none on the others.</returns>
    public IReadOnlyList<string> Gather(string own, RankWait wait)
    {
        var text = new byte[LongestName];
        Encoding.UTF8.TryGetBytes(own.Length > LongestName / 4 ? own[..(LongestName / 4)] : own, text, out _);
        return [.. (Gather(text, wait) ?? []).Select(given => Encoding.UTF8.GetString(given).TrimEnd('\0'))];
    }

    /// <summary>Waits until all ranks have what they train with, and learns on what.</summary>
    /// <param name="device">What this rank computes on.</param>
    public void Meet(RankHardware device)
    {
        Devices = [.. Gather($"{device.Name}\t{device.Bits}", RankWait.Opening).Select(text => text.Split('\t')).Select(parts => new RankHardware(parts[0], parts[^1]))];
        Status = [.. Status.Index().Select(rank => new RankStatus($"{places[rank.Index]}, {Devices[rank.Index].Name}", TimeSpan.Zero))];
        // What was waited for while others loaded says nothing of the training.
        waitedBefore = link.Waited;
        reportedAt = Stopwatch.GetTimestamp();
        reported = [.. Status.Select(rank => rank.Waited)];
    }

    /// <summary>
    /// Adds what the ranks have, as the tree says: on all ranks the same bits. The first numbers are means over the batch, to be multiplied by the share that a leaf has of it.
    /// </summary>
    /// <param name="values">[count] of this rank; the sum afterwards.</param>
    /// <param name="other">[count] to be overwritten.</param>
    /// <param name="means">How many are means.</param>
    /// <param name="vote">Which number says whether a rank was asked to stop.</param>
    /// <param name="tree">Which leaves the ranks have.</param>
    /// <param name="inAnyOrder">Whether the library may add in another order than the tree's.</param>
    public void Sum(Span<float> values, Span<float> other, int means, int vote, RankTree tree, bool inAnyOrder = false)
    {
        values[vote] = WantsStop ? 1 : 0;
        if (inAnyOrder)
        {
            fixed (float* mine = values, theirs = other)
            {
                link.Reduce(mine, theirs, values.Length);
            }
            other[..values.Length].CopyTo(values);
        }
        else if (tree.IsButterfly && values.Length >= LeastHalved)
        {
            SumByHalves(values, other, tree.MeetingsOf(Rank));
        }
        else
        {
            SumWhole(values, other, tree.MeetingsOf(Rank));
        }
        TensorPrimitives.Multiply(values[..means], 1f / tree.Leaves, values[..means]);
        if (values[vote] > 0)
        {
            HearStop();
        }
    }

    /// <summary>Takes note that a rank was asked to stop.</summary>
    public void HearStop() => asked.Cancel();

    /// <summary>Brings a number of each rank to rank 0.</summary>
    /// <returns>The largest; 0 on the others.</returns>
    public double Largest(double own) => (Gather(BitConverter.GetBytes(own)) ?? []).Select(given => BitConverter.ToDouble(given)).DefaultIfEmpty().Max();

    /// <summary>
    /// Times messages: each rank exchanges bytes with the one half of the ranks away, all at the same time, as where the two halves of the tree meet. What has no partner waits.
    /// </summary>
    /// <param name="bytes">Bytes of a message.</param>
    /// <returns>Of rank 0: seconds of an exchange, the median of several, of the slowest pair; 0 on the others.</returns>
    public double TimeMessages(int bytes)
    {
        const int Times = 9;
        Announce(RankOrder.MeasureMessages, bytes);
        int half = Ranks / 2, partner = Rank < half ? Rank + half : Rank < 2 * half ? Rank - half : Rank;
        byte[] sent = GC.AllocateUninitializedArray<byte>(bytes, pinned: true), received = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        var seconds = new double[Times];
        for (int time = 0; time < Times && partner != Rank; time++)
        {
            fixed (byte* mine = sent, theirs = received)
            {
                // The first byte brings both to the same place.
                link.Transfer([partner], mine, partner, theirs, 1, RankWait.Step);
                long start = Stopwatch.GetTimestamp();
                link.Transfer([partner], mine, partner, theirs, bytes, RankWait.Step);
                seconds[time] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }
        return Largest(seconds.Order().ElementAt(Times / 2));
    }

    /// <summary>Measures the link between ranks.</summary>
    /// <param name="most">Bytes of the longest message that is of interest.</param>
    public RankLinkSpeed MeasureLink(long most)
    {
        const int Short = 16, Longest = 1 << 24;
        int large = (int)Math.Clamp(most, 1 << 16, Longest);
        double latency = TimeMessages(Short), time = TimeMessages(large);
        var (left, right) = (new float[large / sizeof(float)], new float[large / sizeof(float)]);
        Add(left, right, left);
        long start = Stopwatch.GetTimestamp();
        Add(left, right, left);
        // Where an empty message took as long as a large one, others had the processor: its time says nothing of the link.
        return new(latency, large / Math.Max(Math.Max(time - latency, time / 10), 1e-9), large / Math.Max(Stopwatch.GetElapsedTime(start).TotalSeconds, 1e-9));
    }

    /// <summary>Compares the weights of all ranks, and notes how they fare.</summary>
    /// <param name="step">The step that they have made.</param>
    /// <param name="digest">Tells the weights of this rank.</param>
    /// <exception cref="RanksException">On rank 0: a rank has other weights.</exception>
    public void Compare(long step, string digest)
    {
        byte[] text = Encoding.ASCII.GetBytes(digest);
        var all = Gather([.. text, .. BitConverter.GetBytes((link.Waited - waitedBefore).Ticks)]);
        if (all is null)
        {
            return;
        }
        Status = [.. Status.Zip(all, (status, given) => status with { Waited = new(BitConverter.ToInt64(given, text.Length)) })];
        var kinds = all.Index().GroupBy(rank => Encoding.ASCII.GetString(rank.Item, 0, text.Length), rank => rank.Index).OrderByDescending(kind => kind.Count()).ToList();
        if (kinds.Count > 1)
        {
            // Rank 0 may itself be the one: it is who differs from most. Of equally many, those without rank 0.
            var most = kinds.First(kind => kind.Count() == kinds[0].Count() && (kind.Contains(0) || !kinds.Any(other => other.Count() == kinds[0].Count() && other.Contains(0))));
            var strangers = kinds.Where(kind => kind != most).SelectMany(kind => kind).Order().ToList();
            throw new RanksException($"{(strangers.Count == 1 ? "Rank" : "Ranks")} {string.Join(", ", strangers.Select(rank => $"{rank} ({Status[rank].Name})"))} "
                + $"{(strangers.Count == 1 ? "has" : "have")} other weights than rank {most.First()} ({Status[most.First()].Name}) at step {step}: a processor or its memory errs, or versions differ. "
                + "Leave that machine out and go on from the last checkpoint with --resume: all had the same weights when it was written.");
        }
    }

    /// <summary>Of rank 0: the share of the time since the last call that each rank has waited, in [0, 1], by the last comparison, with its number and where it is.</summary>
    public IReadOnlyList<(string Rank, double Share)> TakeWaits()
    {
        double ticks = Math.Max(1, Stopwatch.GetElapsedTime(reportedAt).Ticks);
        (string, double)[] waits = [.. Status.Index().Select(rank =>
            ($"{rank.Index} on {HostOf(places[rank.Index])}", Math.Clamp((rank.Item.Waited - reported[rank.Index]).Ticks / ticks, 0, 1)))];
        reported = [.. Status.Select(rank => rank.Waited)];
        reportedAt = Stopwatch.GetTimestamp();
        return waits;

        static string HostOf(string place) => place[(place.LastIndexOf(' ') + 1)..];
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

    private void SumWhole(Span<float> values, Span<float> other, IReadOnlyList<RankMeeting> meetings)
    {
        fixed (float* mine = values, theirs = other)
        {
            foreach (var meeting in meetings)
            {
                link.Transfer(meeting.To, mine, meeting.From, theirs, (long)values.Length * sizeof(float), RankWait.Step);
                // The same sum whichever side one is on, down to which of two NaN it is.
                Add(meeting.IsLeft ? values : other, meeting.IsLeft ? other : values, values);
            }
        }
    }

    /// <summary>
    /// The same sums, number by number, with less to send (recursive halving and doubling; Thakur, Rabenseifner and Gropp 2005): of what two have to add each adds one half, and at the end
    /// all give each other what they have. In all twice the numbers are sent instead of as often as there are levels.
    /// </summary>
    private void SumByHalves(Span<float> values, Span<float> other, IReadOnlyList<RankMeeting> meetings)
    {
        fixed (float* mine = values, theirs = other)
        {
            int first = 0, count = values.Length;
            var halved = new Stack<(RankMeeting Meeting, int First, int Count)>();
            foreach (var meeting in meetings)
            {
                halved.Push((meeting, first, count));
                // Of an odd number both add the middle one.
                int half = (count + 1) / 2, kept = meeting.IsLeft ? first : first + count - half, given = meeting.IsLeft ? first + count - half : first;
                link.Transfer(meeting.To, mine + given, meeting.From, theirs, (long)half * sizeof(float), RankWait.Step);
                Span<float> own = values.Slice(kept, half), theirHalf = other[..half];
                Add(meeting.IsLeft ? own : theirHalf, meeting.IsLeft ? theirHalf : own, own);
                (first, count) = (kept, half);
            }
            foreach (var (meeting, start, length) in halved)
            {
                int half = length / 2, later = start + length - half;
                link.Transfer(meeting.To, mine + (meeting.IsLeft ? start : later), meeting.From, mine + (meeting.IsLeft ? later : start), (long)half * sizeof(float), RankWait.Step);
            }
        }
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
