using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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

    // Logits of which the terms are computed before they are added: a multiple of all partial sums, and their terms stay in its first-level cache.
    private const int Part = 1024;

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
            float sigmoid = OwnFunctions.Sigmoid(x);
            loss += OwnFunctions.Softplus(x) - p.Target * x;
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
            return; // a few hundred numbers: cheaper than a meeting, and there is one order of additions
        }
        float* losses = stackalloc float[2 * Part], probabilities = losses + Part;
        float* logits = p.Logits.Pointer(), gradient = p.Gradient.Pointer();
        LaneSums loss = default, probability = default;
        for (int first = 0; first < p.Count; first += Part)
        {
            int count = Math.Min(Part, p.Count - first);
            Terms(p, logits + first, gradient + first, losses, probabilities, count);
            loss.AddAll(losses, count);
            probability.AddAll(probabilities, count);
        }
        p.Loss.Pointer()[0] = loss.Total() / p.Count;
        p.Probability.Pointer()[0] = probability.Total() / p.Count;
    }

    // In three passes over what the first-level cache holds: each of the chains is as long as a processor looks ahead, and side by side they would wait for one another.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Terms(in BceParameters p, float* logits, float* gradient, float* losses, float* probabilities, int count)
    {
        int whole = HostMemory.HasLongVectors ? count & -Vector512<float>.Count : 0;
        Vector512<float> targets = Vector512.Create(p.Target), counts = Vector512.Create((float)p.Count);
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            var sigmoids = OwnFunctions.Sigmoid(Vector512.Load(logits + i));
            sigmoids.Store(probabilities + i);
            ((sigmoids - targets) / counts).Store(gradient + i);
        }
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            OwnFunctions.OnePlusExpOfMinusAbs(Vector512.Load(logits + i)).Store(losses + i);
        }
        for (int i = 0; i < whole; i += Vector512<float>.Count)
        {
            var x = Vector512.Load(logits + i);
            (OwnFunctions.Softplus(x, Vector512.Load(losses + i)) - targets * x).Store(losses + i);
        }
        Vector<float> target = Vector.Create(p.Target), all = Vector.Create((float)p.Count);
        for (int i = whole; i < count; i += Vector<float>.Count)
        {
            var x = Vector.Load(logits + i);
            var sigmoids = OwnFunctions.Sigmoid(x);
            sigmoids.Store(probabilities + i);
            HostMemory.StoreFirst((sigmoids - target) / all, gradient + i, count - i);
            (OwnFunctions.Softplus(x) - target * x).Store(losses + i);
        }
    }
}
