using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IlgpuGan.Ranks;

/// <summary>
/// NVIDIA's NCCL, found when it is needed, bound by what its header says (nccl.h of 2.7 and later, which have send and receive). It was not run on a card yet.
/// </summary>
internal sealed unsafe class NcclLink : IDeviceLink
{
    /// <summary>The environment variable that names another library, or is off for none.</summary>
    public const string Variable = "ILGPUGAN_NCCL";

    private const string Usual = "libnccl.so.2", Off = "off";

    // ncclFloat32, ncclSum.
    private const int Float = 7, Addition = 0;

    private readonly Functions functions;
    private nint communicator;

    private NcclLink(Functions functions, nint communicator) => (this.functions, this.communicator) = (functions, communicator);

    /// <summary>Opens it on all ranks, each with its card at hand on this thread; all do this at the same place.</summary>
    /// <param name="team">The ranks.</param>
    /// <param name="isWanted">Whether this rank has a card for it.</param>
    /// <returns>Null where a rank has no card or no library, or two have the same card: then the host exchanges.</returns>
    public static NcclLink? Open(RankTeam team, bool isWanted)
    {
        var functions = isWanted ? Functions.Load() : null;
        var id = default(UniqueId);
        bool isReady = functions is not null && (!team.IsLeader || functions.GetUniqueId(&id) == 0);
        if (!AllAre(team, isReady))
        {
            return null;
        }
        team.Share(new Span<byte>(&id, sizeof(UniqueId)));
        nint communicator = 0;
        bool isOpen = functions!.Begin(&communicator, team.Ranks, id, team.Rank) == 0;
        if (AllAre(team, isOpen))
        {
            return new(functions, communicator);
        }
        if (isOpen)
        {
            functions.Destroy(communicator);
        }
        return null;
    }

    /// <inheritdoc/>
    public void Exchange(ReadOnlySpan<int> to, nint sent, int from, nint received, long count, nint stream)
    {
        // A group, as who sends and receives one after the other would wait for who does so, too.
        Check(functions.GroupStart(), "ncclGroupStart");
        foreach (int rank in to)
        {
            Check(functions.Send(sent, (nuint)count, Float, rank, communicator, stream), "ncclSend");
        }
        Check(functions.Receive(received, (nuint)count, Float, from, communicator, stream), "ncclRecv");
        Check(functions.GroupEnd(), "ncclGroupEnd");
    }

    /// <inheritdoc/>
    public void Reduce(nint values, long count, nint stream) => Check(functions.AllReduce(values, values, (nuint)count, Float, Addition, communicator, stream), "ncclAllReduce");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (communicator != 0)
        {
            functions.Destroy(communicator);
        }
        communicator = 0;
    }

    private static bool AllAre(RankTeam team, bool own)
    {
        byte[] all = [team.Gather([own ? (byte)1 : (byte)0])?.All(answer => answer[0] == 1) == true ? (byte)1 : (byte)0];
        team.Share(all);
        return all[0] == 1;
    }

    private void Check(int code, string function)
    {
        if (code != 0)
        {
            throw new RanksException($"{function} failed with code {code} ({Marshal.PtrToStringUTF8(functions.ErrorString(code))}); go on from the last checkpoint with --resume, "
                + $"and with {Variable}={Off} where it fails again.");
        }
    }

    // ncclUniqueId, 128 bytes, which is given by value.
    [InlineArray(128)]
    private struct UniqueId
    {
        private byte first;
    }

    private sealed class Functions
    {
        public required delegate* unmanaged<UniqueId*, int> GetUniqueId { get; init; }

        public required delegate* unmanaged<nint*, int, UniqueId, int, int> Begin { get; init; }

        public required delegate* unmanaged<nint, nuint, int, int, nint, nint, int> Send { get; init; }

        public required delegate* unmanaged<nint, nuint, int, int, nint, nint, int> Receive { get; init; }

        public required delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int> AllReduce { get; init; }

        public required delegate* unmanaged<int> GroupStart { get; init; }

        public required delegate* unmanaged<int> GroupEnd { get; init; }

        public required delegate* unmanaged<nint, int> Destroy { get; init; }

        public required delegate* unmanaged<int, nint> ErrorString { get; init; }

        /// <summary>The functions of the library; null where there is none, or it is too old.</summary>
        public static Functions? Load()
        {
            string name = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : Usual;
            if (name == Off || !NativeLibrary.TryLoad(name, out nint library))
            {
                return null;
            }
            bool isWhole = true;
            var functions = new Functions
            {
                GetUniqueId = (delegate* unmanaged<UniqueId*, int>)Find("ncclGetUniqueId"),
                Begin = (delegate* unmanaged<nint*, int, UniqueId, int, int>)Find("ncclCommInitRank"),
                Send = (delegate* unmanaged<nint, nuint, int, int, nint, nint, int>)Find("ncclSend"),
                Receive = (delegate* unmanaged<nint, nuint, int, int, nint, nint, int>)Find("ncclRecv"),
                AllReduce = (delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)Find("ncclAllReduce"),
                GroupStart = (delegate* unmanaged<int>)Find("ncclGroupStart"),
                GroupEnd = (delegate* unmanaged<int>)Find("ncclGroupEnd"),
                Destroy = (delegate* unmanaged<nint, int>)Find("ncclCommDestroy"),
                ErrorString = (delegate* unmanaged<int, nint>)Find("ncclGetErrorString"),
            };
            return isWhole ? functions : null;

            nint Find(string function)
            {
                isWhole &= NativeLibrary.TryGetExport(library, function, out nint address);
                return address;
            }
        }
    }
}
