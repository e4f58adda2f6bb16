using IlgpuGan.Devices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Lets a library that works on the device reach variables, in turn with the plans.</summary>
/// <param name="variables">Where the variables are.</param>
internal sealed class DeviceWindow(VariableStore variables)
{
    private readonly float[] cell = new float[1];

    /// <summary>The stream of the CUDA driver that plans run on; 0 on other devices.</summary>
    public nint Stream => variables.Device.Stream is CudaStream cuda ? cuda.StreamPtr : 0;

    /// <summary>Where on the device a variable begins.</summary>
    public nint AddressOf(Variable variable) => variables.View(variable).LoadEffectiveAddressAsPtr();

    /// <summary>Writes one number.</summary>
    public void Write(Variable variable, int place, float value)
    {
        cell[0] = value;
        variables.View(variable).SubView(place, 1).CopyFromCPU(variables.Device.Stream, cell.AsSpan());
    }

    /// <summary>Waits for the device and reads one number.</summary>
    public float Read(Variable variable, int place)
    {
        variables.View(variable).SubView(place, 1).CopyToCPU(variables.Device.Stream, cell.AsSpan());
        return cell[0];
    }
}
