using System.Globalization;
using System.Text;
using System.Text.Json;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;

namespace IlgpuGan.Bench.Quality;

/// <summary>Pairs of sheets, one of each of two variants, for an eye that is not told which is which; the key lies beside the folder and not in it.</summary>
internal static class BlindTest
{
    private const int Columns = 4, Side = 480;
    private const string Answers = "answers.txt";

    // Other images than those of the sheets that were shown with the results.
    private const ulong Seed = 0x626c696e64;

    /// <summary>Draws the pairs.</summary>
    /// <param name="folder">Takes the pictures; must not be there.</param>
    /// <param name="first">A name, and files of generators, one for each seed.</param>
    /// <param name="second">The other.</param>
    /// <param name="pairs">How many.</param>
    /// <param name="device">Where they are drawn.</param>
    /// <param name="isSwapped">Whether the first stands on the right in a pair.</param>
    /// <exception cref="OptionException">The folder is there already.</exception>
    public static void Draw(
        string folder, (string Name, IReadOnlyList<string> Files) first, (string Name, IReadOnlyList<string> Files) second, int pairs, string device, Func<int, bool> isSwapped)
    {
        if (Path.Exists(folder))
        {
            throw new OptionException($"{folder} is there already, and whoever judges it would have the wrong key; remove it.");
        }
        Directory.CreateDirectory(folder);
        using var one = new Sheets(first.Files, device);
        using var other = new Sheets(second.Files, device);
        var key = new SortedDictionary<int, string[]>();
        for (int pair = 0; pair < pairs; pair++)
        {
            bool swaps = isSwapped(pair);
            key[pair + 1] = swaps ? [second.Name, first.Name] : [first.Name, second.Name];
            var (left, right) = swaps ? (other, one) : (one, other);
            var (picture, shape) = left.Draw(pair);
            CaptionRow.Save(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{pair + 1:D2}.png")), ["left", "right"], (byte[])[.. picture, .. right.Draw(pair).Picture],
                (int)shape.Height, (int)shape.Width, left.Channels);
        }
        Write(KeyOf(folder), JsonSerializer.Serialize(key));
        Write(Path.Combine(folder, Answers), "# Behind each number write left or right, whichever is better, or same.\n"
            + string.Concat(key.Keys.Select(number => string.Create(CultureInfo.InvariantCulture, $"{number:D2} \n"))));
    }

    /// <summary>The file with the key of a folder.</summary>
    public static string KeyOf(string folder) => Path.TrimEndingDirectorySeparator(folder) + ".key.json";

    /// <summary>How often each was preferred.</summary>
    /// <param name="folder">The folder, with answers.</param>
    /// <exception cref="OptionException">The key is not there, or an answer is none.</exception>
    public static BlindScore Score(string folder)
    {
        string answers = Path.Combine(folder, Answers);
        if (!File.Exists(answers) || !File.Exists(KeyOf(folder)))
        {
            throw new OptionException($"{folder} has no {(File.Exists(answers) ? $"key {KeyOf(folder)}" : Answers)}; give a folder that --blind made.");
        }
        var key = JsonSerializer.Deserialize<Dictionary<int, string[]>>(RegularFile.ReadText(KeyOf(folder)))!;
        var score = new BlindScore(key[1].Order(StringComparer.Ordinal).ToArray());
        foreach (string line in RegularFile.ReadText(answers).Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length > 0 && line[0] != '#'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (!int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || !key.TryGetValue(number, out string[]? names)
                || words.Length > 2 || (words.Length == 2 && words[1] is not ("left" or "right" or "same")))
            {
                throw new OptionException($"{answers} says \"{Excerpt.Of(line, 60)}\"; it must be the number of a pair and left, right or same.");
            }
            score.Count(words.Length == 1 ? null : words[1] == "same" ? "" : names[words[1] == "left" ? 0 : 1]);
        }
        return score;
    }

    private static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Draws sheets of the generators of some seeds in turn.</summary>
    private sealed class Sheets(IReadOnlyList<string> files, string device) : IDisposable
    {
        private readonly Generator[] generators = [.. files.Select(file => Generator.Load(file, device))];

        public int Channels => generators[0].Data.Channels;

        public (byte[] Picture, GridLayout Shape) Draw(int pair)
        {
            var generator = generators[pair % generators.Length];
            var data = generator.Data;
            var layout = GridLayout.Within(Side, Columns, Columns, data.Height, data.Width);
            const int count = Columns * Columns;
            return (ImageGrid.Compose(layout, generator.Sample(count, Seed, first: pair * count), count, data.Height, data.Width, data.Channels), layout);
        }

        public void Dispose() => Array.ForEach(generators, generator => generator.Dispose());
    }
}
