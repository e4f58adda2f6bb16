namespace IlgpuGan.Training.Transfer;

/// <summary>A part of a sum: one number of an old axis, and by what it is multiplied.</summary>
internal readonly record struct Share(int Index, float Weight);

/// <summary>How the entries of an axis are made of those of an older one.</summary>
/// <param name="OldLength">Length of the old axis.</param>
/// <param name="Entries">Of each new entry its shares: none is nought, and null is what a new network has there.</param>
internal sealed record AxisMap(int OldLength, IReadOnlyList<IReadOnlyList<Share>?> Entries)
{
    /// <summary>Length of the new axis.</summary>
    public int Length => Entries.Count;

    /// <summary>Whether both axes are the same.</summary>
    public bool IsIdentity => Length == OldLength && Entries.Index().All(entry => entry.Item is [{ Weight: 1 } share] && share.Index == entry.Index);

    /// <summary>An axis that stays as it is.</summary>
    public static AxisMap Same(int length) => First(length, length, isNewNought: false);

    /// <summary>The entries that both have; what the new one has more is new, or nought.</summary>
    public static AxisMap First(int oldLength, int length, bool isNewNought) => new(oldLength, [.. Enumerable.Range(0, length).Select(
        i => i < oldLength ? [new(i, 1)] : isNewNought ? (IReadOnlyList<Share>)[] : null)]);

    /// <summary>The axis of two maps, one behind the other.</summary>
    public AxisMap Then(AxisMap next) => new(OldLength + next.OldLength, [.. Entries, .. next.Entries.Select(entry => Moved(entry, OldLength))]);

    /// <summary>The axis of this map, so many times.</summary>
    public AxisMap Times(int count) => new(OldLength * count, [.. Enumerable.Range(0, count).SelectMany(time => Entries.Select(entry => Moved(entry, time * OldLength)))]);

    private static IReadOnlyList<Share>? Moved(IReadOnlyList<Share>? entry, int by) => entry is null ? null : [.. entry.Select(share => share with { Index = share.Index + by })];

    /// <summary>A tensor made of an older one along each of its axes.</summary>
    /// <param name="maps">Of each axis; all lengths are those of the tensors.</param>
    /// <param name="old">The old tensor.</param>
    /// <param name="made">What a new network has; what is made of the old one is written over it.</param>
    public static void Apply(IReadOnlyList<AxisMap> maps, float[] old, float[] made)
    {
        if (maps.All(map => map.IsIdentity))
        {
            old.CopyTo(made, 0);
            return;
        }

        var strides = new int[maps.Count];
        for (int axis = maps.Count - 1, stride = 1; axis >= 0; stride *= maps[axis--].OldLength)
        {
            strides[axis] = stride;
        }

        var place = new int[maps.Count];
        for (int i = 0; i < made.Length; i++)
        {
            for (int axis = maps.Count - 1, left = i; axis >= 0; left /= maps[axis--].Length)
            {
                place[axis] = left % maps[axis].Length;
            }

            if (maps.Index().All(map => map.Item.Entries[place[map.Index]] is not null))
            {
                made[i] = (float)Sum(0, 0);
            }
        }

        double Sum(int axis, int from) => axis == maps.Count ? old[from]
            : maps[axis].Entries[place[axis]]!.Sum(share => share.Weight * Sum(axis + 1, from + share.Index * strides[axis]));
    }
}
