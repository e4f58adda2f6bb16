namespace IlgpuGan;

/// <summary>How far a piece of work is: what anything that takes long tells to an <see cref="IProgress{T}"/>, one thread at a time, and the whole of it at the end.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Done">How much of it is done, in <see cref="Unit"/>.</param>
/// <param name="Total">How much there is to do; 0 where it is too little to be counted.</param>
/// <param name="Part">Which part of it is at hand, such as <c>seed 3</c>; null where there are no parts.</param>
public readonly record struct Work(WorkKind Kind, long Done, long Total, string? Part = null)
{
    /// <summary>What is done, for people.</summary>
    public string Words => Row.Words;

    /// <summary>What is counted.</summary>
    public string Unit => Row.Unit;

    /// <summary>What is done, and which part of it is at hand.</summary>
    public string Title => Part is null ? Words : $"{Words}, {Part}";

    private (string Words, string Unit) Row => Kind switch
    {
        WorkKind.CheckingCache => ("Checking the cache", "MiB"),
        WorkKind.Receiving => ("Taking images", "images"),
        WorkKind.Measuring => ("Measuring images", "images"),
        WorkKind.LookingForColour => ("Looking for colour in grey images", "images"),
        WorkKind.Decoding => ("Loading images", "images"),
        WorkKind.DrawingFaces => ("Drawing faces", "faces"),
        WorkKind.DrawingPictures => ("Drawing pictures", "pictures"),
        WorkKind.JoiningSamples => ("Putting samples together", "samples"),
        WorkKind.FindingLatent => ("Looking for the image", "steps"),
        WorkKind.TrainingClassifier => ("Training the classifier", "updates"),
        WorkKind.ReadingLabels => ("Generating images and reading their labels", "images"),
        WorkKind.Generating => ("Generating images", "images"),
        WorkKind.Translating => ("Translating images", "images"),
        WorkKind.TranslatingTiles => ("Translating the image", "tiles"),
        WorkKind.ReadingFeatures => ("Making features of images", "images"),
        WorkKind.ComparingPatches => ("Comparing patches", "images"),
        WorkKind.ComparingMoments => ("Comparing moments of features", "steps"),
        WorkKind.ComparingSubsets => ("Comparing subsets of features", "subsets"),
        WorkKind.FindingNeighbours => ("Looking for neighbours among features", "passes"),
        WorkKind.FindingCopies => ("Looking for copies among training images", "images"),
        WorkKind.FindingFaces => ("Looking for faces", "images"),
        WorkKind.TryingPenalties => ("Trying losses and penalties", "pairs"),
        WorkKind.TrainingDiscriminators => ("Training discriminators", "updates"),
        WorkKind.TrainingSeeds => ("Training from several seeds", "steps"),
        WorkKind.ComparingTrainings => ("Training to compare", "steps"),
        _ => throw new InvalidOperationException($"There is no work {Kind}."),
    };

    /// <summary>The same work when more of it is done.</summary>
    /// <param name="more">How much more.</param>
    public Work After(long more) => this with { Done = Done + more };

    /// <summary>An amount of this work, with its unit where <see cref="Words"/> do not say it.</summary>
    public string Count(long amount) => FormattableString.Invariant($"{amount}{(Words.Contains(Unit, StringComparison.Ordinal) ? "" : $" {Unit}")}");

    /// <summary>A line for people, such as <c>Loading images: 40 of 200</c>.</summary>
    public override string ToString() => $"{Title}: {(Done == Total ? "" : FormattableString.Invariant($"{Done} of "))}{Count(Total)}";
}

/// <summary>What takes long enough that one wants to know how far it is; <see cref="Work"/> has the words.</summary>
public enum WorkKind
{
    /// <summary>Comparing the cache file with its checksum.</summary>
    CheckingCache,

    /// <summary>Taking images that a program hands over, of which nobody knows how many there are: all that came are the whole.</summary>
    Receiving,

    /// <summary>Reading the sizes of the images to choose one for all.</summary>
    Measuring,

    /// <summary>Looking for colour in images that have all been grey so far.</summary>
    LookingForColour,

    /// <summary>Decoding, or drawing, and scaling.</summary>
    Decoding,

    /// <summary>Drawing the built-in faces into a folder.</summary>
    DrawingFaces,

    /// <summary>Drawing the pictures of a walk through latents.</summary>
    DrawingPictures,

    /// <summary>Making one picture, or an animation, of a run's samples.</summary>
    JoiningSamples,

    /// <summary>Descending to the latent of an image.</summary>
    FindingLatent,

    /// <summary>Training the classifier that reads labels off images.</summary>
    TrainingClassifier,

    /// <summary>Generating images and reading their labels.</summary>
    ReadingLabels,

    /// <summary>Generating images, to be written or to be judged.</summary>
    Generating,

    /// <summary>Translating images of a folder or archive.</summary>
    Translating,

    /// <summary>Translating one image, which large ones are by tiles.</summary>
    TranslatingTiles,

    /// <summary>Making features of images.</summary>
    ReadingFeatures,

    /// <summary>Comparing patches of two sets of images, which counts each image of either set on each scale.</summary>
    ComparingPatches,

    /// <summary>Comparing means and covariances of features.</summary>
    ComparingMoments,

    /// <summary>Comparing subsets of features by a kernel.</summary>
    ComparingSubsets,

    /// <summary>Looking for the neighbours of features in both sets.</summary>
    FindingNeighbours,

    /// <summary>Looking for the training images nearest to generated ones.</summary>
    FindingCopies,

    /// <summary>Looking for faces in images.</summary>
    FindingFaces,

    /// <summary>Trying losses with penalties on the Dirac-GAN.</summary>
    TryingPenalties,

    /// <summary>Training discriminators between known distributions.</summary>
    TrainingDiscriminators,

    /// <summary>Training on points of the plane from several seeds.</summary>
    TrainingSeeds,

    /// <summary>Training in several ways that are compared.</summary>
    ComparingTrainings,
}
