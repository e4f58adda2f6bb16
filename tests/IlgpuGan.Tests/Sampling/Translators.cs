using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Sampling;

namespace IlgpuGan.Tests.Sampling;

/// <summary>Small translators with drawn weights.</summary>
internal static class Translators
{
    public static PairSide Side(int channels, IReadOnlyList<int>? classes = null) => new(classes is null ? "pictures" : "maps", channels)
    {
        Classes = classes,
        Originals = OriginalImages.Of([new ImageSize(32, 32)], 1, 0, new ImageSetOptions { Source = "test" }, new ImageShape(32, 32, channels)),
    };

    public static TranslatorModel Model(string family, int side, int width = 4, Normalization norm = Normalization.Instance, int? depth = null, PairSide? input = null, PairSide? output = null, int labels = 0)
    {
        (input, output) = (input ?? Side(3), output ?? Side(3));
        var design = new TranslationDesign(Shape.Of(side, side, input.Planes), output.Planes, width) { Norm = norm, Depth = depth, Labels = labels };
        return new(family switch { "unet" => TranslationFamily.UNet, "resnet" => TranslationFamily.ResNet, _ => TranslationFamily.StarGan }, design, input, output) { Precision = Precision.Fp32 };
    }

    /// <summary>A state with weights of a seed, large enough that pictures have contrast.</summary>
    public static Dictionary<string, StateTensor> State(TranslatorModel model, int seed = 3)
    {
        var parameters = Build(model).Parameters;
        float[] values = [.. Initialization.Draw(parameters, seed: (ulong)seed).Select(value => 5 * value)];
        return parameters.Parameters.ToDictionary(
            parameter => $"{parameters.Average.Name}.{parameter.Name}",
            parameter => new StateTensor(parameter.Shape.ToArray(), values[parameter.Offset..(parameter.Offset + parameter.Shape.Size)]));
    }

    public static Network Build(TranslatorModel model) => model.Family.Build(model.Design, model.Design.Image[0], model.Design.Image[1]);

    /// <summary>Smooth waves with edges in them, another in each channel.</summary>
    public static byte[] Picture(int height, int width, int channels, int seed = 1) =>
    [
        .. from y in Enumerable.Range(0, height)
           from x in Enumerable.Range(0, width)
           from channel in Enumerable.Range(0, channels)
           select (byte)(127.5 + (100 * Math.Sin((x / (3.0 + channel)) + seed)) * Math.Cos((y / 5.0) - channel) + ((((x / 9) + (y / 7)) % 2) * 25)),
    ];
}
