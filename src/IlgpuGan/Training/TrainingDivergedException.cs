using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>A loss, a gradient or a weight stopped being a finite number.</summary>
public sealed class TrainingDivergedException(string message) : Exception(OptionNames.In(message));
