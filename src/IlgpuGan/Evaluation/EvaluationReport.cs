using System.Globalization;
using System.Net;
using System.Text;

namespace IlgpuGan.Evaluation;

/// <summary>An evaluation as one HTML file that needs nothing else: numbers with their protocol, what they mean, pictures.</summary>
public static class EvaluationReport
{
    /// <summary>Writes the report, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="results">What was measured, at least one.</param>
    /// <param name="warnings">What stands above the numbers.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(string path, IReadOnlyList<EvaluationResult> results, IReadOnlyList<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(warnings);
        var page = Page(results, warnings);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
    }

    private static string Page(IReadOnlyList<EvaluationResult> results, IReadOnlyList<string> warnings)
    {
        var body = new StringBuilder();
        string title = $"Evaluation of {string.Join(", ", results.Select(result => ShortName(result.Subject)))}";
        body.Append(CultureInfo.InvariantCulture, $"<h1>{Text(title)}</h1>\n");
        foreach (string warning in warnings)
        {
            body.Append(CultureInfo.InvariantCulture, $"<p class=\"warning\" role=\"alert\">{Text(warning)}</p>\n");
        }
        body.Append(Numbers(results));
        foreach (var result in results)
        {
            body.Append(Subject(result));
        }
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{Text(title)}}</title>
            <style>
            :root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --line: #d9d9e0; --page: #fcfcfd; --card: #fff; --warn: #fff3d6; --warnline: #d08a00; }
            @media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #b0b4ba; --line: #393a40; --page: #111113; --card: #18191b; --warn: #352800; --warnline: #f0b429; } }
            * { box-sizing: border-box; }
            body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 4rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); }
            h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
            h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; overflow-wrap: anywhere; }
            .metric h2 { font-size: 1rem; margin: 0 0 .5rem; }
            .warning { background: var(--warn); border-left: 4px solid var(--warnline); padding: .6rem .9rem; margin: .5rem 0; overflow-wrap: anywhere; }
            .metric { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; margin: .6rem 0; }
            .metric dl { margin: .3rem 0 0; }
            .metric div { display: flex; flex-wrap: wrap; gap: .1rem 1rem; justify-content: space-between; align-items: baseline; }
            .metric dt { color: var(--soft); overflow-wrap: anywhere; }
            .metric dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
            .metric .remark { flex-basis: 100%; }
            small, .meaning, .protocol, .metric .remark { color: var(--soft); font-size: .875rem; }
            .meaning { margin: .2rem 0 0; }
            .best { font-weight: 650; }
            .grids { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 1rem; }
            figure { margin: 0; }
            figcaption { color: var(--soft); font-size: .875rem; margin-top: .3rem; }
            img { width: 100%; height: auto; image-rendering: pixelated; background: #fff; border: 1px solid var(--line); border-radius: 4px; display: block; }
            .pairs { margin-top: 1rem; }
            .pairs img { image-rendering: auto; }
            .protocol { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 1rem 0 0; }
            .protocol dt { color: var(--soft); }
            .protocol dd { margin: 0; color: var(--ink); overflow-wrap: anywhere; }
            </style>
            </head>
            <body>
            <main>
            {{body}}</main>
            </body>
            </html>

            """;
    }

    private static StringBuilder Numbers(IReadOnlyList<EvaluationResult> results)
    {
        var text = new StringBuilder();
        foreach (var metric in results.SelectMany(result => result.Values).DistinctBy(value => value.Name))
        {
            var values = results.Select(result => (result.Subject, Value: result.Values.FirstOrDefault(value => value.Name == metric.Name))).Where(pair => pair.Value is not null).ToList();
            var numbers = values.Select(pair => pair.Value!.Value).Where(double.IsFinite).DefaultIfEmpty(double.NaN);
            var number = Metric.NumberOf(metric.Metric)?.Number ?? TranslationMetric.NumberOf(metric.Metric);
            double best = metric.IsSmallerBetter ? numbers.Min() : numbers.Max();
            string better = number?.IsSmallerBetter is { } isSmaller ? $" <small>{(isSmaller ? "smaller" : "larger")} is better</small>" : "";
            text.Append(CultureInfo.InvariantCulture, $"<section class=\"metric\"><h2>{Text(metric.Name)}{better}</h2>\n<dl>\n");
            foreach (var (subject, value) in values)
            {
                string mark = values.Count > 1 && better.Length > 0 && value!.Value == best ? " class=\"best\"" : "";
                string spread = value!.Spread is { } around ? $" <small>± {Number(around)}</small>" : "";
                string remark = value.Remark is { } said ? $"<dd class=\"remark\">{Text(said)}</dd>" : "";
                text.Append(CultureInfo.InvariantCulture, $"<div><dt>{Text(subject)}</dt><dd{mark}>{Number(value.Value)}{spread}</dd>{remark}</div>\n");
            }
            text.Append(CultureInfo.InvariantCulture, $"</dl><p class=\"meaning\">{Text(number?.Meaning ?? "")}</p></section>\n");
        }
        return text;
    }

    private static StringBuilder Subject(EvaluationResult result)
    {
        var text = new StringBuilder();
        var protocol = result.Protocol;
        text.Append(CultureInfo.InvariantCulture, $"<h2>{Text(result.Subject)}{(result.Step is { } step ? $", step {step}" : "")}</h2>\n");
        if (result.Pictures is { } pictures)
        {
            text.Append("<div class=\"grids\">\n").Append(Figure(pictures.Fakes, "Images that were judged")).Append(pictures.Reals is { } reals ? Figure(reals, "Real images") : "").Append("</div>\n");
            if (pictures.Nearest is { } nearest)
            {
                text.Append("<div class=\"pairs\">").Append(Figure(nearest, "The generated images that come nearest to a training image, each above it")).Append("</div>\n");
            }
        }
        (string Name, string? Value)[] items =
        [
            ("reference", protocol.Reference is null ? null : $"{protocol.Reference}, hash {protocol.ReferenceHash}"),
            ("images", $"{protocol.Fakes}{(protocol.Reference is null ? "" : $" against {protocol.Reals} real ones")}, {protocol.Shape}"),
            ("features", protocol.Extractor is null ? null : $"{protocol.Extractor}, hash {protocol.ExtractorHash}; resize: {protocol.Resize}; divided by: {protocol.FeatureScale}"),
            ("detector", protocol.Detector),
            ("covariance", protocol.Extractor is null ? null : $"over {protocol.Covariance}"),
            ("seed, engine", $"{protocol.Seed}, {protocol.Engine}"),
        ];
        text.Append("<dl class=\"protocol\">\n");
        foreach (var (name, value) in items.Where(item => item.Value is not null))
        {
            text.Append(CultureInfo.InvariantCulture, $"<dt>{name}</dt><dd>{Text(value!)}</dd>\n");
        }
        return text.Append("</dl>\n");
    }

    private static string Figure(byte[] png, string caption) =>
        $"<figure><img alt=\"{Text(caption)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"><figcaption>{Text(caption)}</figcaption></figure>\n";

    private static string ShortName(string subject) => Path.GetFileName(Path.TrimEndingDirectorySeparator(subject));

    /// <summary>A value with as many digits as it is good for.</summary>
    public static string Number(double value) => !double.IsFinite(value) ? "none" : value.ToString(Math.Abs(value) >= 100 ? "F1" : Math.Abs(value) >= 1 ? "F2" : "F4", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
