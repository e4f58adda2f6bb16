namespace IlgpuGan.Training;

/// <summary>What a training takes, known before its first step.</summary>
/// <param name="GeneratorParameters">Trained numbers of G.</param>
/// <param name="DiscriminatorParameters">Trained numbers of D.</param>
/// <param name="GflopPerStep">Floating-point operations of one round (D updates and G update), in 10^9.</param>
/// <param name="DeviceBytes">Bytes of device memory that networks, optimisers, activations and data take together.</param>
public sealed record TrainingCost(long GeneratorParameters, long DiscriminatorParameters, double GflopPerStep, long DeviceBytes)
{
    /// <summary>Bytes of memory that the device had for it when it began, those of <see cref="DeviceBytes"/> included; 0 where that is not known.</summary>
    public long AvailableBytes { get; init; }

    /// <summary>What the device really multiplies in, whatever was asked: <c>fp32</c>, <c>tf32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = "fp32";
}
