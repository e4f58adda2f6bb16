using System.Globalization;
using System.Numerics.Tensors;

namespace IlgpuGan.Data.Containers;

/// <summary>The least and the greatest value of an array of images, and what they say of black and white.</summary>
internal struct ArrayRange()
{
    // What computing leaves on a value that is meant to be a bound.
    private const float Slack = 1e-4f;
    private const float White = 255;

    private float least = float.PositiveInfinity;
    private float greatest = float.NegativeInfinity;
    private bool anyNan;

    /// <summary>Whether an array of these elements must be looked through before its values can be taken for brightness.</summary>
    public static bool IsNeeded(ContainerElement element) => element is not (ContainerElement.Unsigned8 or ContainerElement.Boolean);

    /// <summary>Takes in values.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        float min = TensorPrimitives.Min(values);
        anyNan |= float.IsNaN(min);
        least = Math.Min(least, min);
        greatest = Math.Max(greatest, TensorPrimitives.Max(values));
    }

    /// <summary>What makes bytes of the values.</summary>
    /// <param name="array">The array, for messages.</param>
    /// <param name="element">What it is made of.</param>
    /// <param name="remarks">Hears how values other than bytes were understood.</param>
    /// <exception cref="SourceUnsupportedException">They are in none of the ranges that images have.</exception>
    public readonly ArrayScale Scale(string array, ContainerElement element, List<string> remarks)
    {
        if (element == ContainerElement.Boolean)
        {
            return new(White, 0);
        }

        if (element == ContainerElement.Unsigned8)
        {
            return new(1, 0);
        }

        string found = string.Create(CultureInfo.InvariantCulture, $"values from {least:0.####} to {greatest:0.####}");
        if (anyNan || !float.IsFinite(least) || !float.IsFinite(greatest))
        {
            throw new SourceUnsupportedException($"{array} holds values that are not finite, where brightness from 0 to 1, -1 to 1 or 0 to 255 was expected; save it without them.");
        }

        if (element.IsFraction() && greatest <= 1 + Slack && least >= -1 - Slack)
        {
            bool isSigned = least < -Slack;
            remarks.Add($"{array} holds {found}, of which {(isSigned ? "-1" : "0")} is taken for black and 1 for white.");
            return isSigned ? new(White / 2, White / 2) : new(White, 0);
        }

        if (least >= -Slack && greatest <= White + Slack)
        {
            remarks.Add($"{array} holds {found}, of which 0 is taken for black and 255 for white.");
            return new(1, 0);
        }

        if (element == ContainerElement.Unsigned16)
        {
            remarks.Add($"{array} holds {found} of 16 bits, of which 0 is taken for black and 65535 for white.");
            return new(White / ushort.MaxValue, 0);
        }

        throw new SourceUnsupportedException($"{array} holds {found}, where brightness from 0 to 1, -1 to 1 or 0 to 255 was expected; save it scaled to one of these.");
    }
}

/// <summary>Makes bytes of numbers: a number times <paramref name="Factor"/> plus <paramref name="Offset"/>, rounded.</summary>
internal readonly record struct ArrayScale(float Factor, float Offset)
{
    /// <summary>The bytes of numbers.</summary>
    public void ToBytes(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        for (int i = 0; i < values.Length; i++)
        {
            bytes[i] = (byte)Math.Clamp(MathF.Round((values[i] * Factor) + Offset), 0, 255);
        }
    }
}
