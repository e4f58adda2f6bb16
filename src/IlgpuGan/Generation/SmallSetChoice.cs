using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Generation;

/// <summary>Chooses for a set of few images what <see cref="SmallSet"/> says, and says so. What was given stays, and a preset leaves nothing to be chosen.</summary>
/// <param name="given">Names of the options that were given, without dashes; <c>from</c> is one.</param>
/// <param name="apply">Puts what was given into settings.</param>
/// <param name="notice">Hears what was chosen, and how to have it otherwise.</param>
public sealed class SmallSetChoice(IReadOnlyCollection<string> given, Func<RunSettings, RunSettings> apply, Action<string> notice)
{
    private const string From = "from", Augment = "augment";

    /// <summary>What a run begins with once its images are known.</summary>
    /// <param name="begin">What was asked for.</param>
    /// <param name="images">The images.</param>
    /// <exception cref="OptionException">What was given does not go with what is chosen.</exception>
    public RunBeginning Choose(RunBeginning begin, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(begin);
        ArgumentNullException.ThrowIfNull(images);
        if (given.Contains("preset") || SmallSet.Of(begin.Settings.Data, images.Count) is not { } row)
        {
            return begin;
        }

        var parent = begin.Parent ?? (Fits(row, images) ? ParentFile.Read(row.Parent!, notice) : null);
        var before = parent == begin.Parent ? begin.Settings : TakenFrom(parent!, begin.Settings, images);
        var settings = given.Contains(Augment) ? before : before with { Training = before.Training with { Augment = row.Augment } };
        List<(string New, string Old)> chosen =
        [
            .. parent == begin.Parent ? [] : new[] { ($"--{From} {row.Parent}", $"--{From} {OptionNames.None}") },
            .. settings.Training.Augment == before.Training.Augment ? [] : new[] { ($"--{Augment} {settings.Training.Augment}", $"--{Augment} {before.Training.Augment}") },
        ];
        if (chosen.Count > 0)
        {
            notice($"{Amount.Of(images.Count, "image")} {(images.Count == 1 ? "is" : "are")} few, so {List(chosen.Select(pair => pair.New), "and")} {(chosen.Count == 1 ? "is" : "are")} chosen; "
                + $"give {List(chosen.Select(pair => pair.Old), "or")} to have it otherwise.");
        }

        return new(settings, parent);
    }

    private bool Fits(SmallSet row, ImageSet images) => row.Parent is not null && images.Channels == 3 && !given.Contains(From) && !SmallSet.OptionsOfNewNetworks.Any(given.Contains);

    /// <summary>The parent's networks, objective and optimiser, with what was given; the data stays as it is.</summary>
    private RunSettings TakenFrom(Parent parent, RunSettings settings, ImageSet images)
    {
        var shaped = settings with { Data = settings.Data with { Size = new(images.Height, images.Width), Channels = images.Channels } };
        return RunBeginning.Of(apply(parent.SettingsFor(shaped)), parent).Settings with { Data = settings.Data };
    }

    private static string List(IEnumerable<string> words, string last)
    {
        string[] all = [.. words];
        return all.Length == 1 ? all[0] : $"{string.Join(", ", all[..^1])} {last} {all[^1]}";
    }
}
