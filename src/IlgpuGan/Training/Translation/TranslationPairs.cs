using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>Images and what they are to be translated into, seen through a window of the size that is trained at.</summary>
internal sealed class TranslationPairs : IDisposable
{
    private TranslationPairs(PairSet set, ImageSize window) => (Set, Window) = (set, window);

    /// <summary>The images.</summary>
    public PairSet Set { get; }

    /// <summary>The size that is trained at; images are as large, or larger where windows are cut out of them.</summary>
    public ImageSize Window { get; }

    /// <summary>Inputs to look at and to measure by: those held out, or where none are those that are trained on.</summary>
    public int ShownCount => Shown.Count;

    /// <summary>Whether the true translations of what is shown are known.</summary>
    public bool KnowsTruth => Set.IsPaired || Set.HeldOut is not null;

    private ImageSet Shown => Set.HeldOut ?? Set.Training ?? Set.HeldOutInputs ?? Set.Inputs!;

    /// <summary>Loads what a run translates, and says what was taken.</summary>
    /// <exception cref="OptionException">A window is to be cut out, and of no size.</exception>
    /// <exception cref="DataException">The images cannot be loaded.</exception>
    public static TranslationPairs Load(RunSettings settings, TranslationOptions options, IDataObserver observer, Action<RunData> check, CancellationToken cancellation)
    {
        var data = settings.Data;
        if (data.Images is not null)
        {
            throw new OptionException($"--method {options.Method} takes a file or folder of {options.Row.Needs}, not images that a program hands over; save them into a folder.");
        }
        if (ImageSetOptions.BuiltIn.Contains(data.Source))
        {
            throw new OptionException(
                $"--method {options.Method} takes {options.Row.Needs}, and {data.Source} is of one kind; give a folder of such, or one of {string.Join(", ", PairOptions.BuiltIn)}.");
        }
        if (RunFolder.HasOptions(data.Source))
        {
            throw new OptionException($"{data.Source} is a run folder, whose pictures are no data; to go on with it give --out {data.Source} --resume.");
        }
        if (options.RandomCrop && data.Size is null)
        {
            throw new OptionException("--random-crop cuts windows of --size out of larger images; give --size, too.");
        }
        bool isPaired = options.Method == TranslationMethod.Pix2Pix;
        var set = PairLoader.Load(
            new PairOptions
            {
                Data = data with { Size = options.RandomCrop ? PairOptions.StoredFor(data.Size!.Value) : data.Size, Channels = null },
                Layout = options.Layout,
                Direction = options.Direction,
                Pairing = isPaired ? Pairing.Paired : Pairing.Unpaired,
                InputChannels = options.InputChannels,
                TargetChannels = data.Channels,
                Classes = options.Classes,
            },
            settings.Training.Sizes, observer,
            shape => check(new RunData("", 0, data.Size?.Height ?? shape.Height, data.Size?.Width ?? shape.Width, shape.Channels, IsPoints: false)), cancellation);
        try
        {
            foreach (var sentence in set.Sentences.Concat(set.Warnings))
            {
                observer.Notice(sentence);
            }
            if (set.SkippedFiles.Count > 0)
            {
                observer.Notice($"{Amount.Of(set.SkippedFiles.Count, "file")} could not be decoded and {(set.SkippedFiles.Count == 1 ? "is" : "are")} left out, with "
                    + $"{(set.SkippedFiles.Count == 1 ? "its partner" : "their partners")}: {string.Join("; ", set.SkippedFiles)}.");
            }
            return new(set, options.RandomCrop ? data.Size!.Value : new ImageSize(set.Height, set.Width));
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Images that are loaded, in their own size.</summary>
    public static TranslationPairs Of(PairSet set) => new(set, new ImageSize(set.Height, set.Width));

    /// <summary>What a run folder records of it.</summary>
    public RunData Describe() => new(Set.Fingerprint, (Set.Training ?? Set.Inputs)!.Count, Window.Height, Window.Width, Set.Target.Channels, IsPoints: false)
    {
        Input = Set.Input,
        Target = Set.Target,
    };

    /// <summary>Copies what is to be translated of a shown image: the middle of it, [Window, Input.Channels].</summary>
    public void CopyInput(int index, Span<byte> destination) => Copy(index, 0, Set.Input.Channels, destination);

    /// <summary>Copies its true translation, where that is known.</summary>
    public void CopyTruth(int index, Span<byte> destination) => Copy(index, Set.Input.Channels, Set.Target.Channels, destination);

    /// <inheritdoc/>
    public void Dispose() => Set.Dispose();

    /// <summary>Copies channels of the middle of an image, [window, channels].</summary>
    /// <param name="images">The images, as large as the window or larger.</param>
    /// <param name="index">Which.</param>
    /// <param name="window">The size of what is copied.</param>
    /// <param name="first">The first channel.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="destination">Takes them.</param>
    public static void CopyMiddle(ImageSet images, int index, ImageSize window, int first, int channels, Span<byte> destination)
    {
        ReadOnlySpan<byte> image = images.Image(index);
        int all = images.Channels, top = (images.Height - window.Height) / 2, left = (images.Width - window.Width) / 2, to = 0;
        for (int row = top; row < top + window.Height; row++)
        {
            for (int column = left; column < left + window.Width; column++, to += channels)
            {
                image.Slice(((row * images.Width) + column) * all + first, channels).CopyTo(destination[to..]);
            }
        }
    }

    private void Copy(int index, int first, int channels, Span<byte> destination) => CopyMiddle(Shown, index, Window, first, channels, destination);
}
