namespace IlgpuGan.Data;

/// <summary>What the loader is doing.</summary>
public enum LoadPhase
{
    /// <summary>Comparing the cache file with its checksum; counts MiB.</summary>
    CheckingCache,

    /// <summary>Taking images that a program hands over, of which nobody knows how many there are; counts images.</summary>
    Receiving,

    /// <summary>Reading the sizes of the images to choose one for all; counts files.</summary>
    Measuring,

    /// <summary>Looking for colour in images that have all been grey so far; counts images.</summary>
    LookingForColour,

    /// <summary>Decoding, or drawing, and scaling; counts images.</summary>
    Decoding,

    /// <summary>Training the classifier that reads labels off images; counts updates.</summary>
    TrainingClassifier,

    /// <summary>Generating images and reading their labels; counts images.</summary>
    ReadingLabels,

    /// <summary>Generating images to be judged; counts images.</summary>
    Generating,

    /// <summary>Making features of images; counts images.</summary>
    ReadingFeatures,

    /// <summary>Comparing patches of two sets of images; counts hundredths.</summary>
    ComparingPatches,

    /// <summary>Comparing features of two sets of images; counts hundredths.</summary>
    ComparingFeatures,

    /// <summary>Looking for the training images nearest to generated ones; counts training images.</summary>
    FindingCopies,
}

/// <summary>How far the loader is; reported from the thread that loads.</summary>
/// <param name="Phase">What is counted.</param>
/// <param name="Done">Done so far in this phase.</param>
/// <param name="Total">All there is in this phase.</param>
public readonly record struct LoadProgress(LoadPhase Phase, int Done, int Total);
