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
        var (tensors, metadata) = Read(path, found => OfRole(path, found, isGenerator, isNamed), root => Choose(path, root, isGenerator, isNamed), refuse);
        // Those of a discriminator are none; a generator may have both.
        return (tensors is null ? null : WeightNorms.Fold(path, tensors, isGenerator ? null : false), metadata);
    }

    /// <summary>Reads the state dictionary of one network, whose convolutions are transposed or not, by the name that the file has for it.</summary>
    /// <param name="path">A safetensors file, or one of <c>torch.save</c>.</param>
    /// <param name="part">Its name where the file holds several, such as <c>netG_A</c>; null: the only one, or the generator.</param>
    /// <param name="refuse">Throws where the metadata of a safetensors file says that it holds no such thing; null for nothing to look at.</param>
    /// <returns>The tensors, without a common prefix; and the file's metadata.</returns>
    /// <exception cref="WeightsException">The file is damaged, or holds something else.</exception>
    /// <exception cref="SafetensorsException">The file is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static (IReadOnlyDictionary<string, StateTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) ReadPart(
        string path, string? part, Action<IReadOnlyDictionary<string, string>>? refuse = null)
    {
        var (tensors, metadata) = Read(path, found => PartOf(path, found, part), root => ChoosePart(path, root, part), refuse);
        return (WeightNorms.Fold(path, tensors!, areTransposed: null), metadata);
    }

    /// <summary>What the names of a file's networks are, or, of one network, those of its parts.</summary>
    /// <param name="path">A safetensors file, or one of <c>torch.save</c>.</param>
    /// <exception cref="WeightsException">The file is damaged, or holds something else.</exception>
    /// <exception cref="SafetensorsException">The file is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyCollection<string> PartsOf(string path)
    {
        if (!TorchFile.Is(path))
        {
            return Heads(Safetensors.Read(path).Tensors);
        }
        using var file = TorchFile.Open(path);
        return Found(path, file.Root) is [var only] ? Heads(only.Tensors) : [.. Found(path, file.Root).Select(item => item.Name)];

        static HashSet<string> Heads<T>(IReadOnlyDictionary<string, T> tensors) => [.. tensors.Keys.Select(name => name.Split('.')[0])];
    }

    private static (Dictionary<string, StateTensor>? Tensors, IReadOnlyDictionary<string, string> Metadata) Read(
        string path, Func<IReadOnlyDictionary<string, StateTensor>, Dictionary<string, StateTensor>?> take, Func<object?, Dictionary<string, PickledTensor>?> choose,
        Action<IReadOnlyDictionary<string, string>>? refuse)
    {
        // A pipe would be waited for without end; what is not there is a fault of its own.
        if (File.Exists(path) && !RegularFile.Is(path))
        {
            throw WeightsException.Refuse(path, "is empty or no regular file", "give a safetensors file, or one of torch.save");
        }
        if (Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            throw WeightsException.Refuse(path, "is an ONNX model, of which nothing is read", "give the safetensors file that export wrote beside it, or the state dictionary of torch.save");
        }
        if (!TorchFile.Is(path))
        {
            if (!Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase) && !Safetensors.Is(path))
            {
                throw WeightsException.Refuse(path, "is neither a safetensors file nor one of torch.save", "give one of these");
            }
            var content = Safetensors.Read(path);
            refuse?.Invoke(content.Metadata);
            return (Tidy(take(content.Tensors)), content.Metadata);
        }
        using var file = TorchFile.Open(path);
        return (Tidy(choose(file.Root)?.ToDictionary(pair => pair.Key, pair => file.Read(pair.Key, pair.Value))), new Dictionary<string, string>());
    }

    private static Dictionary<string, PickledTensor>? Choose(string path, object? root, bool isGenerator, bool isNamed)
    {
        var found = Found(path, root);
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

    private static Dictionary<string, PickledTensor> ChoosePart(string path, object? root, string? part)
    {
        var found = Found(path, root);
        if (part is null)
        {
            return found is [var only] ? PartOf(path, only.Tensors, null) : Choose(path, root, isGenerator: true, isNamed: false)!;
        }
        return found.Find(item => item.Name == part || item.Name.EndsWith($"/{part}", StringComparison.Ordinal)).Tensors
            ?? (found is [var flat] ? PartOf(path, flat.Tensors, part) : throw NoPart(path, part, found.Select(item => item.Name)));
    }

    private static List<(string Name, Dictionary<string, PickledTensor> Tensors)> Found(string path, object? root)
    {
        var found = new List<(string Name, Dictionary<string, PickledTensor> Tensors)>();
        Collect(root, "", found, MostNesting);
        return found.Count > 0 ? found : throw WeightsException.Refuse(path, "holds no state dictionary", WeightsException.SaveWeightsAlone);
    }

    /// <summary>Of a dictionary of several networks together that of a name; without one, of one network all, of G and D the part of G.</summary>
    private static Dictionary<string, T> PartOf<T>(string path, IReadOnlyDictionary<string, T> tensors, string? part)
    {
        if (part is null)
        {
            return OfRole(path, tensors, isGenerator: true, isNamed: false)!;
        }
        var own = tensors.Where(pair => pair.Key.StartsWith($"{part}.", StringComparison.Ordinal)).ToDictionary();
        return own.Count > 0 ? own : throw NoPart(path, part, tensors.Keys.Select(name => name.Split('.')[0]).Distinct());
    }

    private static WeightsException NoPart(string path, string part, IEnumerable<string> names) =>
        WeightsException.Refuse(path, $"holds no {part}", $"name one of what it holds ({Excerpt.Of(string.Join(", ", names))})");

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

    private static Dictionary<string, StateTensor>? Tidy(Dictionary<string, StateTensor>? tensors)
    {
        // What is left must still name a module and its tensor.
        while (tensors?.Count > 0 && tensors.Keys.First().Split('.') is [var head, _, ..]
            && tensors.Keys.All(name => name.StartsWith(head + ".", StringComparison.Ordinal) && name.IndexOf('.', head.Length + 1) > 0))
        {
            tensors = tensors.ToDictionary(pair => pair.Key[(head.Length + 1)..], pair => pair.Value);
        }
        return tensors;
    }
}
