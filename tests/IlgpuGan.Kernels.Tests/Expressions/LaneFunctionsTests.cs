using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using IlgpuGan.Kernels.Expressions;

namespace IlgpuGan.Kernels.Tests.Expressions;

/// <summary>The functions that CPU workers compute side by side: accurate, and the same bits on every processor.</summary>
public class LaneFunctionsTests
{
    private delegate Vector<float> Function(Vector<float> x);

    private static readonly (string Name, Function Lanes, Func<double, double> Exact)[] All =
    [
        ("exp", LaneFunctions.Exp, Math.Exp), ("log", LaneFunctions.Log, Math.Log), ("sin", LaneFunctions.Sin, Math.Sin), ("cos", LaneFunctions.Cos, Math.Cos),
    ];

    [Fact]
    public void Every_function_is_right_to_the_last_bit_or_the_one_before()
    {
        foreach (var (name, lanes, exact) in All)
        {
            double worst = 0;
            float worstAt = 0;
            foreach (float[] some in Arguments().Chunk(Vector<float>.Count))
            {
                var y = lanes(new Vector<float>(some));
                for (int lane = 0; lane < some.Length; lane++)
                {
                    double error = Units(exact(some[lane]), y[lane]);
                    if (!(error <= worst))
                    {
                        (worst, worstAt) = (error, some[lane]);
                    }
                }
            }
            // Exponential and logarithm lose up to half a unit before the last rounding loses another half.
            Assert.True(worst <= (name is "exp" or "log" ? 1.1 : 0.51), $"{name}({worstAt:r}) is wrong by {worst} units in the last place");
        }
    }

    [Fact]
    public void Every_function_has_the_values_of_its_limits()
    {
        var (infinity, nan) = (float.PositiveInfinity, float.NaN);
        AssertValues(LaneFunctions.Exp, (0, 1), (-0f, 1), (infinity, infinity), (-infinity, 0), (nan, nan), (89, infinity), (-200, 0), (float.MaxValue, infinity), (float.MinValue, 0));
        AssertValues(LaneFunctions.Log, (1, 0), (0, -infinity), (-0f, -infinity), (infinity, infinity), (-1, nan), (-infinity, nan), (nan, nan));
        AssertValues(LaneFunctions.Sin, (0, 0), (infinity, nan), (nan, nan));
        AssertValues(LaneFunctions.Cos, (0, 1), (-infinity, nan), (nan, nan));
        // The first number whose exponential is no finite one, and those around the smallest that is not 0.
        Assert.Equal(MathF.Exp(88.72283f), LaneFunctions.Exp(88.72283f), 2e32f);
        Assert.Equal(infinity, LaneFunctions.Exp(88.72284f));
        Assert.Equal(float.Epsilon, LaneFunctions.Exp(-103.27893f));
        Assert.Equal(-103.27893f, LaneFunctions.Log(float.Epsilon), 1e-5f);
    }

