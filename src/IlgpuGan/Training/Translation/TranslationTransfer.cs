using IlgpuGan.Export;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>What a run that translates takes of another's networks: each tensor of the same network, name and shape, with its average.</summary>
internal static class TranslationTransfer
{
    private const int Named = 4;

    /// <summary>How the run translates: the parent's networks and losses, and how its own images lie.</summary>
    /// <param name="parent">The parent's.</param>
    /// <param name="usual">What the data would be translated by; null where it does not look like images of two kinds.</param>
    public static TranslationOptions Of(TranslationOptions parent, TranslationOptions? usual) => parent with
    {
        Layout = usual?.Layout,
        Direction = usual?.Direction ?? default,
        Classes = usual?.Classes,
    };

    /// <summary>Gives a trainer that has made no step what fits.</summary>
    /// <exception cref="OptionException">Nothing of G fits.</exception>
    public static void Give(
        ParentRun run, RunRecord record, IReadOnlyDictionary<string, StateTensor> state, ITrainer trainer, TrainingOptions options, TrainingData data, Action<string> notice)
    {
        var networks = TranslationNetworks.Build(options, data.Describe(), data.Labels?.Width ?? 0);
        var made = trainer.SaveState().ToDictionary();
        var anew = new List<string>();
        foreach (var set in networks.Generators.Concat(networks.Discriminators).Select(network => network.Parameters))
        {
            int before = anew.Count;
            foreach (var parameter in set.Parameters)
            {
                string[] names = [$"{set.Values.Name}.{parameter.Name}", $"{set.Average.Name}.{parameter.Name}"];
                int[] shape = parameter.Shape.ToArray();
                if (!names.All(name => state.TryGetValue(name, out var tensor) && tensor.Floats is not null && tensor.Shape.SequenceEqual(shape)))
                {
                    anew.Add($"{set.Name} {parameter.Name}");
                    continue;
                }
                foreach (string name in names)
                {
                    made[name] = state[name];
                }
            }
            if (set == networks.Generators[0].Parameters && anew.Count - before == set.Parameters.Count)
            {
                throw new OptionException($"--from {run.Name}: no layer of its {set.Name} has the shape of one of this network; leave out what makes it another, such as --width or --translator, "
                    + "or leave --from out.");
            }
        }
        // The vectors of spectral normalisation follow the weights.
        if (anew.Count == 0)
        {
            foreach (var (variable, _) in networks.Discriminators.SelectMany(network => network.State).Where(vectors => state.ContainsKey(vectors.Variable.Name)))
            {
                made[variable.Name] = state[variable.Name];
            }
        }
        trainer.LoadState(made);
        notice(anew.Count == 0 ? $"From {run} (SHA-256 {run.Sha256[..12]}): weights and averages are taken whole; the optimiser begins anew."
            : $"From {run} (SHA-256 {run.Sha256[..12]}): made anew {(anew.Count == 1 ? "is" : "are")} {string.Join("; ", anew.Take(Named))}"
                + $"{(anew.Count > Named ? $" and {anew.Count - Named} more" : "")}. "
                + "All else is taken; the optimiser begins anew.");
        if (record.Labels is { } olds && data.Labels is { } labels && !olds.Columns.SelectMany(column => column.Values).SequenceEqual(labels.Columns.SelectMany(column => column.Values)))
        {
            notice("The parent's labels are others than these, or in another order, and translators take them by their places: what is not made anew begins with what "
                + "the parent's label in the same place meant; give --condition as the parent had it to keep them.");
        }
    }
}
