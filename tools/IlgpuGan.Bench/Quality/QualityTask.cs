using System.Globalization;
using IlgpuGan.Data;
using IlgpuGan.Options;

namespace IlgpuGan.Bench.Quality;

/// <summary>What all variants that are compared have alike.</summary>
/// <param name="Data">The data, as <c>train</c> takes it.</param>
/// <param name="Size">Size of the images; null for what suits the data.</param>
/// <param name="Minutes">Training time of each, by its step time measured alone.</param>
/// <param name="Count">Images that are judged of each.</param>
/// <param name="Device">Where all is computed.</param>
internal sealed record QualityTask(string Data, ImageSize? Size, double Minutes, int Count, string Device)
{
    /// <summary>In words that a file may have for its name: faces-48-2min.</summary>
    public string Name
    {
        get
        {
            string data = new([.. Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Data)).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')]);
            return string.Create(CultureInfo.InvariantCulture, $"{data}{(Size is null ? "" : $"-{Size}")}-{Minutes}min");
        }
    }

    // What train would look for of itself in images of one's own, and a comparison leaves out: kinds to be translated, a network to begin with.
    private bool IsOwn => !ImageSetOptions.BuiltIn.Contains(Data);

    /// <summary>The settings of a training.</summary>
    /// <exception cref="OptionException">An option of the variant is not allowed.</exception>
    public RunSettings SettingsOf(QualityVariant variant, long steps, ulong seed) => variant.Over(Usual with
    {
        Training = Usual.Training with { Steps = steps, Seed = seed },
    });

    /// <summary>The command that makes the same training, bit for bit.</summary>
    public string Command(QualityVariant variant, long steps, ulong seed) => string.Join(' ', (string[])
    [
        "ilgpugan train", Quoted(Data), .. IsOwn ? (string[])["--method gan --from none"] : [], .. Size is null ? (string[])[] : [$"--size {Size}"], .. variant.Words,
        string.Create(CultureInfo.InvariantCulture, $"--steps {steps} --seed {seed}"), .. Device == "auto" ? (string[])[] : [$"--device {Device}"],
    ]);

    private RunSettings Usual
    {
        get
        {
            var usual = RunSettings.For(Data);
            return usual with
            {
                Device = Device,
                Data = usual.Data with { Size = Size },
                // What is drawn and looked at on the way changes nothing of what is learnt.
                Schedule = usual.Schedule with { Keep = 1, SampleEvery = int.MaxValue },
                Watchdog = usual.Watchdog with { IsOn = false },
            };
        }
    }

    private static string Quoted(string path) => path.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=+,@%\\".Contains(letter, StringComparison.Ordinal)) ? path : $"\"{path}\"";
}
