using IlgpuGan.Kernels;

namespace IlgpuGan.Graphs;

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
    private Variable? values, gradients, firstMoment, secondMoment, average, partials;

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
    public Variable Gradients => gradients ??= new($"{Name}.gradients", checked(Extent + Beside));

    /// <summary>
    /// Floats behind the gradients in <see cref="Gradients"/>, a multiple of <see cref="Alignment.Floats"/>: what is summed over leaves with them lies beside them, so that all of a leaf is
    /// one range. To be set before the first use.
    /// </summary>
    internal int Beside { get; set; }

    /// <summary>Adam's m, or the momentum; named after the first, so that checkpoints stay readable.</summary>
    public Variable FirstMoment => firstMoment ??= new($"{Name}.adam.m", Extent);

    /// <summary>Adam's v, or that of RMSprop.</summary>
    public Variable SecondMoment => secondMoment ??= new($"{Name}.adam.v", Extent);

    /// <summary>Exponential moving average of the weights.</summary>
    public Variable Average => average ??= new($"{Name}.average", Extent);

    /// <summary>Sums of leaves that wait for others: so many times as many floats as <see cref="Gradients"/>.</summary>
    internal Variable Partials(int levels) => partials is { } made && made.Size == levels * Gradients.Size ? made : partials = new($"{Name}.gradients.partial", levels * Gradients.Size);

    internal int Extent => parameters.Count == 0 ? Alignment.Floats : Variable.Align(parameters[^1].Offset + parameters[^1].Shape.Size);

    /// <summary>Adds a tensor drawn from N(mean, deviation^2).</summary>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    /// <exception cref="TensorSizeException">The set would hold more than <see cref="Shape.MostElements"/>.</exception>
    public Parameter Add(string name, Shape shape, float mean, float deviation)
    {
        if (values is not null)
        {
            throw new InvalidOperationException($"The parameters of {Name} are in use already; add '{name}' before the first read.");
        }
        if (parameters.Exists(parameter => parameter.Name == name))
        {
            throw new ArgumentException($"The {Name} has two parameters named {name}; give one of them another name, or begin a block of its own for its layer (Block.Next).");
        }

        if ((long)Extent + shape.Size > Shape.MostElements)
        {
            throw new TensorSizeException(
                $"The {Name} has {(long)Extent + shape.Size:N0} parameters with {name} where at most {Shape.MostElements:N0} fit; use a smaller network or image.");
        }
        var parameter = new Parameter(this, name, shape, parameters.Count == 0 ? 0 : Extent, mean, deviation);
        parameters.Add(parameter);
        return parameter;
    }
}
