using IlgpuGan.Graphs;

namespace IlgpuGan.Objectives;

/// <summary>
/// Holds D's outputs near moving averages of their counterparts, for small data (Tseng et al. 2021, equation 5):
/// E (D(x) - a_F)^2 + E (D(G(z)) - a_R)^2 with a_R, a_F the averages of D on reals and on fakes.
/// </summary>
public sealed class LeCam
{
    private const float Decay = 0.99f;

    /// <summary>a_R and a_F; part of a run's state.</summary>
    public Variable Averages { get; } = new("lecam", 16);

    /// <summary>The term before its weight, shape [1].</summary>
    public Tensor Of(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        return (real - Read(real.Graph, 1)).Square().Mean() + (fake - Read(real.Graph, 0)).Square().Mean();
    }

    /// <summary>Moves the averages towards a batch.</summary>
    public void Update(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        foreach (var (place, logits) in (ReadOnlySpan<(int, Tensor)>)[(0, real), (1, fake)])
        {
            real.Graph.Assign(Averages, place, Read(real.Graph, place) * Decay + logits.Mean() * (1 - Decay));
        }
    }

    private Tensor Read(Graph graph, int place) => graph.Read(Averages, place, Shape.Scalar);
}
