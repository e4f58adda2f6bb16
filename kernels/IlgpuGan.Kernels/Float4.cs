using System.Runtime.InteropServices;

namespace IlgpuGan.Kernels;

/// <summary>Four neighbouring floats, which a GPU moves in one access: 16 bytes at a multiple of 16.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public struct Float4
{
    /// <summary>Number 0.</summary>
    public float X;

    /// <summary>Number 1.</summary>
    public float Y;

    /// <summary>Number 2.</summary>
    public float Z;

    /// <summary>Number 3.</summary>
    public float W;
}
