using System.Numerics;
using System.Runtime.CompilerServices;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="BceWithLogits"/>.</summary>
public struct BceParameters
{
    /// <summary>[n]: raw outputs of the discriminator.</summary>
    public ArrayView<float> Logits;

    /// <summary>[1]: mean of softplus(x) - t x.</summary>
    public ArrayView<float> Loss;

    /// <summary>[n]: (sigmoid(x) - t) / n.</summary>
    public ArrayView<float> Gradient;

    /// <summary>[1]: mean of sigmoid(x).</summary>
    public ArrayView<float> Probability;

    /// <summary>t, 1 for real and 0 for fake.</summary>
    public float Target;

    /// <summary>Number of logits.</summary>
    public int Count;
}

/// <summary>Binary cross entropy on logits (Goodfellow et al. 2014, on logits), its gradient and the mean probability, in one pass of one group.</summary>
public readonly struct BceWithLogits : IKernel<BceParameters>
{
    private const int Threads = 64;

    /// <inheritdoc/>
    public static GridSize Grid(in BceParameters p) => new(1, Threads);

    /// <inheritdoc/>
    public static void Thread(BceParameters p)
    {
        var losses = SharedMemory.Allocate<float>(Threads);
        var probabilities = SharedMemory.Allocate<float>(Threads);
        float loss = 0f;
        float probability = 0f;
        for (int i = Group.IdxX; i < p.Count; i += Threads)
        {
            float x = p.Logits[i];
            float sigmoid = Functions.Sigmoid(x);
            loss += Functions.Softplus(x) - p.Target * x;
            probability += sigmoid;
            p.Gradient[i] = (sigmoid - p.Target) / p.Count;
        }
        losses[Group.IdxX] = loss;
        probabilities[Group.IdxX] = probability;
        GroupBarrier.Wait();
        if (Group.IdxX == 0)
        {
            for (int i = 1; i < Threads; i++)
            {
                loss += losses[i];
                probability += probabilities[i];
            }
            p.Loss[0] = loss / p.Count;
            p.Probability[0] = probability / p.Count;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in BceParameters p, in Crew crew)
    {
        if (crew.Worker != 0)
        {
            return; // a few hundred numbers: cheaper than a meeting
        }
        float* logits = p.Logits.Pointer();
        float* gradient = p.Gradient.Pointer();
        var target = new Vector<float>(p.Target);
        var count = new Vector<float>(p.Count);
        LaneSums losses = default, probabilities = default;
        for (int i = 0; i < p.Count; i += Vector<float>.Count)
        {
            var x = Vector.Load(logits + i);
            var sigmoids = Functions.Sigmoid(x);
            losses.AddFirst(i % LaneSums.Lanes, Functions.Softplus(x) - target * x, p.Count - i);
            probabilities.AddFirst(i % LaneSums.Lanes, sigmoids, p.Count - i);
            HostMemory.StoreFirst((sigmoids - target) / count, gradient + i, p.Count - i);
        }
        p.Loss.Pointer()[0] = losses.Total() / p.Count;
        p.Probability.Pointer()[0] = probabilities.Total() / p.Count;
    }
}
