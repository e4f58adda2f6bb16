using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>What all elements of an update share, computed from the rates of this very step.</summary>
public struct UpdateFactors<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Step size a.</summary>
    public TLanes Rate;

    /// <summary>a / (1 - b1^t).</summary>
    public TLanes CorrectedRate;

    /// <summary>1 / (1 - b2^t).</summary>
    public TLanes SecondScale;

    /// <summary>b1.</summary>
    public TLanes Beta1;

    /// <summary>1 - b1.</summary>
    public TLanes OneMinusBeta1;

    /// <summary>b2.</summary>
    public TLanes Beta2;

    /// <summary>1 - b2.</summary>
    public TLanes OneMinusBeta2;

    /// <summary>Added to roots.</summary>
    public TLanes Epsilon;

    /// <summary>1 - a d, what decoupled decay leaves of a weight.</summary>
    public TLanes Keep;

    /// <summary>Share of the weight that is added to its gradient.</summary>
    public TLanes Penalty;

    /// <summary>Weight of the new value in the average: 1 - 0.5^(1 / half-life), or 1 without a half-life, which makes the average a copy.</summary>
    public TLanes AverageRate;

    /// <summary>The factors of the step that the counter and the rates say.</summary>
    public static UpdateFactors<TLanes> Of(in UpdateParameters p)
    {
        float t = p.Counters[p.CounterIndex] + 1;
        float rate = p.LearningRate[0];
        float beta1 = p.Beta1[0];
        float beta2 = p.Beta2[0];
        float halfLife = p.AverageHalfLife[0];
        return new()
        {
            Rate = TLanes.All(rate),
            CorrectedRate = TLanes.All(rate / OneMinusExp(t * Log(beta1))),
            SecondScale = TLanes.All(1f / OneMinusExp(t * Log(beta2))),
            Beta1 = TLanes.All(beta1),
            OneMinusBeta1 = TLanes.All(1f - beta1),
            Beta2 = TLanes.All(beta2),
            OneMinusBeta2 = TLanes.All(1f - beta2),
            Epsilon = TLanes.All(p.Epsilon),
            Keep = TLanes.All(1f - rate * p.DecoupledDecay),
            Penalty = TLanes.All(p.WeightPenalty),
            AverageRate = TLanes.All(halfLife > 0f ? OneMinusExp(-0.6931472f / halfLife) : 1f),
        };
    }

    /// <summary>1 - e^x for x below zero, without the cancellation of the plain form.</summary>
    private static float OneMinusExp(float x) =>
        x > -0.1f ? -x * (1f + x * (1f / 2f + x * (1f / 6f + x * (1f / 24f + x * (1f / 120f))))) : 1f - TLanes.Exp(x);

    /// <summary>
    /// log(beta) for 0 &lt;= beta &lt; 1. Near one, where the logarithms of GPUs err by a share of 1 and not of themselves, as
    /// -2 artanh((1 - beta) / (1 + beta)), whose series is cut where terms fall below a float's last bit.
    /// </summary>
    private static float Log(float beta)
    {
        if (beta < 0.5f)
        {
            return beta > 0f ? TLanes.Log(beta) : -1e4f;
        }
        float s = (1f - beta) / (1f + beta);
        float q = s * s;
        return -2f * s * (1f + q * (1f / 3f + q * (1f / 5f + q * (1f / 7f + q * (1f / 9f + q * (1f / 11f + q * (1f / 13f)))))));
    }
}
