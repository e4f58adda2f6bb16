using IlgpuGan.Options;

namespace IlgpuGan.Watch;

/// <summary>The page cannot be served as asked; the message names the option and the remedy.</summary>
public sealed class WatchException(string message, Exception? inner = null) : Exception(OptionNames.In(message), inner);
