namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>What a card of a compute capability has; figures of one that is sold.</summary>
/// <param name="Capability">Major and minor.</param>
/// <param name="Multiprocessors">Multiprocessors.</param>
/// <param name="ThreadsOfMultiprocessor">Threads that one of them holds.</param>
/// <param name="SharedOfMultiprocessor">Bytes of shared memory of one of them.</param>
/// <param name="KilohertzOfClock">Clock of the multiprocessors.</param>
/// <param name="KilohertzOfMemory">Clock of the memory.</param>
/// <param name="BusBits">Width of its bus.</param>
/// <param name="CacheBytes">Second-level cache.</param>
public sealed record Card(Version Capability, int Multiprocessors, int ThreadsOfMultiprocessor, int SharedOfMultiprocessor, int KilohertzOfClock, int KilohertzOfMemory, int BusBits, int CacheBytes)
{
    /// <summary>Threads that work in step.</summary>
    public const int WarpSize = 32;

    /// <summary>Most threads of a group.</summary>
    public const int GroupThreads = 1024;

    /// <summary>Shared memory of a group that need not be asked for.</summary>
    public const int SharedOfGroup = 48 << 10;

    // A group cannot have all: the driver keeps this much of it.
    private const int SharedOfDriver = 1 << 10;

    // T4, A100, L4 with the multiprocessors of an RTX 4090, H200, B200, RTX 5090.
    private static readonly Card[] Cards =
    [
        new(new(7, 5), 40, 1024, 64 << 10, 1_590_000, 5_001_000, 256, 4 << 20),
        new(new(8, 0), 108, 2048, 164 << 10, 1_410_000, 1_215_000, 5120, 40 << 20),
        new(new(8, 9), 128, 1536, 100 << 10, 2_520_000, 10_501_000, 384, 72 << 20),
        new(new(9, 0), 132, 2048, 228 << 10, 1_980_000, 3_201_000, 6144, 60 << 20),
        new(new(10, 0), 148, 2048, 228 << 10, 1_965_000, 3_996_000, 8192, 126 << 20),
        new(new(12, 0), 170, 1536, 100 << 10, 2_407_000, 14_001_000, 512, 96 << 20),
    ];

    /// <summary>The card of a compute capability, or null.</summary>
    public static Card? Of(Version capability) => Array.Find(Cards, card => card.Capability == capability);

    /// <summary>Name for people; nobody shall take it for a card.</summary>
    public string Name => $"CUDA stand-in {Capability}";

    /// <summary>Shared memory of a group that asks for it with cuFuncSetAttribute.</summary>
    public int MostSharedOfGroup => Capability == new Version(7, 5) ? SharedOfMultiprocessor : SharedOfMultiprocessor - SharedOfDriver;

    /// <summary>The answer of cuDeviceGetAttribute.</summary>
    /// <exception cref="DriverException">The attribute is not on the list.</exception>
    public int Attribute(int attribute) => attribute switch
    {
        1 or 2 or 3 => GroupThreads,
        4 => 64,
        5 => int.MaxValue,
        6 or 7 => 65535,
        8 => SharedOfGroup,
        9 => 64 << 10,
        10 => WarpSize,
        11 => int.MaxValue,
        12 or 82 => 64 << 10, // Registers of a group and of a multiprocessor.
        13 => KilohertzOfClock,
        16 => Multiprocessors,
        19 => 1, // Host memory can be mapped.
        32 or 33 or 34 or 35 or 50 => 0, // Error correction; bus, device and domain; the Windows driver without graphics.
        36 => KilohertzOfMemory,
        37 => BusBits,
        38 => CacheBytes,
        39 => ThreadsOfMultiprocessor,
        40 => 3, // Copy engines.
        41 => 1, // Addresses tell where memory is.
        75 => Capability.Major,
        76 => Capability.Minor,
        81 => SharedOfMultiprocessor,
        83 or 90 => 1, // Managed memory; kernels can be interrupted.
        91 => 1, // A kernel can use a host address that is registered.
        97 => MostSharedOfGroup,
        _ => throw new DriverException(CudaError.NotSupported, $"attribute {attribute} of a device is not on the list of the stand-in"),
    };
}
