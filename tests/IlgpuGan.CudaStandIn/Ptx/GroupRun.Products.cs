using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>
/// Products of a warp on tensor cores. Factors lose the bits that the hardware does not read; products are exact; the sum takes in blocks of depth, four
/// for TF32 and eight for BF16, each added to the sum so far without rounding and then cut to a float, towards zero: as Fasi, Higham, Mikaitis and Pranesh
/// measured on A100 ("Numerical behavior of NVIDIA tensor cores", 2021), but for the bits below the sum's that the hardware drops inside a block.
/// </summary>
internal sealed unsafe partial class GroupRun
{
    private const int TileRows = 16;
    private const int TileColumns = 8;
    private const int MaximumDepth = 16;

    /// <summary>Factors of both sides, and the sums of a warp's second half.</summary>
    private const int ProductBytes = (((TileRows * MaximumDepth) + (MaximumDepth * TileColumns)) * sizeof(double)) + (2 * WarpThreads * sizeof(float));

    /// <summary>The bits of a double that a float has not.</summary>
    private const long BelowFloat = (1L << 29) - 1;

    /// <summary>The bits of a float that TF32 has not.</summary>
    private const uint BelowTf32 = (1u << 13) - 1;

    private readonly double* product;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Product(Instruction instruction)
    {
        bool isTf32 = instruction.Operation == Operation.MmaTf32;
        var (depth, blockDepth) = isTf32 ? (8, 4) : (16, 8);
        double* left = product, right = left + (TileRows * MaximumDepth);
        float* kept = (float*)(right + (MaximumDepth * TileColumns));
        for (int warp = 0; warp < warps; warp++)
        {
            int first = warp * WarpThreads;
            if (!TakesPart(instruction, first))
            {
                continue;
            }
            counters.Products++;
            if (isTf32)
            {
                GatherTf32(instruction, first, left, right);
            }
            else
            {
                GatherBf16(instruction, first, left, right);
            }
            // Results may go where sums are read from.
            Lanes.Copy(kept, Part(instruction, 12, first), WarpThreads * sizeof(float));
            Lanes.Copy(kept + WarpThreads, Part(instruction, 13, first), WarpThreads * sizeof(float));
            Multiply(left, right, Part(instruction, 10, first), Part(instruction, 11, first), Part(instruction, 0, first), Part(instruction, 1, first), depth, blockDepth);
            Multiply(left + (8 * depth), right, kept, kept + WarpThreads, Part(instruction, 2, first), Part(instruction, 3, first), depth, blockDepth);
        }
    }

    private float* Part(Instruction instruction, int element, int first) => (float*)Row(instruction.Elements[element]) + first;

    /// <summary>Whether a warp takes part, which it does as a whole or not at all.</summary>
    private bool TakesPart(Instruction instruction, int first)
    {
        int present = 0, missing = -1;
        for (int lane = first; lane < first + WarpThreads; lane++)
        {
            if (mask[lane] != 0)
            {
                present++;
            }
            else
            {
                missing = lane;
            }
        }
        if (present is not (0 or WarpThreads))
        {
            throw Fault(FaultKind.DivergentMma, $"{WarpThreads - present} threads of its warp are missing", instruction, missing);
        }
        return present > 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherTf32(Instruction instruction, int first, double* left, double* right)
    {
        for (int part = 0; part < 4; part++)
        {
            uint* a = Row(instruction.Elements[4 + part]) + first;
            for (int lane = 0; lane < WarpThreads; lane++)
            {
                left[(((lane >> 2) + ((part & 1) * 8)) * 8) + (lane & 3) + ((part >> 1) * 4)] = BitConverter.UInt32BitsToSingle(a[lane] & ~BelowTf32);
            }
        }
        for (int part = 0; part < 2; part++)
        {
            uint* b = Row(instruction.Elements[8 + part]) + first;
            for (int lane = 0; lane < WarpThreads; lane++)
            {
                right[(((lane & 3) + (part * 4)) * TileColumns) + ColumnPlace(lane >> 2)] = BitConverter.UInt32BitsToSingle(b[lane] & ~BelowTf32);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherBf16(Instruction instruction, int first, double* left, double* right)
    {
        for (int part = 0; part < 4; part++)
        {
            uint* a = Row(instruction.Elements[4 + part]) + first;
            for (int lane = 0; lane < WarpThreads; lane++)
            {
                double* pair = left + (((lane >> 2) + ((part & 1) * 8)) * 16) + (2 * (lane & 3)) + ((part >> 1) * 8);
                pair[0] = BitConverter.UInt32BitsToSingle(a[lane] << 16);
                pair[1] = BitConverter.UInt32BitsToSingle(a[lane] & 0xFFFF0000);
            }
        }
        for (int part = 0; part < 2; part++)
        {
            uint* b = Row(instruction.Elements[8 + part]) + first;
            for (int lane = 0; lane < WarpThreads; lane++)
            {
                double* pair = right + (((2 * (lane & 3)) + (part * 8)) * TileColumns) + ColumnPlace(lane >> 2);
                pair[0] = BitConverter.UInt32BitsToSingle(b[lane] << 16);
                pair[TileColumns] = BitConverter.UInt32BitsToSingle(b[lane] & 0xFFFF0000);
            }
        }
    }

    /// <summary>Even columns come first: a thread's two sums are of neighbours, but lie in different registers.</summary>
    private static int ColumnPlace(int column) => (column >> 1) + ((column & 1) * 4);

    /// <summary>Eight rows of a product. Four threads in a row hold the sums of a row: its even columns in one register, its odd ones in another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(double* left, double* right, float* evenSums, float* oddSums, float* evenResults, float* oddResults, int depth, int blockDepth)
    {
        for (int place = 0; place < WarpThreads; place += 8)
        {
            double* upper = left + (place / 4 * depth), lower = upper + depth;
            Vector256<double> upperEven = Widen(evenSums + place), upperOdd = Widen(oddSums + place);
            Vector256<double> lowerEven = Widen(evenSums + place + 4), lowerOdd = Widen(oddSums + place + 4);
            for (int start = 0; start < depth; start += blockDepth)
            {
                for (int at = start; at < start + blockDepth; at++)
                {
                    Vector256<double> even = Vector256.Load(right + (at * TileColumns)), odd = Vector256.Load(right + (at * TileColumns) + 4);
                    Vector256<double> up = Vector256.Create(upper[at]), low = Vector256.Create(lower[at]);
                    upperEven += up * even;
                    upperOdd += up * odd;
                    lowerEven += low * even;
                    lowerOdd += low * odd;
                }
                upperEven = Cut(upperEven);
                upperOdd = Cut(upperOdd);
                lowerEven = Cut(lowerEven);
                lowerOdd = Cut(lowerOdd);
            }
            Narrow(upperEven).Store(evenResults + place);
            Narrow(upperOdd).Store(oddResults + place);
            Narrow(lowerEven).Store(evenResults + place + 4);
            Narrow(lowerOdd).Store(oddResults + place + 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Widen(float* sums)
    {
        var (lower, upper) = Vector128.Widen(Vector128.Load(sums));
        return Vector256.Create(lower, upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Narrow(Vector256<double> sums)
    {
        var results = Vector128.Narrow(sums.GetLower(), sums.GetUpper());
        return Vector128.ConditionalSelect(Vector128.Equals(results, results), results, Vector128.Create(Canonical.NaN).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Cut(Vector256<double> sums) => (sums.AsInt64() & Vector256.Create(~BelowFloat)).AsDouble();
}
