using System.Text.Json;
using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>Trains as rank 0 says, and writes nothing.</summary>
internal static class RankFollower
{
    /// <summary>Tells those who follow what rank 0 is about to train, and on what.</summary>
    /// <param name="team">The ranks; null where there is nobody to tell.</param>
    /// <param name="settings">What is trained.</param>
    /// <param name="data">What rank 0 has loaded.</param>
    public static void Announce(RankTeam? team, RunSettings settings, TrainingData data)
    {
        if (team is null)
        {
            return;
        }
        if (settings.Training is { HasOwnLoss: true } or { HasOwnPenalty: true } or { HasOwnAugmentation: true } or { HasOwnNetwork: true } || settings.Data.Images is not null)
        {
            throw new OptionException("Parts of a network and images that a program hands over are known to its own process alone; train on files and with parts that come with the library, "
                + "or in one process.");
        }
        string record = JsonSerializer.Serialize(new RunRecord(RunRecord.CurrentFormat, settings, data.Describe(), "", RunVersions.Current()), RecordJson.Default.RunRecord);
        team.Announce(RankOrder.Settings);
        team.Share(record);
    }

    /// <summary>Does what rank 0 orders until it has no more orders: one run, or several one after the other.</summary>
    /// <param name="team">The ranks.</param>
    /// <param name="engine">Opens the trainer.</param>
    /// <param name="observer">Hears of devices that are passed over, and how the data is loaded.</param>
    /// <param name="stop">Asks this rank to stop; rank 0 hears of it with the next step.</param>
    /// <exception cref="RunFolderException">The data that this rank finds is another than that of rank 0.</exception>
    /// <exception cref="DataException">It cannot be loaded.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device.</exception>
    public static void Run(RankTeam team, ITrainingEngine engine, IRunObserver observer, CancellationToken stop) => team.Do(() =>
    {
        using var asked = stop.Register(() => team.WantsStop = true);
        Workbench? bench = null;
        try
        {
            while (team.Next() is { Order: not RankOrder.End } next)
            {
                if (next.Order != RankOrder.Settings)
                {
                    ((Trainer)bench!.Trainer).Obey(next.Order, next.Argument);
                    continue;
                }
                bench?.Dispose();
                bench = null;
                bench = Open(team, engine, observer);
            }
            return true;
        }
        finally
        {
            bench?.Dispose();
        }
    });

    private static Workbench Open(RankTeam team, ITrainingEngine engine, IRunObserver observer)
    {
        var record = JsonSerializer.Deserialize(team.Share(""), RecordJson.Default.RunRecord)!;
        if (record.Versions.Engine != RunVersions.Current().Engine)
        {
            throw new RanksException($"Rank 0 is of version {record.Versions.Engine} and rank {team.Rank} of {RunVersions.Current().Engine}: install the same on all machines.");
        }
        var settings = record.Settings;
        var bench = Workbench.Open(engine, settings.Device, settings.Tune, settings.Training, check =>
        {
            var data = TrainingData.LoadFor(settings, record.Data, observer, check, default);
            if (record.Data.Accepts(data.Describe()))
            {
                return data;
            }
            data.Dispose();
            throw new RunFolderException($"{settings.Data.Source} is other data here than on rank 0: its pixels or labels differ; give all machines the same files under the same name.");
        }, observer.Notice);
        RankDevice.Meet(team, bench.DeviceName, observer.Notice);
        return bench;
    }
}
