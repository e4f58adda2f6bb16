using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using IlgpuGan.Devices;

namespace IlgpuGan.Bench;

/// <summary>The options of the commands; their errors name the option and what is allowed.</summary>
internal static class BenchOptions
{
    private const double MostSeconds = 3600;

    public static Option<string> Device() => new("--device")
    {
        Description = "auto, cuda[:n], opencl[:n] or cpu",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<Precision> Precision() =>
        Choice("--precision", "how products multiply on tensor cores; other devices compute in fp32", Devices.Precision.Tf32);

    public static Option<TuningMode> Tune() => Choice("--tune", "how long to look for the fastest kernels", TuningMode.Off);

    public static Option<bool> Json() => new("--json")
    {
        Description = "one JSON object per row on standard output, the device's limits last",
    };

    public static Option<double> Seconds(double usual) => Real("--seconds", "how long to measure each row", usual, 0, MostSeconds);

    public static Option<double> Real(string name, string description, double usual, double least, double most) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            double number = Parse(result, double.NaN);
            if (!(number >= least && number <= most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is \"{result.Tokens[0].Value}\"; it must be a number between {least} and {most}"));
            }
            return number;
        },
    };

    public static Option<int> Number(string name, string description, int usual) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            int number = Parse(result, 0);
            if (number < 1)
            {
                result.AddError($"{name} is \"{result.Tokens[0].Value}\"; it must be a whole number of at least 1");
            }
            return number;
        },
    };

    public static Option<int[]> Numbers(string name, string description, int[] usual) => new(name)
    {
        Description = description,
        HelpName = "N ...",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            var numbers = new List<int>();
            foreach (var token in result.Tokens)
            {
                if (int.TryParse(token.Value, CultureInfo.InvariantCulture, out int number) && number > 0)
                {
                    numbers.Add(number);
                }
                else
                {
                    result.AddError($"{name} is \"{token.Value}\"; it must be whole numbers of at least 1");
                }
            }
            return [.. numbers];
        },
    };

    public static Option<string> Text(string name, string description, string helpName, string usual) => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => usual,
    };

    private static Option<T> Choice<T>(string name, string description, T usual)
        where T : struct, Enum
    {
        string choices = string.Join(", ", Enum.GetNames<T>().Select(choice => choice.ToLowerInvariant()));
        return new(name)
        {
            Description = $"{description}: {choices}",
            HelpName = "NAME",
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                // Numbers of the enumeration are not names of it.
                if (!char.IsAsciiDigit(result.Tokens[0].Value.FirstOrDefault('0')) && Enum.TryParse<T>(result.Tokens[0].Value, ignoreCase: true, out var value))
                {
                    return value;
                }
                result.AddError($"{name} is \"{result.Tokens[0].Value}\"; it must be one of {choices}");
                return usual;
            },
        };
    }

    private static T Parse<T>(ArgumentResult result, T otherwise)
        where T : INumber<T> =>
        T.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
