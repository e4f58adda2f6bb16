using System.Collections;

namespace IlgpuGan.Export;

/// <summary>Finds the state dictionary of one network in what a file holds, and brings it to the names of an <c>nn.Sequential</c>.</summary>
internal static class StateDictionary
{
    private const int MostNesting = 4;

    /// <summary>Reads the state dictionary of G or D from a file of weights, whatever wrote it.</summary>
    /// <param name="path">A safetensors file, or one of <c>torch.save</c>.</param>
    /// <param name="isGenerator">Whether it is G's that is wanted, rather than D's.</param>
    /// <param name="isNamed">Whether only what the file names so will do; else a file of one network is taken for what is wanted.</param>
    /// <param name="refuse">Throws where the metadata of a safetensors file says that it holds no such thing; null for nothing to look at.</param>
    /// <returns>The tensors, without a common prefix, null where nothing is named so; and the file's metadata.</returns>
    /// <exception cref="WeightsException">The file is damaged, or holds something else.</exception>
    /// <exception cref="SafetensorsException">The file is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (IReadOnlyDictionary<string, StateTensor>? Tensors, IReadOnlyDictionary<string, string> Metadata) Read(
        string path, bool isGenerator, bool isNamed, Action<IReadOnlyDictionary<string, string>>? refuse = null)
    {
        // A pipe would be waited for without end; what is not there is a fault of its own.
        if (File.Exists(path) && !RegularFile.Is(path))
        {
            throw WeightsException.Refuse(path, "is empty or no regular file", "give a safetensors file, or one of torch.save");
        }
        if (!TorchFile.Is(path))
        {
            if (!Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase) && !Safetensors.Is(path))
            {
                throw WeightsException.Refuse(path, "is neither a safetensors file nor one of torch.save", "give one of these");
            }
            var content = Safetensors.Read(path);
            refuse?.Invoke(content.Metadata);
            return (Tidy(path, OfRole(path, content.Tensors, isGenerator, isNamed), isGenerator), content.Metadata);
        }
        using var file = TorchFile.Open(path);
        var chosen = Choose(path, file.Root, isGenerator, isNamed);
        return (Tidy(path, chosen?.ToDictionary(pair => pair.Key, pair => file.Read(pair.Key, pair.Value)), isGenerator), new Dictionary<string, string>());
    }

    private static Dictionary<string, PickledTensor>? Choose(string path, object? root, bool isGenerator, bool isNamed)
    {
        var found = new List<(string Name, Dictionary<string, PickledTensor> Tensors)>();
        Collect(root, "", found, MostNesting);
        if (found.Count == 0)
        {
            throw WeightsException.Refuse(path, "holds no state dictionary", WeightsException.SaveWeightsAlone);
        }
        bool Is(string name, bool role) => name.Split('/').Any(part => NetworkRole.IsOf(part, role));
        var named = found.Where(item => Is(item.Name, isGenerator)).ToList();
        // Of weights and their average the average draws the better images.
        var best = named.Where(item => NetworkRole.IsAverage(item.Name)).ToList() is [_, ..] averages ? averages : named;
        if (best is [var only])
        {
            return only.Tensors;
        }
        var open = found.Where(item => !Is(item.Name, !isGenerator)).ToList();
        return best.Count == 0 && open is [var rest] ? OfRole(path, rest.Tensors, isGenerator, isNamed)
            : best.Count == 0 && isNamed ? null
            : throw WeightsException.Refuse(path, $"holds {(best.Count + open.Count == 0 ? "no" : "more than one")} {(isGenerator ? "generator" : "discriminator")} "
                + $"({string.Join(", ", found.Select(item => item.Name))})", WeightsException.SaveWeightsAlone);
    }

    private static void Collect(object? value, string name, List<(string, Dictionary<string, PickledTensor>)> found, int depth)
    {
        if (value is not Hashtable table || depth < 0 || table.Keys.Cast<object>().Any(key => key is not string))
        {
            return;
        }
        var tensors = table.Cast<DictionaryEntry>().Where(entry => entry.Value is PickledTensor).ToDictionary(entry => (string)entry.Key, entry => (PickledTensor)entry.Value!);
        if (tensors.Count > 0 && tensors.Keys.Any(key => key.Contains('.', StringComparison.Ordinal)))
        {
            found.Add((name, tensors));
        }
        foreach (var entry in table.Cast<DictionaryEntry>().OrderBy(entry => (string)entry.Key, StringComparer.Ordinal))
        {
            Collect(entry.Value, name.Length == 0 ? (string)entry.Key : $"{name}/{entry.Key}", found, depth - 1);
        }
    }

    /// <summary>Of a dictionary of G and D together the part of one; of one network all.</summary>
    private static Dictionary<string, T>? OfRole<T>(string path, IReadOnlyDictionary<string, T> tensors, bool isGenerator, bool isNamed)
    {
        static string First(string name) => name.Split('.')[0];
        var heads = tensors.Keys.Select(First).Distinct().ToList();
        var own = heads.Where(head => NetworkRole.IsOf(head, isGenerator)).ToList();
        if (own.Count == 0 && heads.TrueForAll(head => !NetworkRole.IsOf(head, !isGenerator)))
        {
            return isNamed ? null : tensors.ToDictionary();
        }
        if (own.Count == 0)
        {
            return isNamed ? null : throw WeightsException.Refuse(path, $"holds no {(isGenerator ? "generator" : "discriminator")} ({string.Join(", ", heads)})", WeightsException.SaveWeightsAlone);
        }
        string head = own.Find(NetworkRole.IsAverage) ?? own[0];
        return tensors.Where(pair => First(pair.Key) == head).ToDictionary();
    }

    private static Dictionary<string, StateTensor>? Tidy(string path, Dictionary<string, StateTensor>? tensors, bool isGenerator)
    {
        if (tensors is null)
        {
            return null;
        }
        // What is left must still name a module and its tensor.
        while (tensors.Count > 0 && tensors.Keys.First().Split('.') is [var head, _, ..]
            && tensors.Keys.All(name => name.StartsWith(head + ".", StringComparison.Ordinal) && name.IndexOf('.', head.Length + 1) > 0))
        {
            tensors = tensors.ToDictionary(pair => pair.Key[(head.Length + 1)..], pair => pair.Value);
        }
        return WeightNorms.Fold(path, tensors, isGenerator);
    }
}
