namespace IlgpuGan.Augmentation;

/// <summary>The augmentations there are.</summary>
public enum AugmentationKind
{
    /// <summary>Images stay as they are.</summary>
    None,

    /// <summary>Each kind of change to every image (<see cref="Augmentation.DiffAugment"/>).</summary>
    DiffAugment,

    /// <summary>Changes with a probability that follows how far D overfits (<see cref="Augmentation.Ada"/>).</summary>
    Ada,
}
