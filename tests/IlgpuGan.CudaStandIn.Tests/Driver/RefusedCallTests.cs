using System.Globalization;
using System.Text;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>
/// A driver that fails in the middle: at any of its calls, once or for ever, the run says a sentence, has the exit code 1, or 2 before its first step, and goes on
/// from its last checkpoint to the same end.
/// </summary>
public sealed class RefusedCallTests(StandInLibrary library) : CardFixture(library)
{
    private const string Run = $"{Ring} --checkpoint-every 1 --steps 4 --out run";

    // Out of memory, an illegal address, a failed launch.
    private static readonly int[] Errors = [2, 700, 719];

    [Fact]
    public async Task A_card_that_is_lost_or_short_of_memory_at_any_call_costs_no_more_than_the_steps_since_the_last_checkpoint()
    {
        var whole = await BeginAsync();
        var end = Newest("run");
        var count = Number("ILGPUGAN_FUZZ_COUNT") ?? 3;
        var seed = Number("ILGPUGAN_FUZZ_SEED") ?? 1;
        var random = new Random(seed);
        // Each call once where that many are asked for; else spread evenly, so that start, first run, recording, replay and end all have theirs.
        var total = whole.Calls.Length;
        for (var i = 0; i < Math.Min(count, total); i++)
        {
            var call = 1 + (int)((i + (count >= total ? 0 : random.NextDouble())) * total / Math.Min(count, total));
            var lasting = random.Next(2) == 0 ? "+" : "";
            await FailAsync(call, lasting, Errors[random.Next(Errors.Length)], whole.Calls[call - 1], end, $"seed {seed}");
        }
    }

    private async Task FailAsync(int call, string lasting, int error, string function, byte[] whole, string seed)
    {
        Directory.Delete(this["run"], recursive: true);
        var what = $"{function}, call {call}{lasting}, error {error} ({seed})";
        var failed = await RunAsync(Run, string.Create(CultureInfo.InvariantCulture, $"refuse=*:{call}{lasting}:{error}"));
        if (failed.Code != 0)
        {
            var hasBegun = Directory.Exists(this["run/checkpoints"]) && Directory.GetFiles(this["run/checkpoints"], "step-*").Length > 0;
            Assert.True(failed.Code == 1 || (failed.Code == 2 && !hasBegun), $"{what}: exit code {failed.Code}\n{failed.Error}");
            Assert.DoesNotContain("   at ", failed.Error, StringComparison.Ordinal);
            Assert.True(failed.LastLine.EndsWith('.'), $"{what}: {failed.Error}");
            Assert.DoesNotContain("could not be resolved", failed.Error, StringComparison.Ordinal);
            await GoOnAsync(hasBegun);
        }

        Assert.True(whole.AsSpan().SequenceEqual(Newest("run")), $"{what}: another end\n{failed.Error}");
    }

    [Fact]
    public async Task A_driver_that_lacks_a_function_is_refused_in_a_sentence_or_done_without()
    {
        var whole = await BeginAsync();
        var end = Newest("run");
        var functions = whole.Calls.Distinct().Order(StringComparer.Ordinal).ToArray();
        var count = Number("ILGPUGAN_FUZZ_COUNT") ?? 2;
        var seed = Number("ILGPUGAN_FUZZ_SEED") ?? 1;
        foreach (var function in new Random(seed).GetItems(functions, 64).Distinct().Take(count))
        {
            if (Directory.Exists(this["run"]))
            {
                Directory.Delete(this["run"], recursive: true);
            }

            var failed = await RunAsync(Run, driver: LibraryWithout(function));
            Assert.True(failed.Code is 0 or 1 or 2, $"without {function} (seed {seed}): exit code {failed.Code}\n{failed.Error}");
            if (failed.Code == 0)
            {
                Assert.True(end.AsSpan().SequenceEqual(Newest("run")), $"without {function}: another end");
                continue;
            }

            Assert.DoesNotContain("   at ", failed.Error, StringComparison.Ordinal);
            Assert.True(failed.LastLine.EndsWith('.'), $"without {function} (seed {seed}): {failed.Error}");
        }
    }

    // The calls of a run on a card that has passed its self-test.
    private async Task<CommandEnd> BeginAsync()
    {
        await SucceedAsync(Run);
        Directory.Delete(this["run"], recursive: true);
        return await SucceedAsync(Run);
    }

    private Task<CommandEnd> GoOnAsync(bool hasBegun)
    {
        if (hasBegun)
        {
            return SucceedAsync("train --out run --resume");
        }

        if (Directory.Exists(this["run"]))
        {
            Directory.Delete(this["run"], recursive: true);
        }

        return SucceedAsync(Run);
    }

    // The name among those that the library exports is changed; the loader finds it no more.
    private string LibraryWithout(string function)
    {
        var bytes = File.ReadAllBytes(Library.Path);
        var name = Encoding.ASCII.GetBytes($"\0{function}\0");
        var place = bytes.AsSpan().IndexOf(name);
        Assert.True(place >= 0, $"{function} is exported");
        bytes[place + 1] = (byte)'x';
        File.WriteAllBytes(this["without.so"], bytes);
        return this["without.so"];
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
