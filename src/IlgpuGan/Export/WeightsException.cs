using IlgpuGan.Options;

namespace IlgpuGan.Export;

/// <summary>A file of weights that cannot be taken: damaged, of a kind that is not read, or of another network. The message names the file, the reason and the remedy.</summary>
internal sealed class WeightsException(string message, Exception? inner = null) : Exception(OptionNames.In(message), inner)
{
    /// <summary>The file is whole, but not what can be taken.</summary>
    internal static WeightsException Refuse(string path, string reason, string remedy) => new($"{path} {reason}; {remedy}.");

    /// <summary>The file is cut or altered.</summary>
    internal static WeightsException Damaged(string path, string reason, Exception? inner = null) => new($"{path} is damaged: {reason}; use an intact copy of it.", inner);

    /// <summary>What to do with a file that holds more than weights.</summary>
    internal const string SaveWeightsAlone = "load it in Python and save the weights alone: torch.save(netG.state_dict(), \"generator.pth\")";
}
