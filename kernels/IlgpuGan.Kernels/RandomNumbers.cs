using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IlgpuGan.Kernels.Expressions;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of the two random kernels.</summary>
public struct RandomParameters
{
    /// <summary>[n]</summary>
    public ArrayView<float> Output;

    /// <summary>Which numbers.</summary>
    public Draws Draws;

    /// <summary>Numbers to draw.</summary>
    public int Count;

    /// <summary>
    /// Of a batch in leaves: runs of equal length that the numbers are, each with its own for every image. A leaf draws its part of each run, so that all
    /// leaves together draw what the batch would. 0 or 1 for one run.
    /// </summary>
    public int Runs;

    /// <summary>Blocks that a run touches: one more where it may begin within a block, as it then ends within another.</summary>
    internal readonly int BlocksOfRun => Draws.Leaves > 1 && Length % 4 != 0 ? Length / 4 + 2 : (Length + 3) / 4;

    /// <summary>Blocks to draw.</summary>
    internal readonly int Blocks => OwnRuns * BlocksOfRun;

    /// <summary>Numbers of a run.</summary>
    internal readonly int Length => Count / OwnRuns;

    // Never 0: a compiler may divide by it before it asks whether the quotient is wanted.
    private readonly int OwnRuns => Draws.Leaves > 1 && Runs > 1 ? Runs : 1;

    /// <summary>Where one of the blocks is.</summary>
    internal readonly RandomPlace At(int item)
    {
        int run = item / BlocksOfRun;
        long start = ((long)run * Draws.Parts + Draws.Leaf) * Length;
        long block = start / 4 + (item - run * BlocksOfRun);
        RandomPlace place;
        place.Block = (uint)block;
        place.Run = run * Length;
        place.First = (int)(4 * block - start);
        return place;
    }

    internal readonly void Store(RandomPlace place, float x, float y, float z, float w)
    {
        Store(place, 0, x);
        Store(place, 1, y);
        Store(place, 2, z);
        Store(place, 3, w);
    }

    private readonly void Store(RandomPlace place, int word, float number)
    {
        int i = place.First + word;
        if (i >= 0 && i < Length)
        {
            Output[place.Run + i] = number;
        }
    }
}

/// <summary>A Philox block of a stream, and where its four numbers go.</summary>
internal struct RandomPlace
{
    /// <summary>Its number in the stream.</summary>
    public uint Block;

    /// <summary>Where its run begins in the output.</summary>
    public int Run;

    /// <summary>Where its first number lies in the run; negative where that is another leaf's.</summary>
    public int First;
}

