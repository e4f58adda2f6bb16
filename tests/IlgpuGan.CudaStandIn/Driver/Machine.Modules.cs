using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Driver;

/// <content>Modules, their kernels and launches.</content>
public sealed partial class Machine
{
    // CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES.
    private const int MostDynamicShared = 8;

    /// <summary>Loads a text of PTX.</summary>
    /// <exception cref="DriverException">It does not compile; the message is what a compiler would log.</exception>
    public nint LoadModule(string text)
    {
        _ = Current;
        PtxHeader.Check(text, options);
        try
        {
            var code = PtxModule.Parse(text);
            if (code.Kernels.FirstOrDefault(kernel => kernel.StaticSharedBytes > Card.SharedOfGroup) is { } large)
            {
                throw new DriverException(CudaError.InvalidPtx, $"{large.Name} has {large.StaticSharedBytes} bytes of static shared memory, of {Card.SharedOfGroup}");
            }

            return handles.Add(new LoadedModule(code));
        }
        catch (PtxException fault)
        {
            throw new DriverException(CudaError.InvalidPtx, $"the text does not compile: {fault.Message}");
        }
    }

    /// <summary>Unloads a module, once all work is done.</summary>
    public void Unload(nint module)
    {
        Current.Finish(this);
        handles.Remove<LoadedModule>(module).IsUnloaded = true;
    }

    /// <summary>A kernel by its name.</summary>
    public nint FunctionOf(nint module, string name)
    {
        _ = Current;
        var loaded = handles.Get<LoadedModule>(module);
        return loaded.Code.Kernels.FirstOrDefault(kernel => kernel.Name == name) is { } kernel
            ? handles.Add(new LoadedFunction(loaded, kernel))
            : throw new DriverException(CudaError.NotFound, $"the module has no kernel {name}");
    }

    /// <summary>cuFuncSetAttribute: allows a kernel more shared memory.</summary>
    public void SetAttribute(nint handle, int attribute, int value)
    {
        _ = Current;
        var function = LoadedFunctionOf(handle);
        if (attribute != MostDynamicShared)
        {
            throw new DriverException(CudaError.NotSupported, $"attribute {attribute} of a kernel is not on the list of the stand-in");
        }

        if (value < 0 || value + function.Kernel.StaticSharedBytes > card.MostSharedOfGroup)
        {
            throw new DriverException(CudaError.InvalidValue,
                $"{value} bytes of shared memory beside the {function.Kernel.StaticSharedBytes} of {function.Kernel.Name} are more than the {card.MostSharedOfGroup} of the card");
        }

        function.MostDynamicShared = value;
    }

    /// <summary>Puts a launch on a stream.</summary>
    public void Launch(nint handle, Dim3 grid, Dim3 block, int sharedBytes, nint stream, byte[] parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var target = StreamOf(stream);
        var function = LoadedFunctionOf(handle);
        var kernel = function.Kernel;
        if (!IsWithin(grid, new(int.MaxValue, 65535, 65535)) || !IsWithin(block, new(Card.GroupThreads, Card.GroupThreads, 64)) || block.Count > Card.GroupThreads)
        {
            throw new DriverException(CudaError.InvalidValue, $"{kernel.Name} is launched with groups {grid} of threads {block}");
        }

        if (kernel.MaximumThreads > 0 && block.Count > kernel.MaximumThreads)
        {
            throw new DriverException(CudaError.LaunchOutOfResources, $"{kernel.Name} is launched with {block.Count} threads in a group, and was compiled for {kernel.MaximumThreads}");
        }

        if (sharedBytes < 0 || sharedBytes > function.MostDynamicShared)
        {
            throw new DriverException(CudaError.InvalidValue,
                $"{kernel.Name} is launched with {sharedBytes} bytes of dynamic shared memory, and may have {function.MostDynamicShared} beside its {kernel.StaticSharedBytes}");
        }

        if (parameters.Length != kernel.ParameterBytes)
        {
            throw new DriverException(CudaError.InvalidValue, $"{kernel.Name} takes {kernel.ParameterBytes} bytes of parameters and is launched with {parameters.Length}");
        }

        target.Enqueue(new LaunchWork(function, grid, block, sharedBytes, parameters), this);
    }

    private static bool IsWithin(Dim3 size, Dim3 most) => size.X > 0 && size.X <= most.X && size.Y > 0 && size.Y <= most.Y && size.Z > 0 && size.Z <= most.Z;

    private LoadedFunction LoadedFunctionOf(nint handle)
    {
        var function = handles.Get<LoadedFunction>(handle);
        return !function.Module.IsUnloaded ? function : throw new DriverException(CudaError.InvalidHandle, $"{function.Kernel.Name} is of a module that was unloaded");
    }
}
