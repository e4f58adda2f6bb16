using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IlgpuGan.CudaStandIn.Tests.Driver;

/// <summary>
/// A driver that fails in the middle: at any of its calls, once or for ever, the run says a sentence, has the exit code 1, or 2 before its first step, and goes on
/// from its last checkpoint to the same end.
/// </summary>
public sealed class RefusedCallTests(StandInLibrary library) : CardFixture(library)
{
    private const string Short = $"{Ring} --checkpoint-every 1 --steps 4 --out ./run";

    private const string Faces = "train faces --faces 20 --size 16 --width 2 --latent 4 --batch 4 --no-cache --device cuda --tune off --no-watchdog";

    // Of many failed runs one in so many goes on to its end.
    private const int Few = 8;

    // Out of memory, which may pass; an illegal address and a failed launch, after which a card stays lost.
    private static readonly string[] Ways = ["2", "700", "719", "+:2", "+:700", "+:719"];

    [Fact]
    public void A_card_that_is_lost_or_short_of_memory_at_any_call_costs_no_more_than_the_steps_since_the_last_checkpoint()
    {
        var whole = Begin();
        var end = Newest("run");
        var kept = Checkpoints.ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        var faults = new List<string>();
        var refusals = Refusals(whole.Calls.Length, few: 60).ToArray();
        foreach (var (i, (call, refusal, seed)) in refusals.Index())
        {
            if (Fail($"refuse={refusal}", end, refusals.Length <= Few || i % Few == 0 ? [] : kept) is { } fault)
            {
                faults.Add($"{whole.Calls[call - 1]}, {refusal} (seed {seed}): {fault}");
            }
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>What reads a run leaves it as it was, and a picture is there as a whole or not at all.</summary>
    [Theory]
    [InlineData(Ring, "generate ./run --count 4 --seed 1 --device cuda --out ./points.png", "points.png")]
    [InlineData(Faces, "evaluate ./run --count 16 --metrics swd --no-cache --device cuda --json", null)]
    public void A_card_that_is_lost_or_short_of_memory_at_any_call_of_a_command_that_reads_a_run_is_told_in_a_sentence(string training, string command, string? picture)
    {
        Succeed($"{training} --steps 1 --out ./run");
        // In the process of those that fail, whose paths are written alike.
        var whole = Run(command, "refuse=*:1000000:2");
        Assert.True(whole.Code == 0 && whole.Faults.Length == 0, whole.Error);
        byte[]? drawn = Picture();
        var run = RunFiles();
        var faults = new List<string>();
        foreach (var (call, refusal, seed) in Refusals(whole.Calls.Length, few: 20))
        {
            if (picture is not null)
            {
                File.Delete(this[picture]);
            }
            var end = Run(command, $"refuse={refusal}");
            string? fault = end.Code is not (0 or 1 or 2) ? $"exit code {end.Code}"
                : end.Code != 0 && !IsSentence(end) ? "no sentence"
                : (end.Code == 0 || Picture() is not null) && !Same(drawn, Picture()) ? "another picture"
                : end.Code == 0 && picture is null && end.Output != whole.Output ? $"another result\n{end.Output}"
                : !run.SequenceEqual(RunFiles()) ? "the run is another one"
                : null;
            if (fault is not null)
            {
                faults.Add($"{whole.Calls[call - 1]}, {refusal} (seed {seed}): {fault}\n{end.Error}");
            }
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));

        byte[]? Picture() => picture is not null && File.Exists(this[picture]) ? File.ReadAllBytes(this[picture]) : null;
        static bool Same(byte[]? one, byte[]? other) => one.AsSpan().SequenceEqual(other);
        List<string> RunFiles() => [.. Directory.GetFiles(this["run"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"{file} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];
    }

    /// <summary>
    /// Which calls are refused and how: each, once for a moment and once for ever, where that many are asked for; else spread evenly, so that start, first run, recording, replay and end all
    /// have theirs.
    /// </summary>
    private static IEnumerable<(int Call, string Refusal, int Seed)> Refusals(int total, int few)
    {
        int count = Number("ILGPUGAN_FUZZ_COUNT") ?? few, seed = Number("ILGPUGAN_FUZZ_SEED") ?? 1;
        var random = new Random(seed);
        int places = Math.Min(count, total);
        for (int i = 0; i < places; i++)
        {
            int call = 1 + (int)((i + (count >= total ? 0 : random.NextDouble())) * total / places);
            foreach (string way in count >= total ? ["2", random.Next(2) == 0 ? "+:719" : "+:700"] : random.GetItems(Ways, 1))
            {
                yield return (call, $"*:{call}{(way.StartsWith('+') ? "" : ":")}{way}", seed);
            }
        }
    }

    /// <summary>What is wrong with how a run fails and goes on; null for nothing.</summary>
    /// <param name="card">Words for the stand-in.</param>
    /// <param name="whole">The end of a run that did not fail.</param>
    /// <param name="known">Checkpoints of such a run: one that is there need not be gone on from.</param>
    private string? Fail(string card, byte[] whole, Dictionary<string, byte[]> known)
    {
        Clear();
        var failed = Run(Short, card);
        if (failed.Code != 0)
        {
            bool hasBegun = Checkpoints.Length > 0;
            if (failed.Code != 1 && (failed.Code != 2 || hasBegun))
            {
                return $"exit code {failed.Code}\n{failed.Error}";
            }
            if (!IsSentence(failed))
            {
                return $"no sentence\n{failed.Error}";
            }
            if (hasBegun && known.TryGetValue(Path.GetFileName(Checkpoints.Last()), out byte[]? expected))
            {
                return expected.AsSpan().SequenceEqual(Newest("run")) ? null : $"another checkpoint\n{failed.Error}";
            }
            var rest = GoOn(hasBegun);
            if (rest.Code != 0 || rest.Faults.Length > 0)
            {
                return $"it does not go on, exit code {rest.Code}\n{failed.Error}\n{rest.Error}";
            }
        }
        return whole.AsSpan().SequenceEqual(Newest("run")) ? null : $"another end\n{failed.Error}";
    }

    [Fact]
    public async Task A_driver_that_lacks_a_function_is_refused_in_a_sentence_or_done_without()
    {
        var whole = Begin();
        var end = Newest("run");
        var functions = whole.Calls.Distinct().Order(StringComparer.Ordinal).ToArray();
        int count = Number("ILGPUGAN_FUZZ_COUNT") ?? 6, seed = Number("ILGPUGAN_FUZZ_SEED") ?? 1;
        new Random(seed).Shuffle(functions);
        var faults = new List<string>();
        foreach (string function in functions.Take(count))
        {
            Clear();
            var failed = await StartAsync(Short, driver: LibraryWithout(function));
            bool isRight = failed.Code == 0 ? end.AsSpan().SequenceEqual(Newest("run")) : failed.Code is 1 or 2 && IsSentence(failed);
            if (!isRight)
            {
                faults.Add($"without {function} (seed {seed}): exit code {failed.Code}\n{failed.Error}");
            }
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private string[] Checkpoints => Directory.Exists(this["run/checkpoints"]) ? [.. Directory.GetFiles(this["run/checkpoints"], "step-*.safetensors").Order(StringComparer.Ordinal)] : [];

    private static bool IsSentence(CommandEnd end) => end.LastLine.EndsWith('.')
        && !end.Error.Contains("   at ", StringComparison.Ordinal) && !end.Error.Contains("could not be resolved", StringComparison.Ordinal);

    // The calls of a run on a card that has passed its self-test.
    private CommandEnd Begin()
    {
        Succeed(Short);
        Clear();
        return Succeed(Short);
    }

    private CommandEnd GoOn(bool hasBegun)
    {
        if (hasBegun)
        {
            return Run("train --out ./run --resume");
        }

        Clear();
        return Run(Short);
    }

    private void Clear()
    {
        if (Directory.Exists(this["run"]))
        {
            Directory.Delete(this["run"], recursive: true);
        }
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
