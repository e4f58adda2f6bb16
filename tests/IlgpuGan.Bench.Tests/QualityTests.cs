using IlgpuGan.Bench.Quality;
using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Options;

namespace IlgpuGan.Bench.Tests;

public sealed class QualityTests : IDisposable
{
    private const string Table = "base: --width 4 --augment none\nfast: --width 4 --augment none --lr 1e-3 --penalty-every 2\n";

    private readonly string folder = Directory.CreateTempSubdirectory("quality-").FullName;

    // As the program does before anything else.
    public QualityTests() => OptionWords.SpeakToCommandLine();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_line_is_a_name_and_options_of_train()
    {
        var variants = VariantTable.Parse("mine", "# what was tried\n\nplain:\n  both : --lr 1e-3  --minibatch-stddev false --flip --penalty-every 2 \n");

        Assert.Equal(["plain", "both"], variants.Select(variant => variant.Name));
        Assert.Equal("--lr 1e-3 --minibatch-stddev false --flip --penalty-every 2", variants[1].Options);
        var settings = variants[1].Over(RunSettings.For("faces"));
        Assert.Equal((1e-3f, false, true, 2), (settings.Training.LearningRate.From, settings.Training.MinibatchDeviation, settings.Training.Flip, settings.Training.PenaltyEvery));
        Assert.Equal(RunSettings.For("faces"), variants[0].Over(RunSettings.For("faces")));
    }

    [Fact]
    public void Options_are_put_in_in_the_order_of_the_table_whatever_the_order_of_the_words()
    {
        // A preset brings settings along, which what is given beside it changes.
        var settings = VariantTable.Parse("mine", "r3: --batch 8 --preset r3-tiny")[0].Over(RunSettings.For("faces"));

        Assert.Equal(("r3", 8), (settings.Training.Network, settings.Training.Batch));
    }

    [Fact]
    public void A_preset_brings_no_steps_no_seed_and_no_size_into_a_comparison()
    {
        var faces = RunSettings.For("faces");
        var usual = faces with { Training = faces.Training with { Steps = 123, Seed = 7 }, Data = faces.Data with { Size = new(48, 48) } };
        foreach (string preset in new[] { "quick", "hw6", "r3-tiny" })
        {
            var settings = VariantTable.Parse("mine", $"a: --preset {preset}")[0].Over(usual);
            Assert.Equal((123, 7UL, new ImageSize(48, 48)), (settings.Training.Steps, settings.Training.Seed, settings.Data.Size!));
        }
    }

