using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>The pictures of the folder of a run that translates: inputs beside their translations, and beside these what is true, where that is known.</summary>
internal sealed class TranslationPictures(RunFolder folder, TrainingData data) : IRunPictures
{
    private const int MostRows = 16;

    // Pictures of larger images show fewer of them, rather than a file that no viewer opens.
    private const int MostBytes = 1 << 24;

    private readonly RunPlots plots = new(folder);
    private readonly RunData shape = folder.Record.Data;
    private readonly ShownImages shown = ShownImages.Of(data);

    private int Rows => Math.Clamp(MostBytes / (3 * shape.Height * shape.Width * 3), 1, Math.Min(MostRows, shown.Count));

    private PairSide Input => shape.InputSide;

    private PairSide Target => shape.TargetSide;

    /// <inheritdoc/>
    public void SaveReals()
    {
        // Of images that are translated into others of their kind there is nothing to show beside them.
        string[] heads = shown.CopyTruth is null ? [Input.Name] : [Input.Name, Target.Name];
        var table = new Table(heads.Length, shape);
        for (int i = 0; i < Rows; i++)
        {
            table.Add(InputOf(i), Input);
            if (shown.CopyTruth is not null)
            {
                table.Add(TruthOf(i), Target);
            }
        }

        RunPlots.Save(folder.RealsFile, path => table.Save(path, heads));
    }

    /// <inheritdoc/>
    public string SaveSample(ITrainer trainer)
    {
        var file = folder.SampleFile(trainer.Step);
        // Of labels those of the first column are asked for, one after the other.
        var asked = folder.Record.Labels?.Columns[0].Values;
        byte[][] made = asked is null ? [trainer.Sample(0, 0, Rows)]
            : [.. asked.Select((_, value) => trainer.Sample(0, 0, Rows, [value, .. Enumerable.Repeat<int?>(null, folder.Record.Labels!.Columns.Count - 1)]))];
        string[] heads = [Input.Name, .. asked ?? ["translated"], .. shown.CopyTruth is null ? (string[])[] : [Target.Name]];
        var table = new Table(heads.Length, shape);
        for (int i = 0; i < Rows; i++)
        {
            table.Add(InputOf(i), Input);
            foreach (var images in made)
            {
                table.Add(images.AsSpan(i * shown.BytesPerTarget, shown.BytesPerTarget), Target);
            }

            if (shown.CopyTruth is not null)
            {
                table.Add(TruthOf(i), Target);
            }
        }

        RunPlots.Save(file, path => table.Save(path, heads, shown.CopyTruth is null ? null : heads.Length - 1));
        return file;
    }

    /// <inheritdoc/>
    public void SaveLosses(IReadOnlyList<TrainingReport> reports) => plots.SaveLosses(reports);

    /// <inheritdoc/>
    public void SaveGradients(IReadOnlyList<TrainingReport> reports) => plots.SaveGradients(reports);

    private byte[] InputOf(int index)
    {
        var pixels = new byte[shown.BytesPerInput];
        shown.CopyInput(index, pixels);
        return pixels;
    }

    private byte[] TruthOf(int index)
    {
        var pixels = new byte[shown.BytesPerTarget];
        shown.CopyTruth!(index, pixels);
        return pixels;
    }

    /// <summary>Images of both sides as they are shown, in colours.</summary>
    private sealed class Table(int columns, RunData shape)
    {
        private readonly List<byte> pixels = [];
        private int images;

        /// <summary>Adds an image behind the others, [H, W, side.Channels].</summary>
        public void Add(ReadOnlySpan<byte> image, PairSide side)
        {
            pixels.AddRange(side.Classes is null ? PlainImage.WithChannels(image.ToArray(), side.Channels, 3) : ClassColours.Show(image));
            images++;
        }

        public void Save(string path, IReadOnlyList<string> heads, int? truth = null) =>
            PictureTable.Save(path, heads, pixels.ToArray(), images / columns, shape.Height, shape.Width, 3, truth);
    }
}
