namespace IlgpuGan.Ranks;

/// <summary>Processes that are to train together cannot, or one of them is lost.</summary>
public sealed class RanksException(string message, Exception? inner = null) : Exception(OptionWords.In(message), inner);
