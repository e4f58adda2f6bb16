using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IlgpuGan.Export;

namespace IlgpuGan.Runs;

/// <summary>The state of a training at one step, as a safetensors file that any reader of that format opens.</summary>
/// <param name="Step">Generator updates made.</param>
/// <param name="State">Everything that decides how the training goes on.</param>
internal sealed record Checkpoint(long Step, IReadOnlyDictionary<string, StateTensor> State)
{
    /// <summary>What the metadata of a checkpoint calls its format.</summary>
    public const string Format = "ilgpugan-checkpoint-1";

    /// <summary>Writes the file aside, flushes it and renames it.</summary>
    /// <exception cref="RunWriteException">The disk is full or the folder may not be written; an old file is unharmed.</exception>
    public void Write(string path)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["sha256"] = Digest(State),
        };
        RunWriteException.Guard(path, () => Safetensors.Write(path, State, metadata));
    }

    /// <summary>Reads a checkpoint and verifies its checksum.</summary>
    /// <exception cref="CheckpointException">The file is damaged or not a checkpoint.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Checkpoint Read(string path)
    {
        SafetensorsContent content;
        try
        {
            content = Safetensors.Read(path);
        }
        catch (SafetensorsException fault)
        {
            throw new CheckpointException(fault.Message, fault);
        }

        if (content.Metadata.GetValueOrDefault("format") != Format
            || !long.TryParse(content.Metadata.GetValueOrDefault("step"), NumberStyles.None, CultureInfo.InvariantCulture, out var step))
        {
            throw new CheckpointException($"{path} is not a checkpoint of this program: its metadata does not say {Format}; use one from a run's checkpoints folder.");
        }

        // A cut file is found by its length; a block that the disk lost, only by this.
        if (content.Metadata.GetValueOrDefault("sha256") != Digest(content.Tensors))
        {
            throw new CheckpointException($"{path} is damaged: its values do not match their checksum; use an older checkpoint.");
        }

        return new Checkpoint(step, content.Tensors);
    }

    /// <summary>The first tensor that holds a NaN or an infinity, or null.</summary>
    internal string? FirstNonFinite() => State
        .Where(pair => pair.Value.Floats is { } floats && Array.Exists(floats, value => !float.IsFinite(value)))
        .Select(pair => pair.Key)
        .FirstOrDefault();

    /// <summary>Tells a state from all others: SHA-256 over its tensors in the order of their names.</summary>
    internal static string Digest(IReadOnlyDictionary<string, StateTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, tensor) in tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            // A span of bytes ends at 2 GiB.
            const int chunk = 1 << 24;
            var floats = tensor.Floats ?? [];
            for (var start = 0; start < floats.Length; start += chunk)
            {
                hash.AppendData(MemoryMarshal.AsBytes(floats.AsSpan(start, Math.Min(chunk, floats.Length - start))));
            }

            hash.AppendData(MemoryMarshal.AsBytes(tensor.Integers.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
