using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IlgpuGan.Options;
using Microsoft.ML.OnnxRuntime;

namespace IlgpuGan.Inception;

/// <summary>Opens networks that the user has as ONNX files.</summary>
internal static class OnnxFile
{
    /// <summary>Opens one.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">The file.</param>
    /// <param name="remedy">What to give where it cannot be read.</param>
    /// <param name="refuse">Says that it is no network of the kind, with the reason.</param>
    /// <returns>The network, and the first half of the SHA-256 of the file in hexadecimal.</returns>
    /// <exception cref="OptionException">It cannot be read, or ONNX Runtime does not take it.</exception>
    public static (InferenceSession Session, string Hash) Open(string option, string path, string remedy, Func<string, OptionException> refuse)
    {
        string hash;
        try
        {
            using var stream = RegularFile.Open(path);
            hash = Convert.ToHexStringLower(SHA256.HashData(stream).AsSpan(0, 16));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"{option} {path} cannot be read: {Excerpt.Of(fault, path)}; {remedy}.");
        }

        try
        {
            return (new(path), hash);
        }
        catch (Exception fault) when (fault.GetBaseException() is DllNotFoundException)
        {
            throw new OptionException($"{option} needs ONNX Runtime, which has no library here for {RuntimeInformation.RuntimeIdentifier}; leave it out, or evaluate on another machine.");
        }
        catch (OnnxRuntimeException fault)
        {
            throw refuse(Words(fault));
        }
    }

    /// <summary>What ONNX Runtime said.</summary>
    public static string Words(OnnxRuntimeException fault) => $"ONNX Runtime says: {Excerpt.Of(fault.Message.Split('\n')[0])}";
}
