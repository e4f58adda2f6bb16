using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Runs;

namespace IlgpuGan.Sampling;

/// <summary>
/// A generator from image to image compiled for each size that is asked for; its weights lie on the device once. The plans that were used last are kept, few enough that their memory is
/// bounded: another size of an image waits for a plan of its own.
/// </summary>
internal sealed class TranslatorPlans : IDisposable
{
    // Folders have pictures of a few sizes, each upright or lying.
    private const int MostKept = 8;

    // Beside the plan at hand, which takes what it takes.
    private const long MostKeptBytes = 512L << 20;

    // Segments: what follows from the weights alone, and an image.
    private const int Preparing = 0, Drawing = 1;

    private readonly VariableStore variables;
    private readonly TranslatorModel model;
    private readonly Variable weights;
    private readonly float[]? moments;
    private readonly Variable? labels;

    // The last used first.
    private readonly List<SizedPlan> plans = [];
    private Variable? windows;

    /// <summary>Takes the weights.</summary>
    /// <param name="variables">Memory of the device.</param>
    /// <param name="model">The generator.</param>
    /// <param name="state">A saved state.</param>
    /// <exception cref="StateMismatchException">A tensor is missing or of another shape.</exception>
    public TranslatorPlans(VariableStore variables, TranslatorModel model, IReadOnlyDictionary<string, StateTensor> state)
    {
        (this.variables, this.model) = (variables, model);
        var network = NetworkFor(model.Design.Image[0], model.Design.Image[1]);
        weights = network.Parameters.Average;
        variables.Upload(weights, SavedWeights.AverageOf(network.Parameters, state));
        moments = network.MomentsSize > 0 && state.ContainsKey(model.Moments) ? new StateReader(state).Floats(model.Moments, [network.Moments.Size]) : null;
        labels = model.Labels is { } choice ? new("labels", choice.Width) : null;
    }

    /// <summary>How many plans are kept.</summary>
    internal int Kept => plans.Count;

    /// <summary>Says which labels what follows is to have: a one-hot row of each column.</summary>
    public void TakeLabels(ReadOnlySpan<float> row)
    {
        if (labels is not null)
        {
            variables.Upload(labels, row);
        }
    }

    /// <summary>Translates one window.</summary>
    /// <param name="window">[height, width, planes], sides as the family takes them.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="drawn">Filled with [height, width, planes of the output].</param>
    /// <exception cref="DeviceMemoryException">It takes more memory than the device has.</exception>
    public void Run(ReadOnlySpan<float> window, int height, int width, Span<float> drawn)
    {
        var sized = PlanOf(height, width);
        variables.Upload(sized.Windows, window);
        sized.Plan.Run(Drawing);
        sized.Plan.Fetch(sized.Output, drawn);
    }

    /// <inheritdoc/>
    public void Dispose() => Keep(0);

    private Network NetworkFor(int height, int width) => model.Family.Build(model.Design, height, width, model.Name);

    private SizedPlan PlanOf(int height, int width)
    {
        int place = plans.FindIndex(plan => plan.Height == height && plan.Width == width);
        if (place >= 0)
        {
            var known = plans[place];
            plans.RemoveAt(place);
            plans.Insert(0, known);
            return known;
        }
        int kept = Math.Min(plans.Count, MostKept - 1);
        while (kept > 0 && plans.Take(kept).Sum(plan => plan.Plan.ArenaBytes) > MostKeptBytes)
        {
            kept--;
        }
        Keep(kept);
        SizedPlan made;
        try
        {
            made = Compile(height, width);
        }
        catch (DeviceMemoryException) when (plans.Count > 0)
        {
            Keep(0);
            made = Compile(height, width);
        }
        plans.Insert(0, made);
        return made;
    }

    private SizedPlan Compile(int height, int width)
    {
        var network = NetworkFor(height, width);
        if (windows is null || windows.Size < network.Input.Size)
        {
            // Twice as large, so that images that grow and grow leave no more behind than they take.
            windows = new("windows", Math.Max(network.Input.Size, Math.Min(2 * (windows?.Size ?? 0), Shape.MostElements)));
        }
        var graph = new Graph();
        graph.CloseSegment();
        var output = network.Apply(graph.Read(windows, 0, Shape.Of([1, .. network.Input.ToArray()])), weights, moments is null ? MomentSource.Batch : MomentSource.Measured,
            labels is null ? null : graph.Read(labels, 0, Shape.Of(1, labels.Size)));
        graph.CloseSegment(isRepeated: true, labels is null ? [windows] : [windows, labels]);
        var plan = Plan.Compile(variables, graph, output);
        if (moments is not null)
        {
            variables.Upload(network.Moments, moments);
        }
        plan.Run(Preparing);
        return new(height, width, plan, output, windows);
    }

    private void Keep(int count)
    {
        foreach (var plan in plans.Skip(count))
        {
            plan.Plan.Dispose();
        }
        plans.RemoveRange(count, plans.Count - count);
    }

    private sealed record SizedPlan(int Height, int Width, Plan Plan, Tensor Output, Variable Windows);
}
