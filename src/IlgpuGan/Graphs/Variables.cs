using IlgpuGan.Kernels;

namespace IlgpuGan.Graphs;

/// <summary>A flat array of floats that outlives a plan's run; <see cref="Plans.VariableStore"/> has its memory. Compared by reference.</summary>
/// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
public sealed class Variable(string name, int size)
{
    /// <summary>Name in checkpoints.</summary>
    public string Name { get; } = name;

    /// <summary>Number of floats.</summary>
    public int Size { get; } = size >= 1 ? size : throw new ArgumentOutOfRangeException(nameof(size), size, "A variable holds at least one number.");

    /// <summary>How often graphs under construction have updated it.</summary>
    internal int Version { get; set; }

    /// <summary>Where the next of several tensors in one variable begins: on a cache line, so that vector loads stay aligned.</summary>
    internal static int Align(int size) => Alignment.Up(size);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A 32-bit count that outlives a plan's run and numbers its repetitions: it keys random numbers and batches.</summary>
public sealed class Counter(string name)
{
    /// <summary>Name in checkpoints.</summary>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
