using System.Globalization;
using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>What a launch counted, as a line of JSON.</summary>
public static class CountLine
{
    /// <summary>The line, without its end.</summary>
    public static string Of(PtxKernel kernel, Dim3 block, int sharedBytes, LaunchCounts counts)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(counts);
        (string Name, long Value)[] figures =
        [
            ("groups", counts.Groups),
            ("threads", block.Count),
            ("warpsOfGroup", counts.WarpsOfGroup),
            ("sharedBytes", kernel.StaticSharedBytes + (long)sharedBytes),
            ("residentGroups", kernel.ResidentGroups),
            ("liveRegisters", kernel.LiveRegisters),
            ("groupsRun", counts.GroupsRun),
            ("instructions", counts.Instructions),
            ("moves", counts.Moves),
            ("products", counts.Products),
            ("barriers", counts.Barriers),
            ("copyWaits", counts.CopyWaits),
            ("copySteps", counts.CopySteps),
            ("loadRounds", counts.LoadRounds),
            ("loadedBytes", counts.LoadedBytes),
            ("loadedSectors", counts.LoadedSectors),
            ("idealLoadedSectors", counts.IdealLoadedSectors),
            ("storedBytes", counts.StoredBytes),
            ("storedSectors", counts.StoredSectors),
            ("idealStoredSectors", counts.IdealStoredSectors),
            ("bankPasses", counts.BankPasses),
            ("idealBankPasses", counts.IdealBankPasses),
        ];
        var pairs = figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"\"{figure.Name}\":{figure.Value}"));
        return $$"""{"kernel":"{{kernel.Name}}",{{string.Join(',', pairs)}}}""";
    }
}
