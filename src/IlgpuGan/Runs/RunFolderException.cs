using IlgpuGan.Options;

namespace IlgpuGan.Runs;

/// <summary>A run folder is not what the caller took it for: it exists already, holds no run, or holds a run with other options.</summary>
public sealed class RunFolderException(string message, Exception? inner = null) : Exception(OptionNames.In(message), inner);
