namespace IlgpuGan.Networks;

/// <summary>A family of networks has none of a design. The message is a whole sentence that names the option.</summary>
internal sealed class DesignException(string sentence) : ArgumentException(OptionWords.In(sentence));
