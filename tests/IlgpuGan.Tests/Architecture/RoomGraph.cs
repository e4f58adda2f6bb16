using System.Globalization;
using System.Text;
using IlgpuGan.Graphs;
using IlgpuGan.Kernels;

namespace IlgpuGan.Tests.Architecture;

/// <summary>The rooms of the engine, which are its namespaces, and which of them refers to types of which, as compiled.</summary>
internal static class RoomGraph
{
    /// <summary>What holds what belongs to no room: atomic files, words, the user's cache folder.</summary>
    public const string Ground = "IlgpuGan";

    /// <summary>The library beneath the engine.</summary>
    public const string Kernels = "Kernels";

    private const int BoxWidth = 118, BoxHeight = 34, Down = 84, Margin = 16;

    /// <summary>Each arrow with the types that make it, by name.</summary>
    public static IReadOnlyList<(string From, string To, string[] Because)> Arrows { get; } =
    [
        .. TypeReferences.In(typeof(Graph).Assembly)
            .Select(pair => (From: RoomOf(pair.User), To: RoomOf(pair.Used), Because: $"{pair.User.Name} uses {pair.Used.Name}"))
            .Where(arrow => arrow.From is not null && arrow.To is not null && arrow.From != arrow.To && arrow.From != Ground)
            .GroupBy(arrow => (arrow.From!, arrow.To!), arrow => arrow.Because)
            .Select(group => (group.Key.Item1, group.Key.Item2, group.Distinct().Order().ToArray()))
            .OrderBy(arrow => arrow.Item1, StringComparer.Ordinal).ThenBy(arrow => arrow.Item2, StringComparer.Ordinal),
    ];

    /// <summary>The room of a type: the part of its namespace behind IlgpuGan; null for types of other libraries, and for what a compiler makes for all.</summary>
    private static string? RoomOf(Type type) =>
        type.Assembly == typeof(Words).Assembly ? Kernels
        : type.Assembly != typeof(Graph).Assembly || type.Namespace?.Split('.') is not [Ground, .. var rest] ? null
        : rest is [var room, ..] ? room : Ground;

    /// <summary>The rooms as a picture: each above all that it uses. An arrow that follows from others is left out.</summary>
    public static string Picture()
    {
        var uses = Arrows.Where(arrow => arrow.To != Ground).ToLookup(arrow => arrow.From, arrow => arrow.To);
        string[] rooms = [.. Arrows.SelectMany(arrow => new[] { arrow.From, arrow.To }).Where(room => room != Ground).Distinct()];
        var levels = rooms.ToDictionary(room => room, room => Level(room, uses));
        int top = levels.Values.Max();
        // An arrow goes through one place of each row on its way, so that it meets no box.
        string[][] ways =
        [
            .. from room in rooms from used in uses[room] where !Follows(room, used, uses)
               select Enumerable.Range(0, levels[room] - levels[used] + 1).Select(step =>
                   step == 0 ? room : step == levels[room] - levels[used] ? used : $"{room}>{used} {step}").ToArray(),
        ];
        var rowOf = ways.SelectMany(way => way.Select((place, step) => (place, Row: top - levels[way[0]] + step))).Distinct().ToDictionary(one => one.place, one => one.Row);
        List<string>[] rows = [.. Enumerable.Range(0, top + 1).Select(row => rowOf.Where(one => one.Value == row).Select(one => one.Key).Order(StringComparer.Ordinal).ToList())];
        var steps = ways.SelectMany(way => way.Zip(way.Skip(1))).Distinct().ToArray();
        Straighten(rows, steps);
        double width = (2 * Margin) + rows.Max(row => row.Sum(WidthOf));
        int height = (2 * Margin) + (top * Down) + BoxHeight;
        var places = new Dictionary<string, (double X, double Y)>();
        for (int row = 0; row <= top; row++)
        {
            double x = (width - rows[row].Sum(WidthOf)) / 2;
            foreach (string place in rows[row])
            {
                places[place] = (x + (WidthOf(place) / 2), Margin + (row * Down) + (BoxHeight / 2.0));
                x += WidthOf(place);
            }
        }

        var picture = new StringBuilder();
        picture.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif" font-size="14" role="img"
              aria-label="Rooms of the engine; each uses those that its arrows point to, and what they use">
            <rect width="{width}" height="{height}" fill="#ffffff"/>
            <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#475569"/></marker></defs>

            """);
        foreach (string[] way in ways)
        {
            var points = way.Select(place => places[place]).ToArray();
            picture.Append(CultureInfo.InvariantCulture, $"<path d=\"M{points[0].X},{points[0].Y + (BoxHeight / 2)}");
            for (int step = 1; step < points.Length; step++)
            {
                double above = points[step - 1].Y + (BoxHeight / 2), below = points[step].Y - (BoxHeight / 2), middle = (above + below) / 2;
                picture.Append(CultureInfo.InvariantCulture, $" C{points[step - 1].X},{middle} {points[step].X},{middle} {points[step].X},{below}");
                if (step < points.Length - 1)
                {
                    picture.Append(CultureInfo.InvariantCulture, $" V{points[step].Y + (BoxHeight / 2)}");
                }
            }

            picture.Append("\" fill=\"none\" stroke=\"#475569\" stroke-width=\"1.3\" marker-end=\"url(#tip)\"/>\n");
        }

        foreach (string room in rooms.Order(StringComparer.Ordinal))
        {
            var (x, y) = places[room];
            picture.Append(CultureInfo.InvariantCulture,
                $"<rect x=\"{x - (BoxWidth / 2)}\" y=\"{y - (BoxHeight / 2)}\" width=\"{BoxWidth}\" height=\"{BoxHeight}\" rx=\"6\" fill=\"{(room == Kernels ? "#fef3c7" : "#e0ecff")}\" "
                    + $"stroke=\"#475569\"/>\n");
            picture.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y + 5}\" text-anchor=\"middle\" fill=\"#0f172a\">{room}</text>\n");
        }

        return picture.Append("</svg>\n").ToString();
    }

    // Orders each row by where the places lie that its own lead to and come from, a few times down and up (Sugiyama et al. 1981).
    private static void Straighten(List<string>[] rows, (string From, string To)[] steps)
    {
        for (int sweep = 0; sweep < 8; sweep++)
        {
            for (int at = 1; at < rows.Length; at++)
            {
                int row = sweep % 2 == 0 ? at : rows.Length - 1 - at;
                var beside = rows[sweep % 2 == 0 ? row - 1 : row + 1];
                double Middle(string place) => steps.Where(step => step.From == place || step.To == place)
                    .Select(step => beside.IndexOf(step.From == place ? step.To : step.From)).Where(index => index >= 0)
                    .Select(index => (index + 0.5) / beside.Count).DefaultIfEmpty((rows[row].IndexOf(place) + 0.5) / rows[row].Count).Average();
                rows[row] = [.. rows[row].OrderBy(Middle).ThenBy(place => place, StringComparer.Ordinal)];
            }
        }
    }

    private static double WidthOf(string place) => place.Contains('>', StringComparison.Ordinal) ? 30 : BoxWidth + 28;

    /// <summary>Length of the longest way down from a room.</summary>
    private static int Level(string room, ILookup<string, string> uses) => uses[room].Select(used => Level(used, uses) + 1).DefaultIfEmpty(0).Max();

    // Whether one room leads to another over a third.
    private static bool Follows(string from, string to, ILookup<string, string> uses) =>
        uses[from].Any(between => between != to && (uses[between].Contains(to) || Follows(between, to, uses)));
}
