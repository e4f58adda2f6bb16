using System.Globalization;

namespace IlgpuGan.Tests.Fuzzing;

/// <summary>
/// Every reader takes what it is given or refuses it with a sentence: it never fails otherwise and takes no memory that a number in its input claims.
/// ILGPUGAN_FUZZ_COUNT inputs are tried per reader; ILGPUGAN_FUZZ_SEED repeats them.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    // With all readers about ten seconds on two cores.
    private const int DefaultCount = 60;

    private const int LongestShown = 4096;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. FuzzReaders.All.Select(reader => reader.Name)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_damaged_input_is_read_or_refused_with_a_sentence(string name)
    {
        FuzzReader reader = FuzzReaders.All.Single(known => known.Name == name);
        int seed = Number("ILGPUGAN_FUZZ_SEED") ?? Random.Shared.Next(int.MaxValue / 2);
        int count = Number("ILGPUGAN_FUZZ_COUNT") ?? DefaultCount;
        byte[][] seeds = reader.Seeds(folder.Path);
        foreach (byte[] good in seeds)
        {
            reader.Read(good, folder.Path);
        }

        int accepted = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] input = Mutation.Of(seeds, new Random(seed + i));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exception? fault = Record.Exception(() => reader.Read(input, folder.Path));
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            accepted += fault is null ? 1 : 0;
            string repeat = $"{name}: ILGPUGAN_FUZZ_SEED={seed + i} ILGPUGAN_FUZZ_COUNT=1 repeats it; the input: {Shown(input)}";
            Assert.True(fault is null || reader.Allows(fault), $"{repeat}\n{fault}");
            Assert.True(taken <= reader.MostBytes, $"{repeat}\n{taken} bytes were taken, where at most {reader.MostBytes} were expected");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {count} inputs from seed {seed}, {accepted} read, {count - accepted} refused");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

    private static string Shown(byte[] input) => Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, LongestShown)));
}
