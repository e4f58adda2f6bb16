using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using IlgpuGan.Ranks;

namespace IlgpuGan.Tests.Ranks;

/// <summary>Ranks that are threads of one process.</summary>
internal sealed unsafe class ThreadLink : IRankLink
{
    private readonly BlockingCollection<byte[]>[,] ways;
    private readonly CancellationTokenSource end;

    private ThreadLink(int rank, BlockingCollection<byte[]>[,] ways, CancellationTokenSource end) => (Rank, this.ways, this.end) = (rank, ways, end);

    public int Rank { get; }

    public int Ranks => ways.GetLength(0);

    public TimeSpan Waited => TimeSpan.FromSeconds(Rank);

    /// <summary>Messages sent by this rank.</summary>
    public int Messages { get; private set; }

    /// <summary>Runs the same on so many threads; what one throws ends all.</summary>
    public static T[] Run<T>(int ranks, Func<ThreadLink, T> work)
    {
        var ways = new BlockingCollection<byte[]>[ranks, ranks];
        for (int i = 0; i < ranks * ranks; i++)
        {
            ways[i / ranks, i % ranks] = [];
        }
        using var end = new CancellationTokenSource();
        var results = new T[ranks];
        var faults = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, ranks).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new(rank, ways, end));
            }
            catch (Exception fault)
            {
                faults.Enqueue(fault);
                end.Cancel();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (faults.FirstOrDefault(fault => fault is not OperationCanceledException) is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
        return results;
    }

    public void Transfer(ReadOnlySpan<int> to, void* sent, int? from, void* received, long length, RankWait wait)
    {
        foreach (int rank in to)
        {
            ways[Rank, rank].Add(new ReadOnlySpan<byte>(sent, (int)length).ToArray());
            Messages++;
        }
        if (from is { } source)
        {
            ways[source, Rank].Take(end.Token).CopyTo(new Span<byte>(received, (int)length));
        }
    }

    // In the order of the ranks, which is none of the tree's.
    public void Reduce(float* values, float* sum, int count)
    {
        float[] other = new float[count];
        new Span<float>(values, count).CopyTo(new(sum, count));
        fixed (float* theirs = other)
        {
            if (Rank == 0)
            {
                for (int rank = 1; rank < Ranks; rank++)
                {
                    Transfer([], null, rank, theirs, count * sizeof(float), RankWait.Step);
                    System.Numerics.Tensors.TensorPrimitives.Add(new ReadOnlySpan<float>(sum, count), other, new Span<float>(sum, count));
                }
                Transfer([.. Enumerable.Range(1, Ranks - 1)], sum, null, null, count * sizeof(float), RankWait.Step);
            }
            else
            {
                Transfer([0], values, null, null, count * sizeof(float), RankWait.Step);
                Transfer([], null, 0, sum, count * sizeof(float), RankWait.Step);
            }
        }
    }

    public void Abort(int code) => end.Cancel();

    public void Dispose()
    {
    }
}
