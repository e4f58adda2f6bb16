using System.Globalization;
using System.Numerics;

namespace IlgpuGan.Options;

/// <summary>Numbers as they are typed.</summary>
public static class OptionNumber
{
    /// <summary>Reads a number; false where the text is none, or one that its type cannot hold.</summary>
    public static bool TryParse<T>(string text, out T value)
        where T : struct, INumber<T> =>
        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !T.IsInfinity(value);

    /// <summary>What a text must be to be read, as the end of a sentence.</summary>
    public static string Form<T>()
        where T : struct, INumber<T> => default(T) is float or double ? "a finite number" : "a whole number";

    /// <summary>What a text must be that cannot be read, as the end of a sentence: of a number that is too large or too small its bounds, too.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bounds">From which number to which, such as <c>1 to 8192</c>.</param>
    public static string Form<T>(string text, string bounds)
        where T : struct, INumber<T> =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && !double.IsNaN(number)
            && (default(T) is float or double || number == Math.Floor(number)) ? $"{Form<T>()}, {bounds}" : Form<T>();
}
