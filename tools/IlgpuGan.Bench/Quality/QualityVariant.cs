using IlgpuGan.Data;
using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Bench.Quality;

/// <summary>One way to train: a name, and the options of <c>train</c> that it adds.</summary>
/// <param name="Name">Its name, which its files have, too.</param>
/// <param name="Words">The options as a command line has them.</param>
internal sealed record QualityVariant(string Name, IReadOnlyList<string> Words)
{
    // What a comparison decides for all alike.
    private static readonly string[] Decided = ["method", "size", "channels", "seed", "steps", "device", "no-cache"];

    /// <summary>The options as they are written.</summary>
    public string Options => string.Join(' ', Words);

    /// <summary>Names of the options, without dashes.</summary>
    public IEnumerable<string> Given => Read().Select(option => option.Row.Name);

    /// <summary>Settings with its options; steps, seed and size are those of all, whatever a preset brings.</summary>
    /// <param name="usual">What holds without them.</param>
    /// <exception cref="OptionException">An option is not known, is not one of what is learnt, or has a value that is not allowed; the variant is named.</exception>
    public RunSettings Over(RunSettings usual)
    {
        var given = Read();
        try
        {
            var changed = OptionRows.Table.Apply(usual, given);
            return changed with
            {
                Training = changed.Training with { Steps = usual.Training.Steps, Seed = usual.Training.Seed },
                Data = changed.Data with { Size = usual.Data.Size ?? changed.Data.Size },
            };
        }
        catch (OptionException fault)
        {
            throw Wrong(fault.Message);
        }
    }

    /// <summary>Chooses what <c>train</c> chooses for few images, but for a network to begin with.</summary>
    public RunBeginning Choose(RunBeginning begin, ImageSet images) => new SmallSetChoice([.. Given, "from"], Over, _ => { }).Choose(begin, images);

    private IReadOnlyList<(RunOption Row, Func<RunSettings, RunSettings> Change)> Read()
    {
        IReadOnlyList<(RunOption Row, Func<RunSettings, RunSettings> Change)> given;
        try
        {
            given = OptionRows.Table.Read(Words);
        }
        catch (OptionException fault)
        {
            throw Wrong(fault.Message);
        }
        var other = given.Select(option => option.Row).FirstOrDefault(
            row => Decided.Contains(row.Name) || row.Part == OptionPart.Schedule || (row.Part == OptionPart.Run && !row.IsName));
        return other is null ? given : throw Wrong($"--{other.Name} is the same for all that are compared; leave it out there.");
    }

    private OptionException Wrong(string sentence) => new($"{Name}: {sentence}");
}