    [Theory]
    [InlineData("a: --learning 1", "Line 1 of mine, a: --learning is no option of train; see train --help.")]
    [InlineData("a:\nb: --lr", "Line 2 of mine, b: --lr has no value; it must be ")]
    [InlineData("a: --lr fast", "Line 1 of mine, a: --lr is \"fast\"; it must be ")]
    [InlineData("a: --batch 8 --batch 9", "Line 1 of mine, a: --batch is given twice; leave one out.")]
    [InlineData("a: --seed 3", "Line 1 of mine, a: --seed is the same for all that are compared; leave it out there.")]
    [InlineData("a: --minutes 3", "Line 1 of mine, a: --minutes is the same for all that are compared; leave it out there.")]
    [InlineData("a: --no-watchdog", "Line 1 of mine, a: --no-watchdog is the same for all that are compared; leave it out there.")]
    [InlineData("a:\nA: --batch 9", "Line 2 of mine, \"A: --batch 9\", is the second with the name A; give it another.")]
    [InlineData("--lr 1e-3", "Line 1 of mine, \"--lr 1e-3\", is no variant; write a name ")]
    [InlineData("../x: --lr 1e-3", "Line 1 of mine, \"../x: --lr 1e-3\", is no variant; write a name ")]
    [InlineData("# none", "mine has no variants; write lines such as ")]
    public void What_is_no_line_of_options_is_refused(string text, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<OptionException>(() => VariantTable.Parse("mine", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_that_is_not_allowed_names_its_variant()
    {
        Assert.StartsWith("a: --lr is 3", Refusal("a: --lr 3"), StringComparison.Ordinal);
        Assert.StartsWith("a: --depth changes nothing without --network", Refusal("a: --depth 3"), StringComparison.Ordinal);

        static string Refusal(string line) =>
            Assert.Throws<OptionException>(() => VariantTable.Parse("mine", line)[0].Over(RunSettings.For("faces"))).Message;
    }

    [Fact]
    public void All_variants_of_the_program_can_be_trained_and_the_first_adds_nothing()
    {
        var variants = VariantTable.Read("");

        Assert.Empty(variants[0].Words);
        Assert.All(variants, variant => variant.Over(RunSettings.For("faces")).Validate());
    }

    [Fact]
    public void The_first_is_always_chosen_and_an_unknown_one_refused()
    {
        var variants = VariantTable.Parse("mine", "a:\nb: --batch 8\nc: --batch 9");

        Assert.Equal(["a", "c"], VariantTable.Chosen(variants, ["c"]).Select(variant => variant.Name));
        Assert.Equal(3, VariantTable.Chosen(variants, []).Count);
        Assert.Equal("d is no variant; give some of a, b, c.", Assert.Throws<OptionException>(() => VariantTable.Chosen(variants, ["d"])).Message);
    }

    [Fact]
    public void Steps_are_minutes_over_step_time() =>
        Assert.Equal(6000, new StepTime("faces", null, "", Share: 2, Milliseconds: 10).StepsIn(2));

    [Fact]
    public void The_spread_is_that_of_a_sample()
    {
        Assert.Equal((2, 1), QualityTable.Spread([1, 2, 3]));
        Assert.Equal((5, null), QualityTable.Spread([5]));
    }

    [Fact]
    public void Lines_can_be_added_and_what_is_none_is_refused()
    {
        string path = Path.Combine(folder, "lines");
        var file = new LineFile<StepTime>(path);
        Assert.Empty(file.Read());
        StepTime one = new("faces", "48x48", "--lr 1e-3", 1.25, 10), other = new("faces", null, "", 1, 10);
        file.Add(one);
        file.Add(other);
        Assert.Equal([one, other], new LineFile<StepTime>(path).Read());

        File.AppendAllText(path, "{\"data\":");
        Assert.StartsWith($"{path} is not what this program wrote", Assert.Throws<OptionException>(() => file.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Variants_are_trained_measured_not_made_again_and_judged_blind()
    {
        string data = Images(), table = Path.Combine(folder, "variants.txt"), target = Path.Combine(folder, "out");
        File.WriteAllText(table, Table);
        string[] bare = ["quality", "--variants", table, "--data", data, "--size", "16", "--minutes", "0.001", "--count", "12", "--out", target, "--device", "cpu"];
        string[] words = [.. bare, "--step-ms", "20"];

        // A seed, then another: that which is there is left.
        Assert.Equal(0, Run([.. words, "--seeds", "1"]).Code);
        var results = new LineFile<QualityResult>(Path.Combine(target, "results.jsonl"));
        var first = results.Read();
        Assert.Equal([("base", 1), ("fast", 1)], first.Select(result => (result.Variant, (int)result.Seed)));
        var times = File.ReadAllText(Path.Combine(target, "steps.jsonl"));
        var (code, output, error) = Run([.. words, "--seeds", "2"]);
        Assert.True(code == 0, error);
        var all = results.Read();
        Assert.Equal([("base", 1), ("fast", 1), ("base", 2), ("fast", 2)], all.Select(result => (result.Variant, (int)result.Seed)));
        Assert.Equal(first.Select(result => result.Values["swd"]), all.Take(2).Select(result => result.Values["swd"]));
        Assert.Equal(times, File.ReadAllText(Path.Combine(target, "steps.jsonl")));
        Assert.DoesNotContain("seed 1", error, StringComparison.Ordinal);

        Assert.All(all, result =>
        {
            Assert.Null(result.Fault);
            Assert.All((string[])["swd", "fd", "kd", "precision", "recall", "coverage", "modes_kl", "unseen"], key => Assert.True(result.Values.ContainsKey(key), key));
            Assert.True(result.Values["swd"] > 0);
            Assert.True(result is { GeneratorParameters: > 0, DiscriminatorParameters: > 0 });
            string picture = Path.Combine(target, "data-16x16-0.001min", $"{result.Variant}-{result.Seed}.png");
            Assert.True(ImageDecoder.ReadSize(File.ReadAllBytes(picture)).Width > 8 * 16);
        });
        // 60 ms: three steps of the first variant's 20 ms.
        Assert.Equal(3, all[0].Steps);
        Assert.Equal($"ilgpugan train {data} --method gan --from none --size 16x16 --width 4 --augment none --steps 3 --seed 1 --device cpu", all[0].Command);
        Assert.NotEqual(all[0].Values["swd"], all[2].Values["swd"]);
        Assert.Contains(" ± ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetDirectories(Path.Combine(target, "data-16x16-0.001min")), name => name.EndsWith(".run", StringComparison.Ordinal));

        var markdown = Run([.. words, "--markdown"]);
        Assert.Equal(0, markdown.Code);
        Assert.Contains("| base | 2 | 3 | ", markdown.Output, StringComparison.Ordinal);
        Assert.Contains(all[0].Command, markdown.Output, StringComparison.Ordinal);
        Assert.Contains("--step-ms is 30, and what is in", Run([.. bare, "--step-ms", "30"]).Error, StringComparison.Ordinal);

        Assert.Equal("--blind compares two variants, and 1 are named; give two.", Run([.. words, "base", "--blind"]).Error.Trim());
        Assert.Equal(0, Run([.. words, "base", "fast", "--blind", "--pairs", "3"]).Code);
        string blind = Path.Combine(target, "blind-data-16x16-0.001min-base-fast");
        Assert.Equal(["01.png", "02.png", "03.png", "answers.txt"], Directory.GetFiles(blind).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("is there already", Run([.. words, "base", "fast", "--blind", "--pairs", "3"]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_are_counted_by_the_key()
    {
        string pairs = Path.Combine(folder, "pairs");
        BlindTest.Draw(pairs, ("a", ["faces"]), ("b", ["faces"]), pairs: 4, "cpu", pair => pair is 1 or 2);
        // Left is a, b, b, a.
        File.WriteAllText(Path.Combine(pairs, "answers.txt"), "# mine\n01 left\n02 left\n03 right\n04 same\n");

        var score = BlindTest.Score(pairs);

        Assert.Equal([("a", 2), ("b", 1)], score.Preferred);
        Assert.Contains("same 1", score.ToString(), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(pairs, "answers.txt"), "01 a\n");
        Assert.Contains("says \"01 a\"; it must be", Assert.Throws<OptionException>(() => BlindTest.Score(pairs)).Message, StringComparison.Ordinal);
        File.Delete(BlindTest.KeyOf(pairs));
        Assert.Contains("has no key", Assert.Throws<OptionException>(() => BlindTest.Score(pairs)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(5, 5, 1)]
    // 2 (1 + 10) / 2^10.
    [InlineData(9, 1, 22.0 / 1024)]
    [InlineData(0, 10, 2.0 / 1024)]
    public void A_preference_by_chance_has_the_chance_of_a_sign_test(int one, int other, double chance)
    {
        var score = new BlindScore(["a", "b"]);
        Enumerable.Repeat("a", one).Concat(Enumerable.Repeat("b", other)).ToList().ForEach(score.Count);

        Assert.Equal(chance, score.Chance, 12);
    }

    // Two folders of dark and of bright noise: their names are labels.
    private string Images()
    {
        string data = Path.Combine(folder, "data");
        var random = new Random(1);
        for (int i = 0; i < 16; i++)
        {
            string place = Directory.CreateDirectory(Path.Combine(data, i % 2 == 0 ? "dark" : "bright")).FullName;
            byte[] pixels = [.. Enumerable.Range(0, 16 * 16 * 3).Select(_ => (byte)(random.Next(100) + (i % 2 == 0 ? 0 : 150)))];
            ImageFile.SavePng(Path.Combine(place, $"{i}.png"), pixels, 16, 16, 3);
        }
        return data;
    }

    private static (int Code, string Output, string Error) Run(string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = BenchCommand.Run(args, new BenchContext(output, error, IsTerminal: false, TimeProvider.System));
        return (code, output.ToString(), error.ToString());
    }
}