/// <summary>Uniform numbers in [0, 1); four from each Philox block.</summary>
public readonly struct RandomUniform : IKernel<RandomParameters>
{
    /// <inheritdoc/>
    public static GridSize Grid(in RandomParameters p) => GridSize.For(p.Blocks);

    /// <inheritdoc/>
    public static void Thread(RandomParameters p)
    {
        int block = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (block < p.Blocks)
        {
            Block(p, block);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Share(in RandomParameters p, in Crew crew)
    {
        while (crew.Take(p.Blocks, 256, out int first, out int last))
        {
            for (int block = first; block < last; block++)
            {
                Block(p, block);
            }
        }
    }

    private static void Block(RandomParameters p, int item)
    {
        var place = p.At(item);
        var words = p.Draws.Block((int)place.Block);
        p.Store(place, Philox.Uniform(words.A), Philox.Uniform(words.B), Philox.Uniform(words.C), Philox.Uniform(words.D));
    }
}

/// <summary>Standard normal numbers; four from each Philox block.</summary>
public readonly struct RandomNormal : IKernel<RandomParameters>
{
    private static bool HasLongLanes => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    // Blocks at a time: a multiple of every vector, small enough for the stack.
    private const int Chunk = 64;

    /// <inheritdoc/>
    public static GridSize Grid(in RandomParameters p) => GridSize.For(p.Blocks);

    /// <inheritdoc/>
    public static void Thread(RandomParameters p)
    {
        int block = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (block < p.Blocks)
        {
            Block(p, block);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in RandomParameters p, in Crew crew)
    {
        var draws = p.Draws;
        uint step = draws.Step;
        float* output = p.Output.Pointer();
        float* cut = stackalloc float[4];
        int length = p.Length, ofRun = p.BlocksOfRun;
        while (crew.Take(p.Blocks, 256, out int first, out int last))
        {
            for (int start = first, blocks; start < last; start += blocks)
            {
                var place = p.At(start);
                float* run = output + place.Run;
                blocks = place.First < 0 ? 1 : Math.Min(Math.Min(Chunk, last - start), ofRun - start % ofRun);
                int count = Math.Min(4 * blocks, length - place.First);
                if (place.First < 0)
                {
                    Blocks(cut, 4, place.Block, (uint)draws.Stream, step, draws.SeedLow, draws.SeedHigh);
                    for (int i = -place.First; i < count; i++)
                    {
                        run[place.First + i] = cut[i];
                    }
                }
                else if (count > 0)
                {
                    Blocks(run + place.First, count, place.Block, (uint)draws.Stream, step, draws.SeedLow, draws.SeedHigh);
                }
            }
        }
    }

    /// <summary>The numbers that a CPU worker draws, for the host: the same bits on every processor.</summary>
    public static unsafe void Fill(Span<float> target, uint stream, uint step, uint seedLow, uint seedHigh)
    {
        fixed (float* output = target)
        {
            for (int start = 0; start < target.Length; start += 4 * Chunk)
            {
                Blocks(output + start, Math.Min(4 * Chunk, target.Length - start), (uint)(start / 4), stream, step, seedLow, seedHigh);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Blocks(float* output, int count, uint start, uint stream, uint step, uint seedLow, uint seedHigh)
    {
        int blocks = (count + 3) / 4;
        // Word by word, so that the four numbers of a block become lanes of four vectors.
        uint* a = stackalloc uint[4 * Chunk];
        uint* b = a + Chunk;
        uint* c = b + Chunk;
        uint* d = c + Chunk;
        int drawn = 0;
        if (HasLongLanes)
        {
            for (; drawn + PhiloxLanes.LongCount <= blocks; drawn += PhiloxLanes.LongCount)
            {
                PhiloxLanes.GenerateLong(start + (uint)drawn, stream, step, seedLow, seedHigh, a + drawn, b + drawn, c + drawn, d + drawn);
            }
        }
        if (PhiloxLanes.IsSupported)
        {
            for (; drawn + PhiloxLanes.Count <= blocks; drawn += PhiloxLanes.Count)
            {
                PhiloxLanes.Generate(start + (uint)drawn, stream, step, seedLow, seedHigh, a + drawn, b + drawn, c + drawn, d + drawn);
            }
        }
        for (; drawn < blocks; drawn++)
        {
            var words = Philox.Generate(start + (uint)drawn, stream, step, seedLow, seedHigh);
            (a[drawn], b[drawn], c[drawn], d[drawn]) = (words.A, words.B, words.C, words.D);
        }
        Normal(a, b, blocks);
        Normal(c, d, blocks);
        int written = 0;
        if (HasLongLanes)
        {
            for (; 4 * (written + PhiloxLanes.LongCount) <= count; written += PhiloxLanes.LongCount)
            {
                Interleave((float*)a + written, (float*)b + written, (float*)c + written, (float*)d + written, output + 4 * written);
            }
        }
        for (int i = written; i < blocks; i++)
        {
            var numbers = Vector128.Create(a[i], b[i], c[i], d[i]).AsSingle();
            if (4 * i + 4 <= count)
            {
                numbers.Store(output + 4 * i);
            }
            else
            {
                for (int lane = 0; lane < count - 4 * i; lane++)
                {
                    output[4 * i + lane] = numbers[lane];
                }
            }
        }
    }

    /// <summary>Box and Muller on lanes: words in, numbers out. Whole vectors: what lies behind the count is not read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Normal(uint* first, uint* second, int count)
    {
        int i = 0;
        if (HasLongLanes)
        {
            for (; i + Vector512<float>.Count <= count; i += Vector512<float>.Count)
            {
                var radius = OwnFunctions.Radius(OwnFunctions.Uniform(Vector512.Load(first + i)));
                var (sin, cos) = LaneFunctions.SinCosNearZero(Vector512.Create(6.2831853f) * OwnFunctions.Uniform(Vector512.Load(second + i)));
                (radius * cos).Store((float*)first + i);
                (radius * sin).Store((float*)second + i);
            }
        }
        for (; i < count; i += Vector<float>.Count)
        {
            var radius = OwnFunctions.Radius(OwnFunctions.Uniform(Vector.Load(first + i)));
            var (sin, cos) = LaneFunctions.SinCosNearZero(Vector.Create(6.2831853f) * OwnFunctions.Uniform(Vector.Load(second + i)));
            (radius * cos).Store((float*)first + i);
            (radius * sin).Store((float*)second + i);
        }
    }

    /// <summary>Sixteen numbers of each of four kinds, as sixteen blocks of one of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Interleave(float* a, float* b, float* c, float* d, float* output)
    {
        Vector512<float> kindA = Vector512.Load(a), kindB = Vector512.Load(b), kindC = Vector512.Load(c), kindD = Vector512.Load(d);
        var (lowAb, highAb) = (Avx512F.UnpackLow(kindA, kindB).AsDouble(), Avx512F.UnpackHigh(kindA, kindB).AsDouble());
        var (lowCd, highCd) = (Avx512F.UnpackLow(kindC, kindD).AsDouble(), Avx512F.UnpackHigh(kindC, kindD).AsDouble());
        // Of every four blocks, the first, the second and so on.
        var (first, second) = (Avx512F.UnpackLow(lowAb, lowCd), Avx512F.UnpackHigh(lowAb, lowCd));
        var (third, fourth) = (Avx512F.UnpackLow(highAb, highCd), Avx512F.UnpackHigh(highAb, highCd));
        var (firstsLow, thirdsLow) = (Avx512F.Shuffle4x128(first, second, 0x44), Avx512F.Shuffle4x128(third, fourth, 0x44));
        var (firstsHigh, thirdsHigh) = (Avx512F.Shuffle4x128(first, second, 0xEE), Avx512F.Shuffle4x128(third, fourth, 0xEE));
        Avx512F.Shuffle4x128(firstsLow, thirdsLow, 0x88).AsSingle().Store(output);
        Avx512F.Shuffle4x128(firstsLow, thirdsLow, 0xDD).AsSingle().Store(output + 16);
        Avx512F.Shuffle4x128(firstsHigh, thirdsHigh, 0x88).AsSingle().Store(output + 32);
        Avx512F.Shuffle4x128(firstsHigh, thirdsHigh, 0xDD).AsSingle().Store(output + 48);
    }

    private static void Block(RandomParameters p, int item)
    {
        var place = p.At(item);
        var normal = Philox.Normal(p.Draws.Block((int)place.Block));
        p.Store(place, normal.X, normal.Y, normal.Z, normal.W);
    }
}
