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

/// <summary>Images as bytes on the device, [Count, Height, Width, Channels]; bound when a plan is compiled.</summary>
public sealed class ByteSource(string name, int count, int height, int width, int channels)
{
    /// <summary>Name for messages.</summary>
    public string Name { get; } = name;

    /// <summary>Images in the data set (the device may hold only the batch at hand).</summary>
    public int Count { get; } = count;

    /// <summary>[Height, Width, Channels] of one image.</summary>
    public Shape ImageShape { get; } = Shape.Of(height, width, channels);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Label columns of a data set on the device; filled by <see cref="Plans.VariableStore.Upload(LabelSource, ReadOnlySpan{int})"/>.</summary>
public sealed class LabelSource
{
    /// <summary>Says how many images have labels, and of how many classes each column is.</summary>
    /// <param name="name">Name for messages.</param>
    /// <param name="count">Images in the data set.</param>
    /// <param name="classes">The number of classes of each column, at least one column.</param>
    public LabelSource(string name, int count, params IReadOnlyList<int> classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfZero(classes.Count, nameof(classes));
        foreach (int length in classes)
            ArgumentOutOfRangeException.ThrowIfLessThan(length, 1, nameof(classes));
        (Name, Count, Classes) = (name, count, [.. classes]);
    }

    /// <summary>Name for messages.</summary>
    public string Name { get; }

    /// <summary>Images in the data set.</summary>
    public int Count { get; }

    /// <summary>Number of classes of each column.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>Length of a one-hot row: the sum of the class counts.</summary>
    public int Width => Classes.Sum();

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>One trainable tensor: a window of its set's flat array.</summary>
/// <param name="Set">The set it belongs to.</param>
/// <param name="Name">Name within the set, such as <c>layer1.weight</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Offset">Index of its first element in the set's arrays.</param>
/// <param name="Mean">Mean of the normal distribution it is drawn from at first.</param>
/// <param name="Deviation">Standard deviation of that distribution; 0 makes it constant.</param>
public sealed record Parameter(ParameterSet Set, string Name, Shape Shape, int Offset, float Mean, float Deviation);

/// <summary>All trainable tensors of one network in one flat array, with gradients, the optimiser's moments and the average beside it, so that one launch updates them.</summary>
public sealed class ParameterSet
{
    private readonly List<Parameter> parameters = [];
    private Variable? values, gradients, firstMoment, secondMoment, average;

    /// <summary>An empty set; the name becomes the prefix of its tensors in checkpoints.</summary>
    public ParameterSet(string name) => Name = name;

    /// <summary>Name of the network.</summary>
    public string Name { get; }

    /// <summary>The tensors in the order of their making.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>Number of trainable floats.</summary>
    public int Size => parameters.Sum(parameter => parameter.Shape.Size);

    /// <summary>Weights.</summary>
    public Variable Values => values ??= new($"{Name}.values", Extent);

    /// <summary>Gradients of the last step.</summary>
    public Variable Gradients => gradients ??= new($"{Name}.gradients", Extent);

    /// <summary>Adam's m, or the momentum; named after the first, so that checkpoints stay readable.</summary>
    public Variable FirstMoment => firstMoment ??= new($"{Name}.adam.m", Extent);

    /// <summary>Adam's v, or that of RMSprop.</summary>
    public Variable SecondMoment => secondMoment ??= new($"{Name}.adam.v", Extent);

    /// <summary>Exponential moving average of the weights.</summary>
    public Variable Average => average ??= new($"{Name}.average", Extent);

    internal int Extent => parameters.Count == 0 ? Alignment.Floats : Variable.Align(parameters[^1].Offset + parameters[^1].Shape.Size);

    /// <summary>Adds a tensor drawn from N(mean, deviation^2).</summary>
    /// <exception cref="ArgumentException">The set would hold more than <see cref="Shape.MostElements"/>.</exception>
    public Parameter Add(string name, Shape shape, float mean, float deviation)
    {
        if (values is not null)
            throw new InvalidOperationException($"The parameters of {Name} are in use already; add '{name}' before the first read.");
        if ((long)Extent + shape.Size > Shape.MostElements)
            throw new ArgumentException(FormattableString.Invariant(
                $"The {Name} has {(long)Extent + shape.Size:N0} parameters with {name} where at most {Shape.MostElements:N0} fit; use a smaller network or image."));
        var parameter = new Parameter(this, name, shape, parameters.Count == 0 ? 0 : Extent, mean, deviation);
        parameters.Add(parameter);
        return parameter;
    }
}
