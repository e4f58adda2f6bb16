using IlgpuGan.Data;
using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>What a new run begins with.</summary>
/// <param name="Settings">All options.</param>
/// <param name="Parent">What its networks begin with; null for noise.</param>
public sealed record RunBeginning(RunSettings Settings, Parent? Parent)
{
    /// <summary>Checked, with the stages that the parent has.</summary>
    /// <exception cref="OptionException">A value is not allowed, or the parent's networks are of another family.</exception>
    internal static RunBeginning Of(RunSettings settings, Parent? parent) => new(Parent.Fitted(parent, settings), parent);

    /// <summary>The same once the data is known; points, and images that are translated, leave nothing to be decided.</summary>
    internal RunBeginning After(ChoiceByData? choice, TrainingData data)
    {
        if (choice is null || data.Images is not { } images || Settings.Training.Translation is not null)
        {
            return this;
        }

        var (settings, parent) = choice(this, images);
        return Of(settings, parent);
    }
}

/// <summary>Decides, once the images of a new run are known, what was not asked for.</summary>
/// <param name="begin">What was asked for.</param>
/// <param name="images">The images, in the shape that they are trained in.</param>
/// <returns>What the run begins with. Its data is as it was.</returns>
public delegate RunBeginning ChoiceByData(RunBeginning begin, ImageSet images);
