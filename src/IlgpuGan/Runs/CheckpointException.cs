using IlgpuGan.Options;

namespace IlgpuGan.Runs;

/// <summary>A checkpoint is damaged, or belongs to another network.</summary>
public sealed class CheckpointException(string message, Exception? inner = null) : Exception(OptionNames.In(message), inner);
