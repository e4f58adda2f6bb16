using IlgpuGan.Export;

namespace IlgpuGan.Runs;

/// <summary>Takes tensors out of a saved state by name and shape, and at the end finds those that nobody asked for.</summary>
internal sealed class StateReader(IReadOnlyDictionary<string, StateTensor> state)
{
    private readonly HashSet<string> left = [.. state.Keys];

    /// <summary>The floats of a tensor.</summary>
    public float[] Floats(string name, int[] shape)
    {
        var tensor = Take(name);
        return tensor.Floats is { } floats && tensor.Shape.SequenceEqual(shape)
            ? floats
            : throw new StateMismatchException($"tensor '{name}' is [{string.Join(", ", tensor.Shape)}] where this network has [{string.Join(", ", shape)}]");
    }

    /// <summary>The numbers of a counter tensor.</summary>
    public long[] Integers(string name, int count) =>
        Take(name).Integers is { } integers && integers.Length == count
            ? integers
            : throw new StateMismatchException($"tensor '{name}' does not hold {count} counters");

    /// <summary>Does without tensors, whether they are there or not.</summary>
    public void PassOver(IEnumerable<string> names) => left.ExceptWith(names);

    /// <summary>Says that no more tensors are expected.</summary>
    public void End()
    {
        if (left.Count > 0)
        {
            throw new StateMismatchException($"this network has no tensor '{left.Order(StringComparer.Ordinal).First()}'");
        }
    }

    /// <summary>Says that no more tensors are expected whose names begin so.</summary>
    public void End(string prefix)
    {
        if (left.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault() is { } first)
        {
            throw new StateMismatchException($"this network has no tensor '{first}'");
        }
    }

    private StateTensor Take(string name)
    {
        left.Remove(name);
        return state.TryGetValue(name, out var tensor) ? tensor : throw new StateMismatchException($"it has no tensor '{name}'");
    }
}