    [Fact]
    public void Vectors_of_sixteen_floats_hold_the_same_bits()
    {
        (string Name, Function Short, Func<Vector512<float>, Vector512<float>> Long)[] twins =
        [
            ("exp", LaneFunctions.Exp, LaneFunctions.Exp), ("log", LaneFunctions.Log, LaneFunctions.Log), ("sin", LaneFunctions.Sin, LaneFunctions.Sin),
            ("cos", LaneFunctions.Cos, LaneFunctions.Cos), ("tanh", OwnFunctions.Tanh, OwnFunctions.Tanh), ("sigmoid", OwnFunctions.Sigmoid, OwnFunctions.Sigmoid),
            ("softplus", OwnFunctions.Softplus, OwnFunctions.Softplus),
        ];
        float[] arguments = [.. Arguments(), float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        foreach (var (name, shorter, longer) in twins)
        {
            foreach (float[] chunk in arguments.Chunk(Vector512<float>.Count))
            {
                float[] some = chunk;
                Array.Resize(ref some, Vector512<float>.Count);
                var y = longer(Vector512.Create<float>(some));
                foreach (int start in Enumerable.Range(0, Vector512<float>.Count / Vector<float>.Count).Select(part => part * Vector<float>.Count))
                {
                    var expected = shorter(new Vector<float>(some, start));
                    Assert.All(Enumerable.Range(0, Vector<float>.Count), lane => Assert.True(SameBits(expected[lane], y[start + lane]), $"{name}({some[start + lane]:r})"));
                }
            }
        }
    }

    /// <summary>What divides by 1 + e^x, or takes its logarithm, spares steps that would change nothing.</summary>
    [Fact]
    public void One_and_an_exponential_are_added_to_the_bits_of_their_sum()
    {
        foreach (float x in (float[])[.. Arguments(), .. Enumerable.Range(-24000, 48000).Select(i => i / 200f), float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            Assert.True(SameBits(1 + LaneFunctions.Exp(x), LaneFunctions.OnePlusExp(Vector.Create(x))[0]), $"1 + exp({x:r})");
            Assert.True(SameBits(1 / (1 + LaneFunctions.Exp(-x)), OwnFunctions.Sigmoid(Vector.Create(x))[0]), $"sigmoid({x:r})");
            float softplus = Math.Max(x, 0) + LaneFunctions.Log(1 + LaneFunctions.Exp(-Math.Abs(x)));
            Assert.True(SameBits(softplus, OwnFunctions.Softplus(Vector.Create(x))[0]), $"softplus({x:r})");
        }
    }

    private static bool SameBits(float a, float b) => float.IsNaN(a) ? float.IsNaN(b) : BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b);

    [Fact]
    public void Neighbours_in_a_vector_change_no_bit()
    {
        float[] neighbours = [0.3f, 1e30f, float.NaN, 1e-40f, float.PositiveInfinity, 7e5f];
        foreach (var (name, lanes, _) in All)
        {
            foreach (float x in Arguments().Where((_, i) => i % 97 == 0))
            {
                float alone = lanes(new Vector<float>(x))[0];
                for (int i = 0; i < neighbours.Length; i++)
                {
                    int lane = i % Vector<float>.Count;
                    float beside = lanes(Vector.WithElement(new Vector<float>(neighbours[i]), lane, x))[lane];
                    Assert.True(BitConverter.SingleToInt32Bits(alone) == BitConverter.SingleToInt32Bits(beside), $"{name}({x:r}) is {alone:r}, beside {neighbours[i]} it is {beside:r}");
                }
            }
        }
    }

    /// <summary>The bits of a hundred thousand values of each: whoever runs this test, on whatever processor, has these.</summary>
    [Theory]
    [InlineData("exp", "29a5489959168c40")]
    [InlineData("log", "ace411c66c6de562")]
    [InlineData("sin", "195d87e8db89cc5e")]
    [InlineData("cos", "f6417b90e1983ce3")]
    public void Every_processor_computes_the_same_bits(string name, string expected)
    {
        var lanes = All.Single(function => function.Name == name).Lanes;
        List<float> values = [];
        foreach (float[] some in Arguments().Chunk(16))
        {
            for (int i = 0; i < some.Length; i += Vector<float>.Count)
            {
                var y = lanes(new Vector<float>(some, i));
                for (int lane = 0; lane < Vector<float>.Count; lane++)
                {
                    // The sign of what is no number is the processor's.
                    values.Add(float.IsNaN(y[lane]) ? 0 : y[lane]);
                }
            }
        }
        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(values.ToArray())))[..16]);
    }

    private static void AssertValues(Function function, params (float X, float Y)[] values) =>
        Assert.All(values, pair => Assert.Equal(pair.Y, function(new Vector<float>(pair.X))[0]));

    /// <summary>A hundred thousand numbers of both signs: most from 1e-3 to 100, where they are met, some of any exponent at which the functions are finite and exactly reduced.</summary>
    private static IEnumerable<float> Arguments()
    {
        var random = new Random(7);
        for (int i = 0; i < 100_000; i++)
        {
            float size = i % 4 == 0 ? MathF.ScaleB(1 + random.NextSingle(), random.Next(-149, 28)) : MathF.ScaleB(1 + random.NextSingle(), random.Next(-10, 7));
            yield return i % 2 == 0 ? size : -size;
        }
    }

    /// <summary>The distance between a value and a float in units of the last place of a float of that size.</summary>
    private static double Units(double exact, float actual)
    {
        if (double.IsNaN(exact))
        {
            return float.IsNaN(actual) ? 0 : double.PositiveInfinity;
        }
        if (Math.Abs(exact) > float.MaxValue)
        {
            return float.IsInfinity(actual) && Math.Sign(exact) == Math.Sign(actual) ? 0 : double.PositiveInfinity;
        }
        double unit = Math.ScaleB(1, Math.Max(-149, Math.ILogB(Math.Max(Math.Abs(exact), 1e-45)) - 23));
        return Math.Abs(exact - actual) / unit;
    }
}
