using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Bench;

/// <summary>A graph in two segments: the first makes the inputs on the device and runs once, the second is measured.</summary>
internal sealed class Scene
{
    private readonly List<Variable> inputs = [];
    private readonly List<Tensor> outputs = [];

    /// <summary>The graph.</summary>
    public Graph Graph { get; } = new();

    /// <summary>Keys the random numbers; never advanced.</summary>
    public Counter Counter { get; } = new("bench");

    /// <summary>An array of standard normal numbers; for the first segment.</summary>
    public Variable Noise(Shape shape)
    {
        var variable = new Variable($"input {inputs.Count}", shape.Size);
        Graph.Assign(variable, 0, Graph.RandomNormal(shape, seed: 1, stream: inputs.Count, Counter));
        inputs.Add(variable);
        return variable;
    }

    /// <summary>Ends the first segment: what follows is measured.</summary>
    public void Begin() => Graph.EndSegment();

    /// <summary>Asks for a tensor to be computed and stored.</summary>
    public void Output(params IEnumerable<Tensor> tensors) => outputs.AddRange(tensors);

    /// <summary>Compiles both segments, runs the first and times the second.</summary>
    /// <returns>The time of a run, and what its operations cost.</returns>
    public (Timing Timing, Cost Cost) Measure(BenchTarget target, TimeSpan time)
    {
        const int measured = 1;
        using var variables = new VariableStore(target.Device, target.Precision);
        using var plan = Plan.Compile(variables, Graph, outputs);
        plan.Run(0);
        return (Speedometer.Time(plan, time, measured), OperationCosts.OfSegment(Graph, outputs, measured));
    }
}
