using System.Globalization;
using System.Runtime.InteropServices;
using IlgpuGan.Export;
using IlgpuGan.Ranks;

namespace IlgpuGan.Training;

/// <summary>Gives the state of rank 0 to all ranks.</summary>
internal static class RankState
{
    private const int Piece = 1 << 26;

    /// <summary>Shares a state, tensor by tensor.</summary>
    /// <param name="team">The ranks, all of which do this.</param>
    /// <param name="state">The state of rank 0; null on the others.</param>
    public static IReadOnlyDictionary<string, StateTensor> Share(RankTeam team, IReadOnlyDictionary<string, StateTensor>? state)
    {
        string directory = team.Share(state is null ? "" : string.Join('\n', state.Select(entry =>
            $"{entry.Key}\t{(entry.Value.Floats is null ? 'i' : 'f')}\t{string.Join(',', entry.Value.Shape.Select(length => length.ToString(CultureInfo.InvariantCulture)))}")));
        var shared = new Dictionary<string, StateTensor>();
        foreach (string[] entry in directory.Split('\n').Select(line => line.Split('\t')))
        {
            int[] shape = [.. entry[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(length => int.Parse(length, CultureInfo.InvariantCulture))];
            int size = shape.Aggregate(1, (product, length) => product * length);
            StateTensor tensor = state?[entry[0]] ?? (entry[1] == "f" ? new(shape, new float[size]) : new StateTensor(shape, new long[size]));
            Share<float>(team, tensor.Floats);
            Share<long>(team, tensor.Integers);
            shared[entry[0]] = tensor;
        }
        return shared;
    }

    // A span of bytes ends at 2 GiB.
    private static void Share<T>(RankTeam team, Span<T> values)
        where T : unmanaged
    {
        for (int first = 0; first < values.Length; first += Piece)
        {
            team.Share(MemoryMarshal.AsBytes(values.Slice(first, Math.Min(Piece, values.Length - first))));
        }
    }
}
