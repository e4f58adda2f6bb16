using System.Globalization;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>CIFAR-10's binary version: records of one label byte and 32 x 32 pixels as three planes, red, green, blue.</summary>
internal sealed class CifarSource(IReadOnlyList<string> files, string name) : RawImageSource
{
    private const int Side = 32;
    private const int PlaneBytes = Side * Side;
    private const int RecordBytes = 1 + (3 * PlaneBytes);

    private static readonly string[] ClassNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    private readonly List<int> labels = [];
    private ChunkedPixels pixels = new(1, 0);

    public override string Name => name;

    public override string Identity => "cifar " + string.Join('\n', files.Select(file => $"{file} {FileStamp.Of(new FileInfo(file))}"));

    public override int Count => labels.Count;

    protected override PixelStore Pixels => pixels;

    protected override ImageShape Stored => new(Side, Side, 3);

    public override void Prepare(CancellationToken cancellation)
    {
        pixels = new ChunkedPixels(Stored.Bytes, (int)Math.Min(int.MaxValue, files.Sum(Records)));
        foreach (string file in files)
        {
            try
            {
                using FileStream stream = File.OpenRead(file);
                ReadRecords(stream, file, cancellation);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SourceUnavailableException($"'{file}' cannot be read: {e.Message} Allow reading it, or name another.", e);
            }
        }
    }

    public override string ItemName(int index) => string.Create(CultureInfo.InvariantCulture, $"image {index}");

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings) =>
        [new LabelColumn("class", ClassNames, [.. kept.Select(index => labels[index])])];

    private static long Records(string file)
    {
        long length = new FileInfo(file).Length;
        return length > 0 && length % RecordBytes == 0 ? length / RecordBytes : throw new SourceCorruptException(
            $"'{file}' has {length} bytes, not a whole number of CIFAR-10 records of {RecordBytes} bytes: it is truncated or of another kind; download it again (the binary version).");
    }

    private void ReadRecords(FileStream stream, string file, CancellationToken cancellation)
    {
        byte[] record = new byte[RecordBytes];
        byte[] image = new byte[3 * PlaneBytes];
        for (long left = Records(file); left > 0; left--)
        {
            cancellation.ThrowIfCancellationRequested();
            stream.ReadExactly(record);
            if (record[0] >= ClassNames.Length)
            {
                throw new SourceCorruptException(
                    $"'{file}' has label {record[0]} in record {labels.Count}, where 0 to {ClassNames.Length - 1} were expected: it is damaged or no CIFAR-10 file; download it again (the binary version).");
            }

            for (int i = 0; i < PlaneBytes; i++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    image[(i * 3) + channel] = record[1 + (channel * PlaneBytes) + i];
                }
            }

            labels.Add(record[0]);
            pixels.Append(image);
        }
    }
}
