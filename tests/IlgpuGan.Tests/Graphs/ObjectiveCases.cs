using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Objectives;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Every objective and penalty as a formula of D's logits, or of a small D itself.</summary>
internal static class ObjectiveCases
{
    private static readonly Tolerance Formula = Tolerance.Elementwise.Times(8, "several functions and a mean on end.");

    public static IEnumerable<OperationCase> All => [.. Objectives(), .. Penalties(), .. Norms()];

    private static IEnumerable<OperationCase> Objectives()
    {
        foreach (string name in Objective.Names)
        {
            yield return new($"Objective {name}", inputs =>
            {
                // Away from the kinks of hinge at 1 and -1.
                Tensor real = inputs.AwayFromZero(5, 1) * 0.9f, fake = inputs.AwayFromZero(5, 1) * 0.9f;
                var objective = Objective.Named(name);
                var (realBelief, fakeBelief) = objective.Beliefs(real, fake);
                return [objective.Discriminator(real, fake), objective.Generator(real, fake), realBelief, fakeBelief];
            })
            { Differentiable = true, Tolerance = Formula };
        }
        yield return new("LeCam before and after its averages move", inputs =>
        {
            Tensor real = inputs.Uniform(5, 1), fake = inputs.Uniform(5, 1);
            var leCam = new LeCam();
            leCam.Update(real, fake);
            return [leCam.Of(real, fake)];
        })
        { Tolerance = Formula };
    }

    private static IEnumerable<OperationCase> Penalties()
    {
        foreach (var penalty in GradientPenalty.Table)
        {
            yield return new($"Penalty {penalty.Name} of a D of two layers", inputs =>
            {
                Tensor first = inputs.Uniform(6, 4), shift = inputs.Uniform(4), second = inputs.Uniform(4, 1);
                var share = inputs.Positive(3, 1) * 0.4f;
                Tensor Critic(Tensor x) => inputs.Graph.MatrixProduct((inputs.Graph.MatrixProduct(x.Reshape(3, 6), first) + shift).Softplus(), second);
                return [penalty.Of(Critic, inputs.Uniform(3, 2, 3), inputs.Uniform(3, 2, 3), 
                    shape => shape.Size == 3 ? share : share.BroadcastTo(Shape.Of(3, 6)).Reshape(shape.ToArray()))];
            })
            { Differentiable = true, Tolerance = Formula };
        }
    }

    private static IEnumerable<OperationCase> Norms()
    {
        foreach (var kind in new[] { Normalization.None, Normalization.Layer, Normalization.Instance, Normalization.Batch })
        {
            yield return new($"A network with {kind} normalisation", inputs => [Applied(inputs, new Network("n", Shape.Of(4, 3, 2)).Normalize(kind), 3, 4, 3, 2)])
            { Differentiable = true, Tolerance = Tolerance.Sum(24) with { Floor = 5 } };
        }
        foreach (int batch in new[] { 2, 4, 6, 8 })
        {
            yield return new($"Minibatch deviation of {batch}", inputs => [Applied(inputs, new Network("n", Shape.Of(3, 2, 2)).MinibatchDeviation(), batch, 3, 2, 2)])
            { Differentiable = true, Tolerance = Tolerance.Sum(24) with { Floor = 5 } };
        }
    }

    private static Tensor Applied(CaseInputs inputs, Network network, params int[] shape)
    {
        if (network.Parameters.Parameters.Count > 0)
        {
            inputs.Parameters(network.Parameters);
        }
        return network.Apply(inputs.Uniform(shape));
    }
}
