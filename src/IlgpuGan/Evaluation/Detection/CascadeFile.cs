using System.Globalization;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using IlgpuGan.Options;

namespace IlgpuGan.Evaluation.Detection;

/// <summary>
/// Reads cascades that OpenCV's <c>opencv_traincascade</c> wrote as XML, such as <c>lbpcascade_animeface.xml</c> and those of OpenCV's own <c>data/lbpcascades</c> and
/// <c>data/haarcascades</c>. Nothing of a file is believed: sizes, counts and places are checked before anything is computed with them.
/// </summary>
internal static class CascadeFile
{
    /// <summary>The most bytes of a file; the largest of OpenCV's own has 2.7 MB.</summary>
    public const int MostBytes = 16 << 20;

    private const int DeepestElement = 16, LargestWindow = 512, MostStages = 1000, MostTrees = 100_000, MostNodes = 64, MostFeatures = 1_000_000;

    // A pattern has eight bits.
    private const int Patterns = 256;

    // Sums that are equal but for rounding count as reaching the threshold.
    private const float Slack = 1e-5f;

    /// <summary>Reads a cascade.</summary>
    /// <returns>The cascade, and the first half of the SHA-256 of the file in hexadecimal.</returns>
    /// <exception cref="OptionException">The file cannot be read, or holds no cascade that is understood.</exception>
    public static (Cascade Cascade, string Hash) Read(string path)
    {
        byte[] bytes;
        try
        {
            using var stream = RegularFile.Open(path);
            if (stream.Length > MostBytes)
            {
                throw Refuse(path, FormattableString.Invariant($"it has {stream.Length >> 20} MiB, and none has more than {MostBytes >> 20}"));
            }
            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"--detector {path} cannot be read: {Excerpt.Of(fault, path)}; give an LBP or Haar cascade of OpenCV, or an ONNX file.");
        }

