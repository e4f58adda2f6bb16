namespace IlgpuGan.Graphs;

/// <summary>Random numbers on the host from the generator that the device uses: pure functions of seed, stream and index.</summary>
internal static class Initialization
{
    /// <summary>First values of all parameters of a set, laid out as its flat arrays.</summary>
    public static float[] Draw(ParameterSet parameters, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var values = new float[parameters.Values.Size];
        for (int i = 0; i < parameters.Parameters.Count; i++)
        {
            var parameter = parameters.Parameters[i];
            var window = values.AsSpan(parameter.Offset, parameter.Shape.Size);
            Normal(window, seed, stream: i);
            foreach (ref float value in window)
            {
                value = parameter.Mean + parameter.Deviation * value;
            }
        }
        return values;
    }

    /// <summary>Fills a span with standard normal numbers.</summary>
    public static void Normal(Span<float> target, ulong seed, int stream)
    {
        // The last step there could be: what a run draws later never repeats its first weights.
        Kernels.RandomNormal.Fill(target, (uint)stream, uint.MaxValue, (uint)seed, (uint)(seed >> 32));
    }
}
