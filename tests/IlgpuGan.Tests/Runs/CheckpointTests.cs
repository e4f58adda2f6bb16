using IlgpuGan.Export;
using IlgpuGan.Runs;

namespace IlgpuGan.Tests.Runs;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> notices = [];

    public void Dispose() => folder.Dispose();

    private static Checkpoint Of(long step) => new(step, new Dictionary<string, StateTensor>
    {
        ["weights"] = new([2, 2], [1f, 2f, 3f, step]),
        ["counters"] = new([1], [step]),
    });

    private CheckpointStore Store(params long[] steps)
    {
        var store = new CheckpointStore(folder["checkpoints"]);
        foreach (var step in steps)
        {
            store.Save(Of(step), keep: 10);
        }

        return store;
    }

    private static void Cut(string path)
    {
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
    }

    [Fact]
    public void A_checkpoint_is_read_back_as_it_was_written()
    {
        var path = folder["one.safetensors"];
        Of(7).Write(path);
        var read = Checkpoint.Read(path);
        Assert.Equal(7, read.Step);
        Assert.Equal([1f, 2f, 3f, 7f], read.State["weights"].Floats!);
        Assert.Equal([2, 2], read.State["weights"].Shape);
        Assert.Equal([7L], read.State["counters"].Integers!);
    }

    [Fact]
    public void A_checkpoint_cut_at_any_length_is_refused_with_its_name()
    {
        var path = folder["cut.safetensors"];
        Of(7).Write(path);
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.StartsWith(path, Assert.Throws<CheckpointException>(() => Checkpoint.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_single_wrong_bit_in_the_values_is_found()
    {
        var path = folder["flipped.safetensors"];
        Of(7).Write(path);
        var bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("do not match their checksum; use an older checkpoint.", Assert.Throws<CheckpointException>(() => Checkpoint.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_safetensors_file_from_elsewhere_is_no_checkpoint()
    {
        var path = folder["other.safetensors"];
        Safetensors.Write(path, new Dictionary<string, StateTensor> { ["w"] = new([1], [1f]) }, new Dictionary<string, string>());
        Assert.Contains("is not a checkpoint of this program", Assert.Throws<CheckpointException>(() => Checkpoint.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_newest_few_are_kept()
    {
        var store = new CheckpointStore(folder["checkpoints"]);
        foreach (var step in new long[] { 5, 10, 999_999, 1_000_000, 1_000_005 })
        {
            store.Save(Of(step), keep: 3);
        }

        Assert.Equal([999_999, 1_000_000, 1_000_005], store.Steps());
        Assert.EndsWith("step-999999.safetensors", store.FileOf(999_999), StringComparison.Ordinal);
    }

    [Fact]
    public void When_a_new_one_cannot_be_written_the_old_ones_stay()
    {
        var store = Store(1, 2, 3);
        // A folder in the way of the new file fails the write on every system and for every user.
        Directory.CreateDirectory(store.FileOf(4));
        var fault = Assert.Throws<RunWriteException>(() => store.Save(Of(4), keep: 1));
        Assert.StartsWith(store.FileOf(4), fault.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], store.Steps());
    }

    [Fact]
    public void A_damaged_newest_one_is_named_and_the_one_before_it_is_taken()
    {
        var store = Store(1, 2, 3);
        Cut(store.FileOf(3));
        Assert.Equal(2, store.ReadNewest(notices.Add)!.Step);
        Assert.StartsWith(store.FileOf(3), Assert.Single(notices), StringComparison.Ordinal);
        Assert.EndsWith("Trying the checkpoint before it.", notices[0], StringComparison.Ordinal);
    }

    [Fact]
    public void When_all_are_damaged_the_error_says_what_to_do()
    {
        var store = Store(1, 2);
        Cut(store.FileOf(1));
        Cut(store.FileOf(2));
        Assert.Contains("put an intact checkpoint there", Assert.Throws<CheckpointException>(() => store.ReadNewest(notices.Add)).Message, StringComparison.Ordinal);
        Assert.Equal(2, notices.Count);
        Assert.DoesNotContain("before it", notices[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_there_is_nothing_to_read() => Assert.Null(Store().ReadNewest(notices.Add));

    [Fact]
    public void What_lies_beyond_the_step_a_run_goes_on_from_is_put_aside_but_not_lost()
    {
        var store = Store(1, 2, 3);
        File.WriteAllText(store.FileOf(4) + ".tmp", "half");
        store.ForgetAfter(2);
        Assert.Equal([1, 2], store.Steps());
        Assert.True(File.Exists(store.FileOf(3) + ".damaged"));
        Assert.False(File.Exists(store.FileOf(4) + ".tmp"));
    }
}
