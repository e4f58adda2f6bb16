using System.Buffers;
using System.Text.Json;

namespace IlgpuGan.Export;

/// <summary>Where one tensor lies in the data section of a safetensors file, in bytes from its start.</summary>
internal sealed record SafetensorsEntry(string Name, NumberFormat Format, int[] Shape, int Elements, long Begin, long End);

/// <summary>The JSON header of a safetensors file: building it, and checking every claim of one that was read.</summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Longest header accepted, in bytes: the limit of the reference implementation.</summary>
    public const long LengthLimit = 100_000_000;

    private const string MetadataKey = "__metadata__";

    // Enough to find a tensor by.
    private const int MostOfName = 80;

    /// <summary>Lays tensors out without gaps, the 8-byte type first so that each lies aligned.</summary>
    public static SafetensorsHeader Of(
        IReadOnlyDictionary<string, StateTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new List<SafetensorsEntry>(tensors.Count);
        long offset = 0;
        foreach (var (name, tensor) in tensors.OrderBy(pair => pair.Value.Integers is null).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (name == MetadataKey)
            {
                throw new ArgumentException($"A tensor cannot be named {MetadataKey}: the format keeps that name for itself.", nameof(tensors));
            }

            var elements = tensor.Integers?.Length ?? tensor.Floats!.Length;
            var format = NumberFormat.Named(tensor.Integers is null ? "F32" : "I64")!;
            var end = offset + (long)elements * format.Size;
            entries.Add(new SafetensorsEntry(name, format, [.. tensor.Shape], elements, offset, end));
            offset = end;
        }

        return new SafetensorsHeader(entries, metadata);
    }

    /// <summary>The header as JSON, padded with spaces so that the data after it starts at a multiple of 8 bytes.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            foreach (var entry in Entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.Format.Name);
                WriteNumbers(json, "shape", entry.Shape.Select(axis => (long)axis));
                WriteNumbers(json, "data_offsets", [entry.Begin, entry.End]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        var padding = (8 - buffer.WrittenCount % 8) % 8;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a header and checks it against the length of the data section: types, shapes, no overlap, no gap, nothing beyond the end.</summary>
    /// <exception cref="SafetensorsException">Any claim of the header is wrong.</exception>
    public static SafetensorsHeader Parse(string path, ReadOnlyMemory<byte> json, long dataLength)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var metadata = new Dictionary<string, string>();
            var entries = new List<SafetensorsEntry>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey)
                {
                    foreach (var pair in property.Value.EnumerateObject())
                    {
                        metadata.Add(pair.Name, pair.Value.GetString() ?? throw new FormatException($"{MetadataKey} \"{pair.Name}\" is null"));
                    }
                }
                else
                {
                    entries.Add(ParseEntry(path, property.Name, property.Value, dataLength));
                }
            }

            entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
            CheckLayout(path, entries, dataLength);
            return new SafetensorsHeader(entries, metadata);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or OverflowException or ArgumentException)
        {
            throw new SafetensorsException(path, $"its header is malformed ({JsonWords.Of(fault)})", fault);
        }
    }

    private static SafetensorsEntry ParseEntry(string path, string name, JsonElement value, long dataLength)
    {
        var type = value.GetProperty("dtype").GetString();
        var quoted = Excerpt.Of(name, MostOfName);
        // Newer formats make no file a broken one.
        var format = NumberFormat.Named(type) ?? throw new SafetensorsException(
            path, $"tensor \"{quoted}\" has type {Excerpt.Of(type ?? "null", MostOfName)}, only {NumberFormat.Names} are read", remedy: "save it as one of these, in Python with tensor.float()");

        var shape = value.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt32()).ToArray();
        var offsets = value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray();
        if (shape.Any(axis => axis < 0) || offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
        {
            throw new FormatException($"tensor \"{quoted}\" has a negative length or offset");
        }

        var elements = shape.Aggregate(1L, (product, axis) => checked(product * axis));
        if (checked(elements * format.Size) != offsets[1] - offsets[0] || (elements > Array.MaxLength && offsets[1] > dataLength))
        {
            throw new FormatException($"tensor \"{quoted}\" of shape [{string.Join(", ", shape)}] does not take {offsets[1] - offsets[0]} bytes");
        }

        return elements <= Array.MaxLength ? new SafetensorsEntry(name, format, shape, (int)elements, offsets[0], offsets[1])
            : throw new SafetensorsException(path, $"tensor \"{quoted}\" has {elements} numbers, more than the {Array.MaxLength} that are read", remedy: "use a smaller network");
    }

    private static void CheckLayout(string path, List<SafetensorsEntry> entries, long dataLength)
    {
        long end = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
            {
                throw new SafetensorsException(path, $"tensor \"{Excerpt.Of(entry.Name, MostOfName)}\" starts at byte {entry.Begin} of the data where {end} was expected");
            }

            end = entry.End;
        }

        if (end != dataLength)
        {
            throw new SafetensorsException(path, $"its header describes {end} bytes of data but {dataLength} are there");
        }
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
