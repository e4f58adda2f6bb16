using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Objectives;

namespace IlgpuGan.Theory;

/// <summary>A state of the Dirac-GAN.</summary>
/// <param name="Theta">Where G puts all of its mass; the real mass lies at 0.</param>
/// <param name="Psi">Slope of D.</param>
public readonly record struct DiracPoint(double Theta, double Psi);

/// <summary>
/// The smallest GAN there is (Mescheder et al. 2018, definition 2.1): P_data is a point mass at 0, P_G one at theta, D(x) = psi x + c. The
/// equilibrium is (theta, psi) = (0, 0), and whether training gets there from nearby is decided by the eigenvalues of the gradient field's
/// Jacobian. Losses, penalties and derivatives are those of the engine, on a graph of two variables.
/// </summary>
/// <remarks>
/// c is not trained. It is D's best answer where both masses lie at one point (0 for most losses, 1/2 for LSGAN): with another the point (0, 0)
/// would be no equilibrium of a D that has an offset.
/// </remarks>
internal sealed class DiracGan : IDisposable
{
    private const int PsiPlace = 0, ThetaPlace = 1, OffsetPlace = 2, RatePlace = 3;

    private readonly Objective objective;
    private readonly GradientPenalty? penalty;
    private readonly float weight;
    private readonly VariableStore variables;
    private readonly Variable state = new("dirac", 16);
    private readonly Plan field, descent;
    private readonly Tensor fields, offsets;
    private readonly float offset;

    /// <param name="device">Where the graph runs.</param>
    /// <param name="objective">What D and G minimise.</param>
    /// <param name="penalty">D's penalty, or null.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="isAlternating">Whether G sees the D that has been updated before it, or the one from before the step.</param>
    public DiracGan(ComputeDevice device, Objective objective, GradientPenalty? penalty, float weight, bool isAlternating)
    {
        (this.objective, this.penalty, this.weight) = (objective, penalty, weight);
        variables = new(device);
        (field, fields, offsets) = CompileField();
        descent = CompileDescent(isAlternating);
        offset = BestOffset();
    }

    /// <summary>D's answer to everything at the equilibrium.</summary>
    public double Offset => offset;

    /// <summary>The direction of gradient descent, (-dL_G/dtheta, -dL_D/dpsi).</summary>
    public DiracPoint Direction(DiracPoint at)
    {
        var values = Evaluate(at);
        return new(values[1], values[0]);
    }

    /// <summary>The Jacobian of <see cref="Direction"/>; rows and columns are psi, theta.</summary>
    public Matrix2 Jacobian(DiracPoint at)
    {
        var values = Evaluate(at);
        return new(values[2], values[3], values[4], values[5]);
    }

    /// <summary>Gradient descent of both from a point, which is the first of the states returned; it ends early where a state is not finite.</summary>
    public IReadOnlyList<DiracPoint> Descend(DiracPoint from, double rate, int steps)
    {
        Upload(from, offset, rate);
        var path = new List<DiracPoint> { from };
        for (int i = 0; i < steps; i++)
        {
            descent.Run(0);
            var values = variables.Download(state);
            if (!float.IsFinite(values[PsiPlace]) || !float.IsFinite(values[ThetaPlace]))
            {
                break;
            }
            path.Add(new(values[ThetaPlace], values[PsiPlace]));
        }
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        field.Dispose();
        descent.Dispose();
        variables.Dispose();
    }

    private (Plan Plan, Tensor Fields, Tensor Offsets) CompileField()
    {
        var graph = new Graph();
        Tensor psi = Read(graph, PsiPlace), theta = Read(graph, ThetaPlace), c = Read(graph, OffsetPlace);
        var ofD = Differentiation.Gradients(DiscriminatorLoss(graph), [psi, c]);
        var ofG = Differentiation.Gradients(GeneratorLoss(graph), [theta])[0];
        var second = (Tensor[])[.. Differentiation.Gradients(ofD[0], [psi, theta]), .. Differentiation.Gradients(ofG, [psi, theta])];
        var values = graph.Concatenate([-ofD[0], -ofG, .. second.Select(value => -value)]);
        var balance = graph.Concatenate(ofD[1], Differentiation.Gradients(ofD[1], [c])[0]);
        return (Plan.Compile(variables, graph, values, balance), values, balance);
    }

    private Plan CompileDescent(bool isAlternating)
    {
        var graph = new Graph();
        var ofG = isAlternating ? null : GeneratorMove(graph);
        graph.Assign(state, PsiPlace, Read(graph, PsiPlace) - Differentiation.Gradients(DiscriminatorLoss(graph), [Read(graph, PsiPlace)])[0] * Read(graph, RatePlace));
        graph.Assign(state, ThetaPlace, ofG ?? GeneratorMove(graph));
        return Plan.Compile(variables, graph);
    }

    private Tensor GeneratorMove(Graph graph) =>
        Read(graph, ThetaPlace) - Differentiation.Gradients(GeneratorLoss(graph), [Read(graph, ThetaPlace)])[0] * Read(graph, RatePlace);

    private Tensor DiscriminatorLoss(Graph graph)
    {
        var (real, fake, critic) = Players(graph);
        var loss = objective.Discriminator(critic(real), critic(fake));
        // D is linear: which point the penalty takes between real and fake makes no difference.
        return penalty is null ? loss : loss + penalty.Of(critic, real, fake, shape => graph.Constant(0.5f).BroadcastTo(shape)) * weight;
    }

    private Tensor GeneratorLoss(Graph graph)
    {
        var (real, fake, critic) = Players(graph);
        return objective.Generator(critic(real), critic(fake));
    }

    private (Tensor Real, Tensor Fake, Func<Tensor, Tensor> Critic) Players(Graph graph)
    {
        Tensor psi = Read(graph, PsiPlace), c = Read(graph, OffsetPlace);
        return (graph.Literal(Shape.Of(1, 1), 0), Read(graph, ThetaPlace).Reshape(1, 1), images => images * psi + c);
    }

    private Tensor Read(Graph graph, int place) => graph.Read(state, place, Shape.Scalar);

    private double[] Evaluate(DiracPoint at)
    {
        Upload(at, offset, rate: 0);
        field.Run(0);
        return [.. field.Fetch(fields).Select(value => (double)value)];
    }

    /// <summary>Newton's method on D's loss of one answer to both; where the loss does not depend on it, 0.</summary>
    private float BestOffset()
    {
        double c = 0;
        for (int i = 0; i < 50; i++)
        {
            Upload(new(0, 0), c, rate: 0);
            field.Run(0);
            var slope = field.Fetch(offsets);
            if (slope[0] == 0 || slope[1] <= 0)
            {
                break;
            }
            c -= slope[0] / slope[1];
        }
        return (float)c;
    }

    private void Upload(DiracPoint at, double c, double rate) =>
        variables.Upload(state, [(float)at.Psi, (float)at.Theta, (float)c, (float)rate]);
}
