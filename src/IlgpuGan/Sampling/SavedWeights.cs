using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Runs;

namespace IlgpuGan.Sampling;

/// <summary>Weights in a saved state.</summary>
internal static class SavedWeights
{
    /// <summary>The averaged weights of a network, laid out as <see cref="ParameterSet.Average"/>.</summary>
    /// <param name="parameters">Those of the network.</param>
    /// <param name="state">A saved state; what is not of this average is passed over.</param>
    /// <exception cref="StateMismatchException">A tensor is missing, of another shape, or one too many.</exception>
    public static float[] AverageOf(ParameterSet parameters, IReadOnlyDictionary<string, StateTensor> state)
    {
        var reader = new StateReader(state);
        var values = new float[parameters.Average.Size];
        foreach (var parameter in parameters.Parameters)
        {
            reader.Floats($"{parameters.Average.Name}.{parameter.Name}", parameter.Shape.ToArray()).CopyTo(values, parameter.Offset);
        }
        reader.End($"{parameters.Average.Name}.");
        return values;
    }
}
