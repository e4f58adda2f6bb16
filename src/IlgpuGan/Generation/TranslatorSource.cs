using IlgpuGan.Data.Pairs;
using IlgpuGan.Export;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Generation;

/// <summary>A trained generator from image to image as it lies on the disk.</summary>
/// <param name="Model">What it is.</param>
/// <param name="Step">The step it was trained to.</param>
/// <param name="State">Its weights, as a checkpoint names them.</param>
internal sealed record TranslatorSource(TranslatorModel Model, long Step, IReadOnlyDictionary<string, StateTensor> State)
{
    /// <summary>Reads the newest checkpoint of a run folder, or one checkpoint of it.</summary>
    /// <param name="path">The folder or the file.</param>
    /// <param name="isBack">Whether the generator is wanted that translates back.</param>
    /// <param name="notice">Hears of checkpoints that are damaged.</param>
    /// <exception cref="RunFolderException">There is no run in the folder, or one that draws from noise.</exception>
    /// <exception cref="CheckpointException">Nothing there is usable.</exception>
    /// <exception cref="OptionException">The run has not learnt to translate back.</exception>
    public static TranslatorSource Read(string path, bool isBack, Action<string> notice)
    {
        var source = GeneratorSource.Read(path, notice);
        var record = source.Record;
        if (record.Settings.Training.Translation is not { } translation)
        {
            throw new RunFolderException($"{path} draws images from noise and translates none; draw with it: generate {path} --out FILE.png.");
        }
        if (isBack && translation.Method != TranslationMethod.CycleGan)
        {
            throw new OptionException($"--back: {path} was trained by {translation.Method}, which learns one way alone; leave --back out, or train with --method {TranslationMethod.CycleGan}.");
        }
        // Images that are translated into others of their kind have sides of their own.
        PairSide input = record.Data.InputSide, output = record.Data.TargetSide;
        bool hasLabels = translation.Method == TranslationMethod.StarGan;
        var design = TranslationNetworks.Design(record.Settings.Training, record.Data, record.Data.Height, record.Data.Width, hasLabels ? record.Labels?.Width ?? 0 : 0, isBack);
        var model = new TranslatorModel(TranslationNetworks.FamilyOf(translation), design, isBack ? output : input, isBack ? input : output)
        {
            Name = isBack ? TranslationNetworks.BackGenerator : TranslationNetworks.ForthGenerator,
            Labels = hasLabels ? record.Labels : null,
            Precision = record.Settings.Training.Precision,
        };
        return new(model, source.Step, source.State);
    }
}
