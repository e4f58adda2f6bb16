using System.Runtime.CompilerServices;
using IlgpuGan.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Lets the host change a variable between two segments: in its place where the device is the processor, else by way of page-locked memory.</summary>
/// <param name="variables">Where the variables are.</param>
internal sealed class HostWindow(VariableStore variables) : IDisposable
{
    private PageLockedArray1D<float>? stage;

    /// <summary>Does something to a variable's numbers.</summary>
    public delegate void Changing(Span<float> values);

    /// <summary>Waits for the device, has a variable changed, and has it back there when the next plan runs.</summary>
    public unsafe void Change(Variable variable, Changing change)
    {
        var stream = variables.Device.Stream;
        var view = variables.View(variable).SubView(0, variable.Size);
        if (variables.Device.Kind == DeviceKind.Cpu)
        {
            stream.Synchronize();
            change(new(Unsafe.AsPointer(ref view[0]), variable.Size));
            return;
        }
        if (stage is null || stage.Length < variable.Size)
        {
            // What may still be read must not go.
            stream.Synchronize();
            stage?.Dispose();
            stage = variables.Device.Accelerator.Make(() => variables.Device.Accelerator.AllocatePageLocked1D<float>(variable.Size));
        }
        var values = stage.Span[..variable.Size];
        view.CopyToCPUUnsafeAsync(stream, ref values[0], variable.Size);
        stream.Synchronize();
        change(values);
        view.CopyFromCPUUnsafeAsync(stream, ref values[0], variable.Size);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (stage is null)
        {
            return;
        }
        try
        {
            variables.Device.Stream.Synchronize();
        }
        // A device that has failed copies nothing any more, and who disposes knows already.
        catch (AcceleratorException)
        {
        }
        stage.Dispose();
    }
}
