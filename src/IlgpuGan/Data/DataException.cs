namespace IlgpuGan.Data;

/// <summary>The data cannot be used as asked. The message is one sentence that names the file or option, what was expected, and the remedy.</summary>
public abstract class DataException(string message, Exception? inner = null) : Exception(OptionWords.In(message), inner);

/// <summary>An option has a value that no data could satisfy.</summary>
public sealed class DataOptionException(string message) : DataException(message);

/// <summary>The path does not exist, or may not be read.</summary>
public sealed class SourceUnavailableException(string message, Exception? inner = null) : DataException(message, inner);

/// <summary>The path exists and is not of a kind that can be loaded, or holds no images.</summary>
public sealed class SourceUnsupportedException(string message) : DataException(message);

/// <summary>A data file is truncated, or contradicts its own header or its companion files.</summary>
public sealed class SourceCorruptException(string message, Exception? inner = null) : DataException(message, inner);

/// <summary>A file announces or contains more than is read from any file: a decompression bomb or a damaged header.</summary>
public sealed class SourceTooLargeException(string message) : DataException(message);

/// <summary>The images do not fit into the memory that is left.</summary>
public sealed class TooLittleMemoryException(string message) : DataException(message);

/// <summary>An entry of an archive names a place outside the archive.</summary>
public sealed class UnsafeArchiveException(string message) : DataException(message);

/// <summary>The images are too small for the default size.</summary>
public sealed class ImagesTooSmallException(string message) : DataException(message);

/// <summary>More files could not be decoded than are allowed to be left out.</summary>
public sealed class BadFilesException(string message, IReadOnlyList<SkippedFile> files) : DataException(message)
{
    /// <summary>The files that could not be decoded, up to where loading stopped.</summary>
    public IReadOnlyList<SkippedFile> Files { get; } = files;
}
