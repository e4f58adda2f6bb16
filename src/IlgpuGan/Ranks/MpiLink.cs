using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace IlgpuGan.Ranks;

/// <summary>
/// Ranks of an MPI job. The library is found when it is needed: Open MPI 4 and 5, MPICH and its kin, or one of MPI 5's common ABI. All calls are to come from the thread that opened it.
/// </summary>
internal sealed unsafe class MpiLink : IRankLink
{
    // A message is cut into pieces that an int can count, whatever its library does with larger ones.
    private const long Piece = 1 << 28;

    private const int Tag = 1987, LongestVersion = 8192, LongestName = 1024;

    private static readonly TimeSpan Crowded = TimeSpan.FromMilliseconds(0.1);

    private readonly MpiHandles handles;
    private readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> send, receive;
    private readonly delegate* unmanaged<nint*, int*, void*, int> test;
    private readonly delegate* unmanaged<void*, void*, int, nint, nint, nint, nint*, int> reduce;
    private readonly delegate* unmanaged<nint, int, int> abort;
    private readonly delegate* unmanaged<int> finalize;
    private readonly Action<string> notice;
    // Whether there are more ranks than cores here.
    private readonly bool areCrowded;
    private readonly int thread = Environment.CurrentManagedThreadId;
    private TimeSpan waited;
    private bool isClosed;

    private MpiLink(nint library, string name, RankEnvironment environment, int cores, Action<string> notice)
    {
        (this.notice, areCrowded) = (notice, environment.LocalRanks > cores);
        var initialize = (delegate* unmanaged<nint, nint, int, int*, int>)Function("MPI_Init_thread");
        var rankOf = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_rank");
        var sizeOf = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_size");
        send = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Function("MPI_Isend");
        receive = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Function("MPI_Irecv");
        reduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, nint*, int>)Function("MPI_Iallreduce");
        test = (delegate* unmanaged<nint*, int*, void*, int>)Function("MPI_Test");
        abort = (delegate* unmanaged<nint, int, int>)Function("MPI_Abort");
        finalize = (delegate* unmanaged<int>)Function("MPI_Finalize");
        Version = Text(LongestVersion, (delegate* unmanaged<byte*, int*, int>)Function("MPI_Get_library_version"));
        handles = MpiHandles.Of(name, Version, MpiHandles.ExportsOf(library)) ?? throw new RanksException(
            $"{name} is an MPI library of a kind that is not known here ({Excerpt.Of(Version)}); use Open MPI, MPICH or a library of MPI 5's common ABI, or name one in "
                + $"{RankEnvironment.LibraryVariable}.") { IsOfMachine = true };
        if (!environment.MayBeOf(handles))
        {
            throw new RanksException($"{environment.Starter} started {environment.Ranks} processes, and {name} is another's library: each would train alone. Start them with its own mpirun, or name "
                + $"the library that belongs to it in {RankEnvironment.LibraryVariable}.") { IsOfMachine = true };
        }
        int provided, rank, ranks;
        Check(initialize(0, 0, handles.Funneled, &provided), "MPI_Init_thread");
        Check(rankOf(handles.World, &rank), "MPI_Comm_rank");
        Check(sizeOf(handles.World, &ranks), "MPI_Comm_size");
        (Rank, Ranks) = (rank, ranks);
        Host = Text(LongestName, (delegate* unmanaged<byte*, int*, int>)Function("MPI_Get_processor_name"));
        if (ranks != environment.Ranks)
        {
            finalize();
            throw new RanksException($"{environment.Starter} started {environment.Ranks} processes, but {name} knows of {ranks}: each would train alone. Start them with the mpirun of that library, "
                + $"with Slurm by srun --mpi=pmix (Open MPI) or --mpi=pmi2 (MPICH), or name the library that belongs to it in {RankEnvironment.LibraryVariable}.") { IsOfMachine = true };
        }

        nint Function(string function) => NativeLibrary.TryGetExport(library, function, out nint address) ? address
            : throw new RanksException($"{name} has no {function} and is no MPI library; install Open MPI or MPICH, or name another in {RankEnvironment.LibraryVariable}.") { IsOfMachine = true };
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Ranks { get; }

    /// <summary>The machine's name.</summary>
    public string Host { get; }

    /// <summary>What the library says of itself.</summary>
    public string Version { get; }

    /// <inheritdoc/>
    public TimeSpan Waited => waited;

