using System.Numerics;
using System.Runtime.CompilerServices;

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
    private const int ProductBytes = ((TileRows * MaximumDepth) + (MaximumDepth * TileColumns) + (TileRows * TileColumns)) * sizeof(double);

    /// <summary>The bits of a double that a float has not.</summary>
    private const long BelowFloat = (1L << 29) - 1;

    /// <summary>The bits of a float that TF32 has not.</summary>
    private const uint BelowTf32 = (1u << 13) - 1;

    private readonly double* product;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Product(Instruction instruction)
    {
        bool isTf32 = instruction.Operation == Operation.MmaTf32;
        double* left = product, right = left + (TileRows * MaximumDepth), sum = right + (MaximumDepth * TileColumns);
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
            for (int part = 0; part < 4; part++)
            {
                float* c = (float*)Row(instruction.Elements[10 + part]) + first;
                for (int lane = 0; lane < WarpThreads; lane++)
                {
                    sum[SumPlace(lane, part)] = c[lane];
                }
            }
            Multiply(left, right, sum, isTf32 ? 8 : 16, isTf32 ? 4 : 8);
            for (int part = 0; part < 4; part++)
            {
                float* d = (float*)Row(instruction.Elements[part]) + first;
                for (int lane = 0; lane < WarpThreads; lane++)
                {
                    d[lane] = Canonical.Of((float)sum[SumPlace(lane, part)]);
                }
            }
        }
    }

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
                right[(((lane & 3) + (part * 4)) * TileColumns) + (lane >> 2)] = BitConverter.UInt32BitsToSingle(b[lane] & ~BelowTf32);
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
                double* pair = right + (((2 * (lane & 3)) + (part * 8)) * TileColumns) + (lane >> 2);
                pair[0] = BitConverter.UInt32BitsToSingle(b[lane] << 16);
                pair[TileColumns] = BitConverter.UInt32BitsToSingle(b[lane] & 0xFFFF0000);
            }
        }
    }

    private static int SumPlace(int lane, int part) => (((lane >> 2) + ((part >> 1) * 8)) * TileColumns) + (2 * (lane & 3)) + (part & 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(double* left, double* right, double* sum, int depth, int blockDepth)
    {
        var kept = new Vector<long>(~BelowFloat);
        // Four rows at a time: their sums do not wait for each other.
        for (int row = 0; row < TileRows; row += 4)
        {
            double* l0 = left + (row * depth), l1 = l0 + depth, l2 = l1 + depth, l3 = l2 + depth;
            for (int column = 0; column < TileColumns; column += Vector<double>.Count)
            {
                double* s0 = sum + (row * TileColumns) + column, s1 = s0 + TileColumns, s2 = s1 + TileColumns, s3 = s2 + TileColumns;
                Vector<double> t0 = Vector.Load(s0), t1 = Vector.Load(s1), t2 = Vector.Load(s2), t3 = Vector.Load(s3);
                for (int start = 0; start < depth; start += blockDepth)
                {
                    for (int at = start; at < start + blockDepth; at++)
                    {
                        var factors = Vector.Load(right + (at * TileColumns) + column);
                        t0 += new Vector<double>(l0[at]) * factors;
                        t1 += new Vector<double>(l1[at]) * factors;
                        t2 += new Vector<double>(l2[at]) * factors;
                        t3 += new Vector<double>(l3[at]) * factors;
                    }
                    t0 = Cut(t0, kept);
                    t1 = Cut(t1, kept);
                    t2 = Cut(t2, kept);
                    t3 = Cut(t3, kept);
                }
                t0.Store(s0);
                t1.Store(s1);
                t2.Store(s2);
                t3.Store(s3);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Cut(Vector<double> total, Vector<long> kept) => Vector.AsVectorDouble(Vector.AsVectorInt64(total) & kept);
}
