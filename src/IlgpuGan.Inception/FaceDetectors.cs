using IlgpuGan.Evaluation.Detection;
using IlgpuGan.Options;

namespace IlgpuGan.Inception;

/// <summary>Opens detectors of faces that the user has as files.</summary>
public static class FaceDetectors
{
    /// <summary>Opens an ONNX file by its ending, and any other as a cascade of OpenCV.</summary>
    /// <exception cref="OptionException">The file cannot be read, or holds no detector that is understood.</exception>
    public static IFaceDetector Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase) ? OnnxFaceDetector.Open(path) : CascadeDetector.Open(path);
    }
}
