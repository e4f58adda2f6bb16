namespace IlgpuGan.Devices;

/// <summary>How much time goes into finding out which of several kernels is the fastest for a shape on a device.</summary>
public enum TuningMode
{
    /// <summary>None: built-in defaults, and no file is read or written.</summary>
    Off,

    /// <summary>A moment for each shape that is met for the first time, and no more than a few seconds for all of them; the next run goes on.</summary>
    Quick,

    /// <summary>Every shape is timed anew and carefully.</summary>
    Full,
}
