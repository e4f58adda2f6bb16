using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using IlgpuGan.Imaging;

namespace IlgpuGan.Faces;

/// <summary>Writes drawn faces as a folder of images with their labels.</summary>
/// <remarks>
/// The folder holds <c>00000.png</c>, <c>00001.png</c>, ... and, once all of them are there, <c>labels.json</c>:
/// <code>
/// {
///   "seed": 1, "size": 64, "count": 2,
///   "attributes": [ { "name": "hair-colour", "values": [ "black", "brown", ... ] }, ... ],
///   "labels": [ [ "00000.png", [ 6, 2, ... ] ], [ "00001.png", [ 7, 2, ... ] ] ]
/// }
/// </code>
/// The numbers after a file name say for each attribute, in order, which of its values the face has, counted from 0.
/// </remarks>
public static class FaceFolder
{
    /// <summary>Name of the file with the labels.</summary>
    public const string LabelsFile = "labels.json";

    /// <summary>Draws faces 0 ... <paramref name="count"/> - 1 of a seed on all processors and writes them.</summary>
    /// <param name="directory">The folder to fill; made when missing, else it must be empty. When the writing ends early, it is left empty.</param>
    /// <param name="count">Number of faces, at least 1.</param>
    /// <param name="size">Side of each picture in pixels, <see cref="FacePainter.MinimumSize"/> to <see cref="FacePainter.MaximumSize"/>.</param>
    /// <param name="seed">Chooses the faces.</param>
    /// <param name="progress">Told how many faces are written; by several threads, one at a time.</param>
    /// <param name="cancellation">Ends the writing early.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count or size is out of range.</exception>
    /// <exception cref="FolderNotEmptyException">The folder holds something already.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    /// <exception cref="OperationCanceledException">The writing was ended early.</exception>
    public static void Write(
        string directory, int count, int size, ulong seed, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, FacePainter.MinimumSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, FacePainter.MaximumSize);
        Directory.CreateDirectory(directory);
        if (Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw new FolderNotEmptyException($"The folder '{directory}' is not empty; name a new or an empty one.");
        }

        try
        {
            WriteImages(directory, count, size, seed, progress, cancellation);
            AtomicFile.Write(Path.Combine(directory, LabelsFile), stream => WriteLabels(stream, count, size, seed));
        }
        catch
        {
            Clear(directory, count);
            throw;
        }
    }

    private static void WriteImages(
        string directory, int count, int size, ulong seed, IProgress<Work>? progress, CancellationToken cancellation)
    {
        var written = 0;
        var turn = new Lock();
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, () => new byte[size * size * 3], (i, _, rgb) =>
            {
                FacePainter.Paint(seed, i, size, rgb);
                using var png = ImageFile.EncodePng(rgb, size, size, 3);
                // Flushing each to the disk would take longer than drawing it; without labels.json the folder is known to be unfinished.
                using var stream = new FileStream(Path.Combine(directory, FileName(i, count)), FileMode.CreateNew);
                png.SaveTo(stream);
                lock (turn)
                {
                    progress?.Report(new(WorkKind.DrawingFaces, ++written, count));
                }

                return rgb;
            }, _ => { });
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }

    private static void WriteLabels(Stream stream, int count, int size, ulong seed)
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteNumber("seed", seed);
        json.WriteNumber("size", size);
        json.WriteNumber("count", count);
        json.WriteStartArray("attributes");
        foreach (var attribute in FacePainter.Schema)
        {
            json.WriteStartObject();
            json.WriteString("name", attribute.Name);
            json.WriteStartArray("values");
            foreach (var value in attribute.Values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("labels");
        for (var i = 0; i < count; i++)
        {
            var face = FacePainter.Attributes(seed, i);
            json.WriteStartArray();
            json.WriteStringValue(FileName(i, count));
            json.WriteStartArray();
            for (var attribute = 0; attribute < FacePainter.Schema.Count; attribute++)
            {
                json.WriteNumberValue(face[attribute]);
            }

            json.WriteEndArray();
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // As many digits as the last needs, so that names sort by number.
    private static string FileName(int index, int count)
    {
        var digits = Math.Max(5, (count - 1).ToString(CultureInfo.InvariantCulture).Length);
        return index.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0') + ".png";
    }

    // The failure that led here is what the caller must see, not one of cleaning up after it.
    private static void Clear(string directory, int count)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                File.Delete(Path.Combine(directory, FileName(i, count)));
            }
        }
        catch (IOException)
        {
        }
        catch (UnauthorizedAccessException)
        {
        }
    }
}

/// <summary>A folder that was to be filled holds something already.</summary>
public sealed class FolderNotEmptyException(string message) : Exception(message);
