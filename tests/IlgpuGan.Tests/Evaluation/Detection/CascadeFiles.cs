using System.Globalization;
using System.Text;

namespace IlgpuGan.Tests.Evaluation.Detection;

/// <summary>Cascades that nobody trained: their features are drawn, and about every second window passes each of their few stages.</summary>
internal static class CascadeFiles
{
    /// <summary>A cascade of a window of 20 x 24 as XML.</summary>
    /// <param name="isLbp">LBP, or Haar with features that are turned, too.</param>
    /// <param name="nodes">Nodes of a tree; 1 for stumps.</param>
    /// <param name="stages">Stages.</param>
    /// <param name="seed">Draws it.</param>
    public static string Xml(bool isLbp, int nodes, int stages, int seed)
    {
        var random = new Random(seed);
        const int width = 20, height = 24, features = 30;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            <?xml version="1.0"?>
            <!-- drawn -->
            <opencv_storage>
            <cascade type_id="opencv-cascade-classifier"><stageType>BOOST</stageType>
              <featureType>{(isLbp ? "LBP" : "HAAR")}</featureType><height>{height}</height><width>{width}</width>
              <stageParams><maxWeakCount>5</maxWeakCount></stageParams>
              <featureParams><maxCatCount>{(isLbp ? 256 : 0)}</maxCatCount></featureParams>
              <stageNum>{stages}</stageNum>
              <stages>

            """);
        for (int stage = 0; stage < stages; stage++)
        {
            text.Append("<_><maxWeakCount>5</maxWeakCount><stageThreshold>0.</stageThreshold><weakClassifiers>\n");
            for (int tree = 0; tree < 5; tree++)
            {
                var words = new List<string>();
                int leaf = 0;
                for (int node = 0; node < nodes; node++)
                {
                    // A chain: one way a leaf, the other way on.
                    string next = node + 1 < nodes ? $"{node + 1}" : $"{-(leaf + 1)}";
                    words.Add($"{-leaf++} {next} {random.Next(features)} "
                        + (isLbp ? string.Join(' ', Enumerable.Range(0, 8).Select(_ => random.Next(int.MinValue, int.MaxValue)))
                            : ((random.NextDouble() - 0.5) * 0.2).ToString("E9", CultureInfo.InvariantCulture)));
                }
                var leaves = Enumerable.Range(0, nodes + 1).Select(i => (i % 2 == 0 ? -1 : 1) * (0.2 + random.NextDouble()));
                string values = string.Join(' ', leaves.Select(v => v.ToString("E9", CultureInfo.InvariantCulture)));
                text.Append(CultureInfo.InvariantCulture, $"<_><internalNodes>\n {string.Join(' ', words)}</internalNodes><leafValues>\n {values}</leafValues></_>\n");
            }
            text.Append("</weakClassifiers></_>\n");
        }
        text.Append("</stages><features>\n");
        for (int feature = 0; feature < features; feature++)
        {
            if (isLbp)
            {
                int w = random.Next(1, width / 3 + 1), h = random.Next(1, height / 3 + 1);
                text.Append(CultureInfo.InvariantCulture, $"<_><rect>{random.Next(width - 3 * w + 1)} {random.Next(height - 3 * h + 1)} {w} {h}</rect></_>\n");
                continue;
            }
            bool isTilted = feature % 3 == 2;
            int a = random.Next(2, 7), b = random.Next(2, 7) / 2 * 2;
            var (x, y) = isTilted ? (random.Next(b, width - a + 1), random.Next(height - a - b + 1)) : (random.Next(width - a + 1), random.Next(height - b + 1));
            string third = feature % 2 == 0 ? "" : $"<_>{x} {y} 1 1 2.</_>";
            text.Append(CultureInfo.InvariantCulture, $"<_><rects><_>{x} {y} {a} {b} -1.</_><_>{x} {y} {a} {b / 2} 2.</_>{third}</rects><tilted>{(isTilted ? 1 : 0)}</tilted></_>\n");
        }
        return text.Append("</features></cascade>\n</opencv_storage>\n").ToString();
    }
}
