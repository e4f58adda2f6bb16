namespace IlgpuGan.Tests.Graphs;

/// <summary>The table of operations that the gradient checks and the device tests run through.</summary>
internal static class OperationCases
{
    /// <summary>Every case.</summary>
    public static IReadOnlyList<OperationCase> All { get; } =
        [.. ElementwiseCases.All, .. MatrixCases.All, .. FusionCases.All, .. ImageCases.All, .. EffectCases.All, .. ObjectiveCases.All];

    /// <summary>Names of all cases.</summary>
    public static TheoryData<string> Names => [.. All.Select(entry => entry.Name)];

    /// <summary>Names of the cases whose gradients can be compared with differences.</summary>
    public static TheoryData<string> Differentiable => [.. All.Where(entry => entry.Differentiable).Select(entry => entry.Name)];

    /// <summary>The case of a name.</summary>
    public static OperationCase Named(string name) => All.Single(entry => entry.Name == name);
}
