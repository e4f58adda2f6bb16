using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>
/// Divides each weight W, as a matrix [rest, outputs], by its largest singular value (Miyato et al. 2018, algorithm 1): a step of power
/// iteration v = W u / |W u|, u = W^T v / |W^T v| at each update, sigma = v^T W u. For gradients u and v are constants.
/// </summary>
internal sealed class SpectralNorm(ParameterSet parameters)
{
    private const float Epsilon = 1e-12f;
    private const ulong Seed = 0x7370656374726c;

    private Variable? u, v;

    // Shifts and scales are no linear maps.
    private IEnumerable<Parameter> Maps => parameters.Parameters.Where(parameter => parameter.Shape.Rank > 1);

    /// <summary>The vectors u, and unit vectors that they start from.</summary>
    public (Variable Variable, float[] Initial) State
    {
        get
        {
            Declare();
            var initial = new float[u!.Size];
            foreach (var (parameter, place, _) in Places())
            {
                var vector = initial.AsSpan(place, parameter.Shape.Columns);
                Initialization.Normal(vector, Seed, place);
                float length = MathF.Sqrt(vector.ToArray().Sum(value => value * value));
                foreach (ref float value in vector)
                {
                    value /= length;
                }
            }
            return (u, initial);
        }
    }

    /// <summary>Where the vector u of each weight begins in the variable.</summary>
    public IEnumerable<(Parameter Parameter, int Place)> VectorPlaces => Places().Select(place => (place.Parameter, place.U));

    /// <summary>Iterates once and puts the normalised weights in the place of the plain ones.</summary>
    public void Normalize(Graph graph, Weights weights)
    {
        Declare();
        foreach (var place in Places())
        {
            Iterate(graph, weights, place);
            Divide(graph, weights, place);
        }
    }

    /// <summary>Iterates once, for weights that are then <see cref="Divide(Graph, Weights)">divided</see> as often as one likes.</summary>
    public void Iterate(Graph graph, Weights weights)
    {
        Declare();
        foreach (var place in Places())
        {
            Iterate(graph, weights, place);
        }
    }

    /// <summary>Puts the normalised weights in the place of the plain ones, as the last iteration left the vectors.</summary>
    public void Divide(Graph graph, Weights weights)
    {
        Declare();
        foreach (var place in Places())
        {
            Divide(graph, weights, place);
        }
    }

    private void Iterate(Graph graph, Weights weights, (Parameter Parameter, int U, int V) place)
    {
        var w = Matrix(weights, place.Parameter);
        var right = graph.Read(u!, place.U, Shape.Of(w.Shape[1]));
        graph.Assign(v!, place.V, Unit((w * right).SumColumns()));
        var left = graph.Read(v!, place.V, Shape.Of(w.Shape[0], 1));
        graph.Assign(u!, place.U, Unit((w * left).SumRows()));
    }

    private void Divide(Graph graph, Weights weights, (Parameter Parameter, int U, int V) place)
    {
        var w = Matrix(weights, place.Parameter);
        // What is read back from a variable is a constant for gradients.
        var (left, right) = (graph.Read(v!, place.V, Shape.Of(w.Shape[0], 1)), graph.Read(u!, place.U, Shape.Of(w.Shape[1])));
        var sigma = ((w * left).SumRows() * right).Sum();
        weights.Replace(place.Parameter, (w / sigma).Reshape(place.Parameter.Shape.ToArray()));
    }

    private static Tensor Matrix(Weights weights, Parameter parameter) => weights[parameter].Reshape(parameter.Shape.Rows, parameter.Shape.Columns);

    /// <summary>Puts the normalised weights in the place of the plain ones as the vectors stand, and changes nothing.</summary>
    public void Hold(Graph graph, Weights weights)
    {
        Declare();
        foreach (var (parameter, uPlace, _) in Places())
        {
            int rows = parameter.Shape.Rows, columns = parameter.Shape.Columns;
            var w = weights[parameter].Reshape(rows, columns);
            var sigma = (w * graph.Read(u!, uPlace, Shape.Of(columns))).SumColumns().Square().Sum().Sqrt();
            weights.Replace(parameter, (w / sigma).Reshape(parameter.Shape.ToArray()));
        }
    }

    private static Tensor Unit(Tensor x) => x / (x.Square().Sum().Sqrt() + Epsilon);

    private void Declare()
    {
        if (u is not null)
        {
            return;
        }
        var sizes = Places().Select(place => (place.U + Variable.Align(place.Parameter.Shape.Columns), place.V + Variable.Align(place.Parameter.Shape.Rows))).Last();
        u = new($"{parameters.Name}.spectral.u", sizes.Item1);
        v = new($"{parameters.Name}.spectral.v", sizes.Item2);
    }

    private IEnumerable<(Parameter Parameter, int U, int V)> Places()
    {
        int left = 0, right = 0;
        foreach (var parameter in Maps)
        {
            yield return (parameter, right, left);
            right += Variable.Align(parameter.Shape.Columns);
            left += Variable.Align(parameter.Shape.Rows);
        }
    }
}
