using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IlgpuGan.Devices;

/// <summary>
/// Which kernel was the fastest for each shape on one device: measured once, kept in a file of the user's cache folder. A file of other
/// kernels is replaced; one that cannot be used costs one notice and never a run.
/// </summary>
internal sealed class KernelTuning
{
    private const long MostFileBytes = 4 << 20;
    private const string KernelsKey = "Kernels", ChoicesKey = "Choices";

    private readonly TimeSpan budget;
    private readonly string? path;
    private readonly string kernels;
    private readonly Action<string> notice;
    private readonly Dictionary<string, string> choices = [];
    private readonly HashSet<string> fresh = [];
    private readonly Stopwatch spent = new();
    private bool hasNoticed, hasChanged;

    private KernelTuning(TuningMode mode, TimeSpan budget, string? path, string kernels, Action<string> notice) =>
        (Mode, this.budget, this.path, this.kernels, this.notice) = (mode, budget, path, kernels, notice);

    /// <summary>No tuning.</summary>
    public static KernelTuning None { get; } = new(TuningMode.Off, TimeSpan.Zero, null, "", _ => { });

    /// <summary>How much time is spent.</summary>
    public TuningMode Mode { get; }

    /// <summary>The tuning of a device, with what its file knows.</summary>
    /// <param name="mode">How much time to spend.</param>
    /// <param name="device">The device, by everything that decides speed.</param>
    /// <param name="kernels">Changes whenever a kernel does.</param>
    /// <param name="budget">Time for all measurements of a process in quick mode.</param>
    /// <param name="folder">Where the file is; null for the user's cache folder.</param>
    /// <param name="notice">Takes sentences that the user should see.</param>
    internal static KernelTuning Open(TuningMode mode, string device, string kernels, TimeSpan budget, string? folder, Action<string> notice)
    {
        if (mode == TuningMode.Off)
        {
            return None;
        }
        folder ??= UserCacheFolder.Find("tuning");
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(device)))[..16];
        var tuning = new KernelTuning(mode, budget, folder is null ? null : Path.Combine(folder, $"{name}.json"), kernels, notice);
        if (folder is null)
        {
            tuning.Notice("Kernel timings are not kept, because this user has no cache folder; name one with XDG_CACHE_HOME.");
        }
        else
        {
            tuning.Read();
        }
        return tuning;
    }

    /// <summary>The kernel remembered for a shape; null if it is to be measured, or was never.</summary>
    internal string? Find(string shape) =>
        Mode == TuningMode.Full && !fresh.Contains(shape) ? null : choices.GetValueOrDefault(shape);

    /// <summary>Whether there is time to measure another shape.</summary>
    internal bool HasTime => Mode == TuningMode.Full || (Mode == TuningMode.Quick && spent.Elapsed < budget);

    /// <summary>Lets a measurement name the fastest kernel for a shape, and remembers it.</summary>
    internal string Measure(string shape, Func<string> measure)
    {
        spent.Start();
        choices[shape] = measure();
        spent.Stop();
        fresh.Add(shape);
        hasChanged = true;
        return choices[shape];
    }

    /// <summary>Writes the file if there is anything new.</summary>
    internal void Save()
    {
        if (!hasChanged || path is null)
        {
            return;
        }
        hasChanged = false;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Sweep(Path.GetDirectoryName(path)!, "*.json", isOurs: false);
            AtomicFile.Write(path, Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Notice($"Kernel timings are not kept: '{path}' cannot be written ({Excerpt.Of(e, path)}). Allow writing there, or give --tune off.");
        }
    }

    private void Read()
    {
        try
        {
            if (!File.Exists(path))
            {
                return;
            }
            using var stream = RegularFile.Open(path);
            var (made, known) = ContentOf(stream);
            if (made == kernels)
            {
                foreach (var (shape, kernel) in known)
                {
                    choices[shape] = kernel;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            Notice($"The kernel timings in '{path}' cannot be used and are made anew: {(e is IOException or UnauthorizedAccessException ? Excerpt.Of(e, path!) : JsonWords.Of(e))}.");
        }
    }

    private void Write(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString(KernelsKey, kernels);
        json.WriteStartObject(ChoicesKey);
        foreach (var (shape, kernel) in choices.OrderBy(choice => choice.Key, StringComparer.Ordinal))
        {
            json.WriteString(shape, kernel);
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // Not by a serializer: its reflection would take a twentieth of a second of every start.
    private static (string? Kernels, IReadOnlyList<(string Shape, string Kernel)> Choices) ContentOf(FileStream stream)
    {
        if (stream.Length <= MostFileBytes)
        {
            using var document = JsonDocument.Parse(stream);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty(KernelsKey, out var made) && made.ValueKind == JsonValueKind.String
                && root.TryGetProperty(ChoicesKey, out var known) && known.ValueKind == JsonValueKind.Object
                && known.EnumerateObject().All(choice => choice.Value.ValueKind == JsonValueKind.String))
            {
                return (made.GetString(), [.. known.EnumerateObject().Select(choice => (choice.Name, choice.Value.GetString()!))]);
            }
        }
        throw new JsonException("it is not a file of kernel timings");
    }

    private void Notice(string sentence)
    {
        if (!hasNoticed)
        {
            notice(OptionWords.In(sentence));
        }
        hasNoticed = true;
    }
}