    /// <summary>Opens the MPI library and joins the job. Only once in a process, and before other threads call native code: the environment is written to, which C does not guard.</summary>
    /// <param name="environment">What is known of the job.</param>
    /// <param name="cores">Cores of all ranks of this machine.</param>
    /// <param name="notice">Hears of ranks that are waited for.</param>
    /// <exception cref="RanksException">There is no library, or it does not belong to what started the job; the message says what to do.</exception>
    public static MpiLink Open(RankEnvironment environment, int cores, Action<string> notice)
    {
        Prepare();
        string? named = Environment.GetEnvironmentVariable(RankEnvironment.LibraryVariable);
        foreach (string name in string.IsNullOrEmpty(named) ? environment.Libraries : [named])
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return new(library, name, environment, cores, notice);
            }
        }
        throw new RanksException(string.IsNullOrEmpty(named)
            ? $"{environment.Starter} started {environment.Ranks} processes, but there is no MPI library by which they could speak; install it: on Debian and Ubuntu apt-get install libopenmpi3 "
                + $"or libmpich12, on Fedora dnf install openmpi or mpich, or name it in {RankEnvironment.LibraryVariable}."
            : $"{RankEnvironment.LibraryVariable} is {named}, which cannot be loaded; name an MPI library.") { IsOfMachine = true };
    }

    /// <inheritdoc/>
    public void Reduce(float* values, float* sum, int count)
    {
        CheckThread();
        long start = Stopwatch.GetTimestamp();
        nint request;
        // Not the one that returns when all is done: who waits is to say so.
        Check(reduce(values, sum, count, handles.Float, handles.Sum, handles.World, &request), "MPI_Iallreduce");
        Wait(&request, null, RankWait.Step);
        waited += Stopwatch.GetElapsedTime(start);
    }

    /// <inheritdoc/>
    public void Transfer(ReadOnlySpan<int> to, void* sent, int? from, void* received, long length, RankWait wait)
    {
        CheckThread();
        long start = Stopwatch.GetTimestamp();
        nint* requests = stackalloc nint[to.Length + 1];
        for (long first = 0; first < length; first += Piece)
        {
            int count = (int)Math.Min(Piece, length - first);
            for (int i = 0; i < to.Length; i++)
            {
                Check(send((byte*)sent + first, count, handles.Byte, to[i], Tag, handles.World, requests + i), "MPI_Isend");
            }
            if (from is { } source)
            {
                Check(receive((byte*)received + first, count, handles.Byte, source, Tag, handles.World, requests + to.Length), "MPI_Irecv");
                Wait(requests + to.Length, source, wait);
            }
            for (int i = 0; i < to.Length; i++)
            {
                Wait(requests + i, to[i], wait);
            }
        }
        waited += Stopwatch.GetElapsedTime(start);
    }

    /// <inheritdoc/>
    public void Abort(int code)
    {
        if (!isClosed)
        {
            isClosed = true;
            abort(handles.World, code);
        }
    }

    /// <summary>Leaves the job; all ranks are to do so.</summary>
    public void Dispose()
    {
        if (!isClosed)
        {
            isClosed = true;
            finalize();
        }
    }

    // What must stand in the environment before the library looks, and .NET's own variables are not those of C. UCX would take signals that .NET uses, and watch its
    // memory: to do so it writes over the first bytes of munmap, in which another thread of .NET may be just then, or else takes malloc's place, in which .NET then waited for ever.
    private static void Prepare()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            if (NativeLibrary.TryLoad("libc", typeof(MpiLink).Assembly, null, out nint c) || NativeLibrary.TryLoad("libc.so.6", out c))
            {
                var set = (delegate* unmanaged<byte*, byte*, int, int>)NativeLibrary.GetExport(c, "setenv");
                fixed (byte* signals = "UCX_ERROR_SIGNALS"u8, nothing = "\0"u8, hooks = "UCX_MEM_MMAP_HOOK_MODE"u8, none = "none"u8, events = "UCX_MEM_EVENTS"u8, no = "n"u8)
                {
                    set(signals, nothing, 0);
                    set(hooks, none, 0);
                    set(events, no, 0);
                }
            }
        }
    }

    private void CheckThread()
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            throw new InvalidOperationException("MPI is called from the thread that opened it alone.");
        }
    }

    private void Wait(nint* request, int? rank, RankWait wait)
    {
        // Of status objects the largest has 32 bytes.
        byte* status = stackalloc byte[64];
        long start = Stopwatch.GetTimestamp();
        TimeSpan told = wait.Patience;
        for (var spin = new SpinWait(); ;)
        {
            int isDone = 0;
            Check(test(request, &isDone, status), "MPI_Test");
            if (isDone != 0)
            {
                return;
            }
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (areCrowded && elapsed >= Crowded)
            {
                // Whoever waits by yielding keeps asking for the core that those waited for need.
                Thread.Sleep(1);
            }
            else
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
            if (elapsed >= told)
            {
                if (wait.Sentence(Rank, Host, rank, elapsed) is { } sentence)
                {
                    notice(sentence);
                }
                told *= 2;
            }
        }
    }

    private static string Text(int longest, delegate* unmanaged<byte*, int*, int> read)
    {
        byte* text = stackalloc byte[longest];
        int length;
        return read(text, &length) == 0 ? Encoding.UTF8.GetString(text, Math.Clamp(length, 0, longest)).TrimEnd('\0', '\n', ' ') : "";
    }

    // The library's own way with errors ends the job; this is for one that was told otherwise.
    private static void Check(int code, string function)
    {
        if (code != 0)
        {
            throw new RanksException($"{function} failed with code {code}; the run goes on from its last checkpoint with --resume.");
        }
    }
}
