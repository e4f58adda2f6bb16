using System.Globalization;
using IlgpuGan.Imaging;
using IlgpuGan.Kernels;

namespace IlgpuGan.Data;

/// <summary>
/// Three grey images of an IDX set as the red, green and blue of one: with ten classes these are 1,000 modes that can be counted, the
/// stacked MNIST of Metz et al., "Unrolled generative adversarial networks" (ICLR 2017). Image i is a function of (seed, i).
/// </summary>
internal sealed class Stack3Source : ImageSource
{
    /// <summary>What its name begins with, before the path of the IDX file or folder.</summary>
    public const string Prefix = "stack3:";

    private const int Colours = 3;

    private static readonly string[] ColourNames = ["red", "green", "blue"];

    private readonly TreeSource digits;
    private readonly string path;
    private readonly int count;
    private readonly ulong seed;
    private readonly List<string> remarks = [];
    private LabelColumn classes = new("class", [], []);

    /// <summary>Stacks the images of a source.</summary>
    /// <exception cref="DataOptionException">The options ask for other channels than three.</exception>
    public Stack3Source(string path, TreeSource digits, ImageSetOptions options)
    {
        (this.path, this.digits, count, seed) = (path, digits, options.StackCount, options.StackSeed);
        if (count < 1)
        {
            digits.Dispose();
            throw new DataOptionException($"{count} stacks cannot be made; give at least 1.");
        }

        if (options.Channels is { } channels and not Colours)
        {
            digits.Dispose();
            throw new DataOptionException($"{Prefix} makes images of red, green and blue; --channels {channels} cannot be had, leave it out.");
        }
    }

    public override string Name => $"{Prefix}{digits.Name}";

    public override string ReadFrom => $"{Prefix}{digits.ReadFrom}";

    public override string Identity => string.Create(CultureInfo.InvariantCulture, $"stack3 {seed} {count}\n{digits.Identity}");

    public override int Count => count;

    public override int DefaultChannels => Colours;

    public override void Probe(CancellationToken cancellation) => digits.Probe(cancellation);

    public override void Prepare(CancellationToken cancellation)
    {
        digits.Prepare(null, cancellation);
        if (digits.Content is not IdxSource)
        {
            throw new SourceUnsupportedException(
                $"'{path}' is not grey images of an IDX file, which {Prefix} needs to make each the red, green or blue of another; give an IDX file such as train-images-idx3-ubyte.gz, "
                    + "or its folder.");
        }

        classes = digits.Labels([.. Enumerable.Range(0, digits.Count)], remarks) is [var column] ? column : throw new SourceUnsupportedException(
            $"'{path}' has no labels beside it, by which {Prefix} counts its modes; put the file of labels there (train-labels-idx1-ubyte.gz goes with train-images-idx3-ubyte.gz).");
    }

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation) =>
        digits.Measure(asked, progress, cancellation);

    public override string ItemName(int index) => string.Create(CultureInfo.InvariantCulture, $"stack {index}");

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        var grey = shape with { Channels = 1 };
        byte[] digit = new byte[grey.Bytes];
        for (int colour = 0; colour < Colours; colour++)
        {
            digits.Read(Pick(index, colour), grey, fit, digit);
            for (int pixel = 0; pixel < digit.Length; pixel++)
            {
                destination[(pixel * Colours) + colour] = digit[pixel];
            }
        }
    }

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        warnings.AddRange(remarks);
        return
        [
            .. ColourNames.Select((name, colour) =>
                new LabelColumn(name, classes.ValueNames, [.. kept.Select(index => classes.Values[Pick(index, colour)])])),
        ];
    }

    public override void Dispose()
    {
        digits.Dispose();
        base.Dispose();
    }

    // The high half of the word times the count: even to one part in 2^32 / count.
    private int Pick(int index, int colour) =>
        (int)((ulong)Philox.Generate((uint)index, (uint)colour, 0, (uint)seed, (uint)(seed >> 32)).A * (ulong)digits.Count >> 32);
}
