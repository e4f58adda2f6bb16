namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>What a kernel may do wrong.</summary>
public enum FaultKind
{
    /// <summary>A launch with parameters, threads or shared memory that the kernel does not take.</summary>
    WrongLaunch,

    /// <summary>Two threads use one word of shared memory between two barriers, and one of them writes.</summary>
    SharedRace,

    /// <summary>A word of shared memory is used while a copy into it is under way: before its thread has waited for it.</summary>
    CopyUnderWay,

    /// <summary>The source of a copy changes between its start and its wait.</summary>
    CopySourceOverwritten,

    /// <summary>A thread ends with copies that it has not waited for.</summary>
    CopyNeverAwaited,

    /// <summary>A register is read that its thread has not written.</summary>
    UninitialisedRegister,

    /// <summary>A word of shared memory is read that nobody has written.</summary>
    UninitialisedShared,

    /// <summary>Global memory is read that nobody has written.</summary>
    UninitialisedGlobal,

    /// <summary>An address is no multiple of what is read or written there.</summary>
    Misaligned,

    /// <summary>An address of shared memory lies outside the group's.</summary>
    OutsideShared,

    /// <summary>An address of global memory lies in no allocation.</summary>
    OutsideGlobal,

    /// <summary>An address of global memory lies in an allocation that was freed.</summary>
    Freed,

    /// <summary>One place of global memory is stored twice in a launch.</summary>
    StoredTwice,

    /// <summary>Global memory is read that another group stored before in the same launch: nothing says which of them comes first.</summary>
    ForeignRead,

    /// <summary>Threads of a warp part at a branch that promises that they do not.</summary>
    DivergentUniformBranch,

    /// <summary>A barrier that not all threads of the group reach together.</summary>
    DivergentBarrier,

    /// <summary>A product of a whole warp that not all its threads reach together.</summary>
    DivergentMma,

    /// <summary>An integer is divided by zero.</summary>
    DivisionByZero,

    /// <summary>A group issues more instructions than it may.</summary>
    Endless,
}
