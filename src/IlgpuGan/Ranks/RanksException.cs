namespace IlgpuGan.Ranks;

/// <summary>Processes that are to train together cannot, or one of them is lost.</summary>
public sealed class RanksException(string message, Exception? inner = null) : Exception(OptionWords.In(message), inner)
{
    /// <summary>Whether all ranks of a machine meet with it, so that one of them is enough to say so.</summary>
    internal bool IsOfMachine { get; init; }
}