        try
        {
            return (Of(Root(bytes)), Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16)));
        }
        catch (XmlException fault)
        {
            throw Refuse(path, $"it is no XML ({Excerpt.Of(fault.Message, 100)})");
        }
        catch (FormatException fault)
        {
            throw Refuse(path, fault.Message);
        }
    }

    /// <summary>Says that a file is no cascade.</summary>
    private static OptionException Refuse(string path, string reason) =>
        new($"--detector {path} is not a cascade that is understood: {reason}; give an LBP or Haar cascade as OpenCV's opencv_traincascade writes it, or an ONNX file.");

    private static XElement Root(byte[] bytes)
    {
        // A document type could name other files, or grow without end.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true };
        using (var reader = XmlReader.Create(new MemoryStream(bytes), settings))
        {
            while (reader.Read())
            {
                Require(reader.Depth <= DeepestElement, "its elements lie too deep in each other");
            }
        }
        using var again = XmlReader.Create(new MemoryStream(bytes), settings);
        return XDocument.Load(again).Root!;
    }

    private static Cascade Of(XElement root)
    {
        Require(root.Name.LocalName == "opencv_storage", $"its root is {Excerpt.Of(root.Name.LocalName, 40)} where opencv_storage is expected");
        var cascade = root.Elements().FirstOrDefault() ?? throw new FormatException("it is empty");
        Require((string?)cascade.Attribute("type_id") != "opencv-haar-classifier", "it is of the format before OpenCV 2");
        Require(Text(cascade, "stageType") == "BOOST", "its stages are not boosted (BOOST)");
        var kind = Text(cascade, "featureType") switch
        {
            "LBP" => CascadeFeatures.Lbp,
            "HAAR" => CascadeFeatures.Haar,
            var other => throw new FormatException($"its features are {Excerpt.Of(other, 40)} where LBP or HAAR is expected"),
        };
        int width = Between("width", Whole(Text(cascade, "width")), 3, LargestWindow), height = Between("height", Whole(Text(cascade, "height")), 3, LargestWindow);
        int categories = cascade.Element("featureParams")?.Element("maxCatCount") is { } count ? Whole(count.Value) : kind == CascadeFeatures.Lbp ? Patterns : 0;
        Require(categories == (kind == CascadeFeatures.Lbp ? Patterns : 0), $"its features have {categories} categories where {(kind == CascadeFeatures.Lbp ? Patterns : 0)} are expected");
        var features = Items(cascade, "features", MostFeatures).Select(feature => Feature(feature, kind, width, height)).ToArray();
        int trees = 0;
        var stages = Items(cascade, "stages", MostStages).Select(stage =>
        {
            var read = Items(stage, "weakClassifiers", MostTrees - trees).Select(tree => Tree(tree, kind, features.Length)).ToArray();
            trees += read.Length;
            return new CascadeStage(Number(Text(stage, "stageThreshold")) - Slack, read);
        }).ToArray();
        return new(width, height, kind, stages, features);
    }

    private static CascadeFeature Feature(XElement feature, CascadeFeatures kind, int width, int height)
    {
        bool isLbp = kind == CascadeFeatures.Lbp;
        var rectangles = (isLbp ? [feature.Element("rect") ?? throw new FormatException("a feature has no rect")] : Items(feature, "rects", 3)).Select(item =>
        {
            string[] words = Words(item);
            Require(words.Length == (isLbp ? 4 : 5), $"a rectangle has {words.Length} numbers where {(isLbp ? 4 : 5)} are expected");
            var place = words.Take(4).Select(Whole).ToArray();
            return new CascadeRectangle(place[0], place[1], place[2], place[3], isLbp ? 1 : Number(words[4]));
        }).ToArray();
        bool isTilted = !isLbp && feature.Element("tilted") is { } tilted && Whole(tilted.Value) != 0;
        foreach (var (x, y, w, h, _) in rectangles)
        {
            // The numbers are below the window's sides before they are added.
            bool isSmall = x >= 0 && y >= 0 && w > 0 && h > 0 && x <= width && y <= height && w <= width && h <= height;
            bool isInside = isSmall && (isTilted ? x - h >= 0 && x + w <= width && y + w + h <= height : x + (isLbp ? 3 : 1) * w <= width && y + (isLbp ? 3 : 1) * h <= height);
            Require(isInside, $"a feature at {x}, {y} of {w} x {h} does not lie in the window of {width} x {height}");
        }
        return new(rectangles, isTilted);
    }

    private static CascadeTree Tree(XElement tree, CascadeFeatures kind, int features)
    {
        string[] words = Words(tree.Element("internalNodes") ?? throw new FormatException("a tree has no internalNodes"));
        float[] leaves = [.. Words(tree.Element("leafValues") ?? throw new FormatException("a tree has no leafValues")).Select(Number)];
        int subset = Patterns / 32, step = kind == CascadeFeatures.Lbp ? 3 + subset : 4, count = words.Length / step;
        Require(words.Length % step == 0 && count is > 0 and <= MostNodes, $"a tree has {words.Length} numbers where so many times {step} are expected");
        Require(leaves.Length == count + 1, $"a tree of {count} nodes has {leaves.Length} leaves where {count + 1} are expected");
        var nodes = words.Chunk(step).Select((node, place) =>
        {
            int left = Whole(node[0]), right = Whole(node[1]);
            foreach (int next in new[] { left, right })
            {
                // Only onwards: else a window would go round in it without end.
                Require(next > place ? next < count : next <= 0 && -(long)next < leaves.Length, $"a node goes on to {next}, which is none of its tree's");
            }
            return kind == CascadeFeatures.Lbp ? new CascadeNode(left, right, Between("a node's feature", Whole(node[2]), 0, features - 1), 0, [.. node.Skip(3).Select(Whole)])
                : new CascadeNode(left, right, Between("a node's feature", Whole(node[2]), 0, features - 1), Number(node[3]), []);
        }).ToArray();
        return new(nodes, leaves);
    }

    // OpenCV calls the items of a list "_".
    private static IEnumerable<XElement> Items(XElement parent, string name, int most)
    {
        var list = parent.Element(name) ?? throw new FormatException($"it has no {name}");
        int count = list.Elements().Take(most + 1).Count();
        Require(count > 0 && count <= most, count == 0 ? $"its {name} are none" : $"its {name} are more than {most}");
        return list.Elements();
    }

    private static string Text(XElement parent, string name) => parent.Element(name)?.Value.Trim() ?? throw new FormatException($"it has no {name}");

    private static string[] Words(XElement element) => element.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static int Whole(string word) =>
        int.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int value)
        ? value : throw new FormatException($"\"{Excerpt.Of(word, 40)}\" is no whole number");

    private static float Number(string word) => float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
        ? value : throw new FormatException($"\"{Excerpt.Of(word, 40)}\" is no number");

    private static int Between(string what, int value, int least, int most) =>
        value >= least && value <= most ? value : throw new FormatException($"{what} is {value}, and must be between {least} and {most}");

    private static void Require(bool holds, string reason)
    {
        if (!holds)
        {
            throw new FormatException(reason);
        }
    }
}
