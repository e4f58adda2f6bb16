namespace IlgpuGan.Export;

/// <summary>A file is not a whole and well-formed safetensors file, or holds what this reader does not know.</summary>
internal sealed class SafetensorsException : Exception
{
    /// <summary>Says what is wrong with a file; the remedy is part of every message.</summary>
    public SafetensorsException(string path, string fault, Exception? inner = null, string remedy = "use an intact copy of it or an older file")
        : base($"{path} is not a usable safetensors file: {fault}; {remedy}.", inner) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
