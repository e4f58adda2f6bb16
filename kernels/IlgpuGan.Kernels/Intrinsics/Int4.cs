using System.Runtime.InteropServices;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>Four neighbouring numbers, which a GPU moves in one access: 16 bytes at a multiple of 16.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public struct Int4
{
    /// <summary>Number 0.</summary>
    public int X;

    /// <summary>Number 1.</summary>
    public int Y;

    /// <summary>Number 2.</summary>
    public int Z;

    /// <summary>Number 3.</summary>
    public int W;
}
