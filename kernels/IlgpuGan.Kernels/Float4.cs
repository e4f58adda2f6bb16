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

    /// <summary>The same number four times.</summary>
    public static Float4 Of(float value) => new() { X = value, Y = value, Z = value, W = value };

    /// <summary>Sums.</summary>
    public static Float4 operator +(Float4 a, Float4 b) => new() { X = a.X + b.X, Y = a.Y + b.Y, Z = a.Z + b.Z, W = a.W + b.W };

    /// <summary>Differences.</summary>
    public static Float4 operator -(Float4 a, Float4 b) => new() { X = a.X - b.X, Y = a.Y - b.Y, Z = a.Z - b.Z, W = a.W - b.W };

    /// <summary>Products.</summary>
    public static Float4 operator *(Float4 a, Float4 b) => new() { X = a.X * b.X, Y = a.Y * b.Y, Z = a.Z * b.Z, W = a.W * b.W };
}
