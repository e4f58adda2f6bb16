using IlgpuGan.Augmentation;
using IlgpuGan.Objectives;

namespace IlgpuGan.Options;

/// <summary>
/// What a program gives a run in place of the library's own. It counts where the option has its name, so that the options of a run that goes on, which are read
/// from a file, find it by that name.
/// </summary>
internal sealed record OwnParts
{
    /// <summary>What D and G minimise.</summary>
    public Objective? Loss { get; init; }

    /// <summary>The term that bounds D's slope.</summary>
    public GradientPenalty? Penalty { get; init; }

    /// <summary>How G and D are built.</summary>
    public NetworkFamily? Network { get; init; }

    /// <summary>How images are changed before D.</summary>
    public IAugmentation? Augmentation { get; init; }

    /// <summary>A name that may stand in options beside those of the library.</summary>
    /// <param name="name">The name.</param>
    /// <param name="taken">Those of the library.</param>
    /// <exception cref="ArgumentException">It is one of these, or nothing that could be read again.</exception>
    public static string Checked(string name, IReadOnlyList<string> taken) =>
        string.IsNullOrWhiteSpace(name) || name.Any(char.IsControl) ? throw new ArgumentException($"\"{Excerpt.Of(name ?? "")}\" is no name; give one that can be read.")
        : taken.Contains(name) ? throw new ArgumentException($"\"{name}\" is the name of one that the library has; give yours another.")
        : name;
}
