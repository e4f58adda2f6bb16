using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Devices;

/// <summary>Recording launches, and going on without where the driver refuses: against a driver that only counts.</summary>
public sealed class CudaGraphTests
{
    private const nint Stream = 7;
    private const int Refused = 906; // CUDA_ERROR_STREAM_CAPTURE_IMPLICIT

    private readonly FakeDriver driver = new();
    private int launches;

    [Fact]
    public void A_segment_runs_once_by_launches_and_from_then_on_as_a_recording_of_them()
    {
        using (var replay = Replay())
        {
            for (int run = 0; run < 4; run++)
            {
                Run(replay);
            }
            Assert.True(replay.IsRecorded);
        }
        Assert.Equal(["begin", "end", "instantiate", "destroy graph", "launch", "launch", "launch", "destroy executable"], driver.Calls);
        // The first run and the recording.
        Assert.Equal(2, launches);
    }

    [Theory]
    [InlineData("begin")]
    [InlineData("end")]
    [InlineData("instantiate")]
    [InlineData("launch")]
    public void A_driver_that_refuses_is_asked_once_and_every_run_still_happens(string refused)
    {
        driver.Refuses = refused;
        using (var replay = Replay())
        {
            for (int run = 0; run < 4; run++)
            {
                Run(replay);
            }
            Assert.False(replay.IsRecorded);
        }
        Assert.Single(driver.Calls, call => call == "begin");
        // What was begun is ended, what was made is destroyed.
        Assert.Equal(refused == "begin" ? 0 : 1, driver.Calls.Count(call => call == "end"));
        Assert.Equal(refused is "instantiate" or "launch" ? 1 : 0, driver.Calls.Count(call => call == "destroy graph"));
        Assert.Equal(refused == "launch" ? 1 : 0, driver.Calls.Count(call => call == "destroy executable"));
        Assert.Equal(4 + (refused == "begin" ? 0 : 1), launches);
    }

    [Fact]
    public void A_launch_that_fails_while_it_is_recorded_ends_the_recording()
    {
        var graph = CudaGraph.Capture(driver, Stream, () => throw new InvalidOperationException("operation not permitted when stream is capturing"));
        Assert.Null(graph);
        Assert.Equal(["begin", "end", "destroy graph"], driver.Calls);
    }

    [Fact]
    public void A_segment_of_a_device_without_recordings_runs_by_launches()
    {
        using var replay = new SegmentReplay(() => launches++, capture: null);
        for (int run = 0; run < 3; run++)
        {
            Run(replay);
        }
        Assert.Equal(3, launches);
        Assert.Empty(driver.Calls);
    }

    [Fact]
    public void A_stream_of_another_device_is_not_recorded()
    {
        using var device = ComputeDevice.Open("cpu");
        Assert.Null(CudaGraph.Capture(device.Stream, () => launches++));
        Assert.Equal(0, launches);
    }

    [Fact]
    public void A_machine_without_the_driver_has_no_functions_to_record_with() =>
        Assert.Equal(DriverLibraries.TryLoadCuda(out _), CudaGraphDriver.Load() is not null);

    private SegmentReplay Replay() => new(() => launches++, recorded => CudaGraph.Capture(driver, Stream, recorded));

    private static void Run(SegmentReplay replay) => replay.Run(graph => graph.Launch(Stream));

    private sealed class FakeDriver : ICudaGraphDriver
    {
        public List<string> Calls { get; } = [];

        public string? Refuses { get; set; }

        public int BeginCapture(nint stream) => Call("begin");

        public int EndCapture(nint stream, out nint graph)
        {
            int status = Call("end");
            graph = status == 0 ? 1 : 0;
            return status;
        }

        public int Instantiate(nint graph, out nint executable)
        {
            executable = 2;
            return Call("instantiate");
        }

        public int Launch(nint executable, nint stream) => Call("launch");

        public int DestroyExecutable(nint executable) => Call("destroy executable");

        public int DestroyGraph(nint graph) => Call("destroy graph");

        private int Call(string name)
        {
            Calls.Add(name);
            return name == Refuses ? Refused : 0;
        }
    }
}
