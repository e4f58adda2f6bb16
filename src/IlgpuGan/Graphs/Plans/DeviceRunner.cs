using IlgpuGan.Devices;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Runs segments on a GPU, launch by launch; on CUDA each is recorded in its second run and one launch from then on.</summary>
internal sealed class DeviceRunner : ISegmentRunner
{
    private readonly ComputeDevice device;
    private readonly DeviceLaunch[][] segments;
    private readonly SegmentReplay[] replays;
    private readonly LaunchTimes? times;

    /// <summary>A runner of segments; compiles their kernels.</summary>
    /// <param name="device">The GPU, or whatever OpenCL drives.</param>
    /// <param name="segments">Launches for a GPU.</param>
    /// <param name="takesTimes">Whether to take the time of each launch, which are then not recorded.</param>
    public DeviceRunner(ComputeDevice device, IReadOnlyList<IReadOnlyList<Launch>> segments, bool takesTimes)
    {
        this.device = device;
        this.segments = [.. segments.Select(OnDevice)];
        foreach (var launch in this.segments.SelectMany(segment => segment))
        {
            launch.Load(device);
        }
        times = takesTimes ? new() : null;
        replays = [.. this.segments.Select(segment => new SegmentReplay(() => Enqueue(segment),
            device.Kind == DeviceKind.Cuda ? launches => CudaGraph.Capture(device.Stream, launches) : null))];
    }

    /// <inheritdoc/>
    public IEnumerable<(double Seconds, Launch Launch)> Times => times?.Means ?? [];

    /// <inheritdoc/>
    public void Run(int segment)
    {
        if (times is not null)
        {
            times.Run(segments[segment], device.Stream);
        }
        else
        {
            replays[segment].Run(device.Stream);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var replay in replays)
        {
            replay.Dispose();
        }
    }

    /// <summary>Launches of a plan for a GPU.</summary>
    public static DeviceLaunch[] OnDevice(IReadOnlyList<Launch> segment) => [.. segment.Cast<DeviceLaunch>()];

    private void Enqueue(DeviceLaunch[] segment)
    {
        foreach (var launch in segment)
        {
            launch.Enqueue(device.Stream);
        }
    }
}
