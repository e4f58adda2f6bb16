using System.Numerics;
using System.Runtime.CompilerServices;

namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>Which threads run where: the paths that threads have parted to, innermost last.</summary>
internal sealed unsafe partial class GroupRun
{
    /// <summary>Where each path is and where its threads meet those of the one before it.</summary>
    private readonly List<(int At, int Meeting)> paths = [];

    /// <summary>The threads of each path, as a row of all ones and all zeroes.</summary>
    private readonly List<nint> masks = [];
    private readonly uint* guard;
    private readonly uint* sideMask;
    private readonly int* pathLanes;
    private readonly int* guardLanes;
    private int at;
    private int meeting;
    private int depth;
    private uint* pathMask;
    private int pathCount;
    private int pathWarps;

    /// <summary>The threads that take part in the instruction: those of the path that its predicate lets.</summary>
    private uint* mask;
    private int* lanes;
    private int laneCount;
    private bool isWhole;

    private void BeginPath()
    {
        (depth, at, meeting) = (0, 0, -1);
        paths.Clear();
        paths.Add((0, -1));
        pathMask = (uint*)masks[0];
        for (int lane = 0; lane < width; lane++)
        {
            pathMask[lane] = lane < threads ? uint.MaxValue : 0;
        }
        SetPath();
    }

    /// <summary>Takes the threads of the innermost path.</summary>
    private void SetPath()
    {
        pathMask = (uint*)masks[depth];
        (pathCount, pathWarps) = (0, 0);
        for (int warp = 0; warp < warps; warp++)
        {
            int before = pathCount;
            for (int lane = warp * WarpThreads; lane < (warp + 1) * WarpThreads; lane++)
            {
                pathLanes[pathCount] = lane;
                pathCount += (int)(pathMask[lane] & 1);
            }
            pathWarps += pathCount > before ? 1 : 0;
        }
        Unguard();
    }

    private void Unguard() => TakePart(pathMask, pathLanes, pathCount);

    private void TakePart(uint* mask, int* lanes, int count)
    {
        this.mask = mask;
        this.lanes = lanes;
        (laneCount, isWhole) = (count, count == threads);
    }

    private void Guard(Instruction instruction)
    {
        uint* predicate = Row(instruction.Predicate);
        uint flip = instruction.IsNegated ? uint.MaxValue : 0;
        int count = 0;
        for (int lane = 0; lane < width; lane++)
        {
            guard[lane] = pathMask[lane] & (predicate[lane] ^ flip);
            guardLanes[count] = lane;
            count += (int)(guard[lane] & 1);
        }
        TakePart(guard, guardLanes, count);
    }

    private void Meet()
    {
        depth--;
        (at, meeting) = paths[depth];
        SetPath();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Branch(Instruction branch)
    {
        if (branch.Predicate < 0 || branch.Target == at + 1)
        {
            at = branch.Target;
            return;
        }
        uint* predicate = Row(branch.Predicate);
        var flip = new Vector<uint>(branch.IsNegated ? uint.MaxValue : 0);
        var ones = Vector<uint>.Zero;
        for (int lane = 0; lane < width; lane += Vector<uint>.Count)
        {
            var taken = Vector.Load(pathMask + lane) & (Vector.Load(predicate + lane) ^ flip);
            taken.Store(guard + lane);
            ones -= taken;
        }
        int count = (int)Vector.Sum(ones);
        if (count == 0)
        {
            at++;
        }
        else if (count == pathCount)
        {
            at = branch.Target;
        }
        else
        {
            Part(branch);
        }
    }

    private void Part(Instruction branch)
    {
        if (branch.IsUniform)
        {
            CheckUniform(branch);
        }
        for (int lane = 0; lane < width; lane++)
        {
            sideMask[lane] = pathMask[lane] & ~guard[lane];
        }
        int meet = branch.Meeting, next = at + 1;
        // Where the path itself ends at the meeting its threads need not be kept: the path before it holds them.
        if (meet >= 0 && meet != meeting)
        {
            paths[depth] = (meet, meeting);
            Push();
        }
        bool goesOn = false;
        if (next != meet)
        {
            Set(sideMask, next, meet);
            goesOn = true;
        }
        if (branch.Target != meet)
        {
            if (goesOn)
            {
                Push();
            }
            Set(guard, branch.Target, meet);
        }
        (at, meeting) = paths[depth];
        SetPath();
    }

    private void Push()
    {
        depth++;
        if (paths.Count == depth)
        {
            paths.Add(default);
        }
        if (masks.Count == depth)
        {
            masks.Add((nint)Take(rowBytes));
        }
    }

    private void Set(uint* threadsOfIt, int start, int meet)
    {
        Unsafe.CopyBlock((void*)masks[depth], threadsOfIt, (uint)rowBytes);
        paths[depth] = (start, meet);
    }

    private void CheckUniform(Instruction branch)
    {
        for (int warp = 0; warp < warps; warp++)
        {
            int taken = -1, left = -1;
            for (int lane = warp * WarpThreads; lane < (warp + 1) * WarpThreads; lane++)
            {
                if (guard[lane] != 0)
                {
                    taken = lane;
                }
                else if (pathMask[lane] != 0)
                {
                    left = lane;
                }
            }
            if (taken >= 0 && left >= 0)
            {
                throw Fault(FaultKind.DivergentUniformBranch, $"thread {taken} of its warp goes another way", branch, left);
            }
        }
    }

    /// <summary>Ends the threads that take part; false when no thread is left.</summary>
    private bool Return(Instruction instruction)
    {
        for (int before = 0; before < depth; before++)
        {
            uint* others = (uint*)masks[before];
            for (int lane = 0; lane < width; lane++)
            {
                others[lane] &= ~mask[lane];
            }
        }
        if (laneCount < pathCount)
        {
            for (int lane = 0; lane < width; lane++)
            {
                pathMask[lane] &= ~mask[lane];
            }
            at++;
            SetPath();
            return true;
        }
        do
        {
            if (--depth < 0)
            {
                return false;
            }
            (at, meeting) = paths[depth];
            SetPath();
        }
        while (pathCount == 0);
        return true;
    }

    private void Barrier(Instruction instruction)
    {
        if (laneCount != threads)
        {
            int missing = 0;
            while (mask[missing] != 0)
            {
                missing++;
            }
            throw Fault(FaultKind.DivergentBarrier, $"{threads - laneCount} of {threads} threads do not reach the barrier with the others", instruction, missing);
        }
        counters.Barriers++;
        NextInterval();
    }
}
