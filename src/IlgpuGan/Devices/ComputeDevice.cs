using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Devices;

/// <summary>An opened accelerator: its ILGPU context, its stream and what the plan needs to know of it.</summary>
public sealed class ComputeDevice : IDisposable
{
    private readonly Context context;
    private readonly DeviceDescription description;

    private ComputeDevice(Context context, Accelerator accelerator, DeviceDescription description, IReadOnlyList<DeviceDescription> passedOver, int workers)
    {
        Workers = description.Kind == DeviceKind.Cpu ? workers : 0;
        this.context = context;
        this.description = description;
        Accelerator = accelerator.WithoutFinalizer();
        Kernels = new(accelerator);
        Memory = new(this);
        // CUDA's default stream waits for every other one and cannot be captured into a graph.
        Stream = accelerator.Make(() => Kind == DeviceKind.Cuda ? accelerator.CreateStream() : accelerator.DefaultStream);
        PassedOver = passedOver;
        Traits = DeviceTraits.Of(Kind, accelerator, description.IsGpu, workers);
    }

    /// <summary>
    /// Opens the device that a selector names: <c>auto</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c> or <c>cpu</c>. <c>auto</c> takes CUDA, then a graphics
    /// processor through OpenCL, then the processor, and goes on to the next when one does not open or computes wrongly. A device that is used for the
    /// first time, or with another driver than before, multiplies, adds and draws random numbers beside the processor first: about a second.
    /// </summary>
    /// <exception cref="DeviceException">
    /// The selector is misspelt, names no usable device, or its device does not open or computes wrongly; the message lists what there is.
    /// </exception>
    public static ComputeDevice Open(string selector) => Open(selector, DeviceCatalog.Find, SelfTest.OfUser);

    /// <summary>Opens the processor with so many workers, whatever cores there are.</summary>
    internal static ComputeDevice OpenProcessor(int workers) => Open(CpuBackend.Of(workers), [], out string? reason, workers) ?? throw new DeviceException($"The processor does not open: {reason}.");

    internal static ComputeDevice Open(string selector, Func<DeviceKind, IReadOnlyList<FoundDevice>> find, SelfTest selfTest)
    {
        var passedOver = new List<DeviceDescription>();
        foreach (var found in DeviceSelector.Choose(selector, find))
        {
            var device = Open(found, passedOver, out string? reason);
            if (device is not null && (reason = selfTest.FaultOf(device, found.Description)) is null)
            {
                return device;
            }
            passedOver.Add(found.Description with { Reason = reason });
            device?.Dispose();
        }
        throw new DeviceException(
            $"No device opened for '{selector}': {string.Join("; ", passedOver.Select(device => $"{device.Id} ({device.Name}): {device.Reason}"))}. " +
            (passedOver.Exists(device => device.Kind == DeviceKind.Cpu) ? "Choose another device." : "Choose another device, cpu always works."))
        {
            HasFailed = true,
        };
    }

    private static ComputeDevice? Open(FoundDevice found, IReadOnlyList<DeviceDescription> passedOver, out string? reason, int? workers = null)
    {
        var context = ContextFactory.Create(found.Description.Kind, found.Description.HasFusedMultiplyAdd);
        try
        {
            reason = null;
            return new ComputeDevice(context, found.Open!(context), found.Description, passedOver, workers ?? CpuBackend.Workers);
        }
        // Drivers fail in any way they like; what they said is passed on.
        catch (Exception error)
        {
            context.Dispose();
            reason = $"it does not open: {DriverFault.Describe(error).TrimEnd('.')}";
            return null;
        }
    }

    /// <summary>The ILGPU accelerator.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>What was compiled for it, on a GPU.</summary>
    internal LoadedKernels Kernels { get; }

    /// <summary>The one stream that everything runs on.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>The selector that opens this device again: <c>cuda:0</c>, <c>opencl:1</c>, <c>cpu</c>.</summary>
    public string Id => description.Id;

    /// <summary>The back end.</summary>
    public DeviceKind Kind => description.Kind;

    /// <summary>Name for people.</summary>
    public string Name => description.Name;

    /// <summary>Memory that the device's buffers share, in bytes; on the processor what this process may use.</summary>
    public long MemoryBytes => description.MemoryBytes;

    /// <summary>What of it is taken and left.</summary>
    internal DeviceMemory Memory { get; }

    /// <summary>Bytes of <see cref="MemoryBytes"/> that can still be taken, as far as the system and the driver tell.</summary>
    public long FreeBytes => Memory.Free;

    /// <summary>Threads that share the work on the CPU accelerator (one per core that the process may use); 0 on a GPU.</summary>
    public int Workers { get; }

    /// <summary>What kernels are chosen by.</summary>
    internal DeviceTraits Traits { get; }

    /// <summary>Which of several kernels is the fastest here, as far as that is known; <see cref="KernelTuning.None"/> until <see cref="Tune"/> is called.</summary>
    internal KernelTuning Tuning { get; private set; } = KernelTuning.None;

    /// <summary>Makes it the current one of this thread; needed on any but the thread that opened it, as CUDA keeps its context by thread.</summary>
    public void Bind() => Accelerator.Bind();

    /// <summary>See <see cref="DeviceDescription.Remark"/>: worth a warning.</summary>
    public string? Remark => description.Remark;

    /// <summary>Devices that <c>auto</c> preferred but that did not open or computed wrongly, each with its reason: worth a warning.</summary>
    public IReadOnlyList<DeviceDescription> PassedOver { get; }

    /// <summary>Lets plans time kernels for shapes they meet for the first time, and remember the fastest in the user's cache folder.</summary>
    /// <param name="mode">How much time to spend.</param>
    /// <param name="notice">Takes a sentence when the file of timings cannot be used.</param>
    /// <param name="folder">Where that file is; null for the user's cache folder.</param>
    public void Tune(TuningMode mode, Action<string> notice, string? folder = null)
    {
        // A GPU compiles every candidate first.
        var budget = TimeSpan.FromSeconds(Kind == DeviceKind.Cpu ? 0.3 : 5);
        string kernels = $"{typeof(KernelEntry).Module.ModuleVersionId:N} {typeof(Accelerator).Assembly.GetName().Version}";
        Tuning = KernelTuning.Open(mode, $"{Id} {Name} {Traits}", kernels, budget, folder, notice);
    }

    /// <summary>Frees the accelerator with everything that was allocated on it.</summary>
    public void Dispose()
    {
        try
        {
            Accelerator.Dispose();
            context.Dispose();
        }
        // A driver that has failed may fail at this, too; there is nothing left to lose, and what failed first is what has to be told.
        catch (AcceleratorException)
        {
        }
    }
}
