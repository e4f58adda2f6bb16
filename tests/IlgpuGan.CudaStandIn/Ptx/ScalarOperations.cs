namespace IlgpuGan.CudaStandIn.Ptx;

internal readonly struct MultiplyHighInt32 : ICombination<int, int, int>
{
    public static int Of(int a, int b) => (int)(((long)a * b) >> 32);
}

internal readonly struct MultiplyHighUInt32 : ICombination<uint, uint, uint>
{
    public static uint Of(uint a, uint b) => (uint)(((ulong)a * b) >> 32);
}

internal readonly struct MultiplyWideInt32 : ICombination<int, int, long>
{
    public static long Of(int a, int b) => (long)a * b;
}

/// <summary>The lowest number by -1 is itself, as cards wrap; a divisor of zero is a fault before it comes here.</summary>
internal readonly struct DivideInt32 : ICombination<int, int, int>
{
    public static int Of(int a, int b) => b == 0 ? 0 : (int)((long)a / b);
}

internal readonly struct RemainderInt32 : ICombination<int, int, int>
{
    public static int Of(int a, int b) => b == 0 ? 0 : (int)((long)a % b);
}

internal readonly struct DivideUInt32 : ICombination<uint, uint, uint>
{
    public static uint Of(uint a, uint b) => b == 0 ? 0 : a / b;
}

internal readonly struct RemainderUInt32 : ICombination<uint, uint, uint>
{
    public static uint Of(uint a, uint b) => b == 0 ? 0 : a % b;
}

internal readonly struct DivideInt64 : ICombination<long, long, long>
{
    public static long Of(long a, long b) => b is 0 or -1 ? b * a : a / b;
}

internal readonly struct RemainderInt64 : ICombination<long, long, long>
{
    public static long Of(long a, long b) => b is 0 or -1 ? 0 : a % b;
}

internal readonly struct DivideUInt64 : ICombination<ulong, ulong, ulong>
{
    public static ulong Of(ulong a, ulong b) => b == 0 ? 0 : a / b;
}

internal readonly struct RemainderUInt64 : ICombination<ulong, ulong, ulong>
{
    public static ulong Of(ulong a, ulong b) => b == 0 ? 0 : a % b;
}

internal readonly struct ShiftLeft32 : ICombination<uint, uint, uint>
{
    public static uint Of(uint a, uint b) => b > 31 ? 0 : a << (int)b;
}

internal readonly struct ShiftRightUInt32 : ICombination<uint, uint, uint>
{
    public static uint Of(uint a, uint b) => b > 31 ? 0 : a >> (int)b;
}

internal readonly struct ShiftRightInt32 : ICombination<int, uint, int>
{
    public static int Of(int a, uint b) => a >> (int)Math.Min(b, 31);
}

internal readonly struct ShiftLeft64 : ICombination<ulong, uint, ulong>
{
    public static ulong Of(ulong a, uint b) => b > 63 ? 0 : a << (int)b;
}

internal readonly struct ShiftRightUInt64 : ICombination<ulong, uint, ulong>
{
    public static ulong Of(ulong a, uint b) => b > 63 ? 0 : a >> (int)b;
}

internal readonly struct ShiftRightInt64 : ICombination<long, uint, long>
{
    public static long Of(long a, uint b) => a >> (int)Math.Min(b, 63);
}

internal readonly struct And64 : ICombination<ulong, ulong, ulong>
{
    public static ulong Of(ulong a, ulong b) => a & b;
}

internal readonly struct Or64 : ICombination<ulong, ulong, ulong>
{
    public static ulong Of(ulong a, ulong b) => a | b;
}

internal readonly struct Xor64 : ICombination<ulong, ulong, ulong>
{
    public static ulong Of(ulong a, ulong b) => a ^ b;
}

internal readonly struct Not64 : IConversion<ulong, ulong>
{
    public static ulong Of(ulong a) => ~a;
}

internal readonly struct EqualInt64 : ICombination<long, long, uint>
{
    public static uint Of(long a, long b) => a == b ? uint.MaxValue : 0;
}

internal readonly struct NotEqualInt64 : ICombination<long, long, uint>
{
    public static uint Of(long a, long b) => a != b ? uint.MaxValue : 0;
}

internal readonly struct LessInt64 : ICombination<long, long, uint>
{
    public static uint Of(long a, long b) => a < b ? uint.MaxValue : 0;
}

internal readonly struct LessOrEqualInt64 : ICombination<long, long, uint>
{
    public static uint Of(long a, long b) => a <= b ? uint.MaxValue : 0;
}

internal readonly struct LessUInt64 : ICombination<ulong, ulong, uint>
{
    public static uint Of(ulong a, ulong b) => a < b ? uint.MaxValue : 0;
}

internal readonly struct LessOrEqualUInt64 : ICombination<ulong, ulong, uint>
{
    public static uint Of(ulong a, ulong b) => a <= b ? uint.MaxValue : 0;
}

/// <summary>The number of the two where one is none; minus zero is below zero.</summary>
internal readonly struct MinFloat : ICombination<float, float, float>
{
    public static float Of(float a, float b) => Canonical.Of(float.MinNumber(a, b));
}

/// <summary>The number of the two where one is none; minus zero is below zero.</summary>
internal readonly struct MaxFloat : ICombination<float, float, float>
{
    public static float Of(float a, float b) => Canonical.Of(float.MaxNumber(a, b));
}

/// <summary>The first goes into the upper half; rounded to the nearest, to even in the middle.</summary>
internal readonly struct PackBf16 : ICombination<float, float, uint>
{
    private const uint NaN = 0x7FFF;

    public static uint Of(float a, float b) => (Round(a) << 16) | Round(b);

    private static uint Round(float number)
    {
        uint bits = BitConverter.SingleToUInt32Bits(number);
        return float.IsNaN(number) ? NaN : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    }
}

internal readonly struct FloatFromDouble : IConversion<double, float>
{
    public static float Of(double a) => Canonical.Of((float)a);
}

internal readonly struct FloatFromInt32 : IConversion<int, float>
{
    public static float Of(int a) => a;
}

internal readonly struct FloatFromUInt32 : IConversion<uint, float>
{
    public static float Of(uint a) => (float)(double)a;
}

internal readonly struct DoubleFromUInt32 : IConversion<uint, double>
{
    public static double Of(uint a) => a;
}

/// <summary>Towards zero; the nearest integer for what is too large, zero for no number.</summary>
internal readonly struct Int32FromFloat : IConversion<float, int>
{
    public static int Of(float a) => float.IsNaN(a) ? 0 : a >= int.MaxValue ? int.MaxValue : a <= int.MinValue ? int.MinValue : (int)a;
}

internal readonly struct WidenByte : IConversion<uint, uint>
{
    public static uint Of(uint a) => a & 0xFF;
}

internal readonly struct WidenInt32 : IConversion<int, long>
{
    public static long Of(int a) => a;
}

internal readonly struct WidenUInt32 : IConversion<uint, ulong>
{
    public static ulong Of(uint a) => a;
}

internal readonly struct Narrow64 : IConversion<ulong, uint>
{
    public static uint Of(ulong a) => (uint)a;
}
