using System.Text.Json;

namespace IlgpuGan.Cli.Tests;

public sealed class TrainCommandTests : CliFixture
{
    private List<JsonElement> Lines() => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    [Fact]
    public void Training_fills_the_run_folder_and_says_where_to_look()
    {
        Assert.Equal(0, Train());
        Assert.True(File.Exists(this["run/options.json"]));
        Assert.True(File.Exists(this["run/samples/step-000020.png"]));
        Assert.Empty(Output);
        Assert.Contains("Training on 8 images of 16 x 16 x 3 into", Error, StringComparison.Ordinal);
        Assert.Contains("Done: 20 steps in 2 s; look at", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_is_one_line_with_everything_that_matters()
    {
        Train();
        var line = Error.Split('\n').First(text => text.StartsWith("step 10/20", StringComparison.Ordinal));
        foreach (var part in new[] { "kimg 0.6", "D loss ", "G loss ", "D(x) 0.75", "D(G(z)) 0.25", "Jensen-Shannon >= 0.100", "|grad D| 1.5", "|grad G| 2.5", "640 images/s", "1 s left" })
        {
            Assert.Contains(part, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_report_of_a_translation_tells_the_parts_of_its_loss_in_place_of_a_divergence_and_of_latents()
    {
        Engine.Terms = new Dictionary<string, double> { ["l1"] = 0.1234, ["features"] = 2 };
        Train("--json");
        var line = Error.Split('\n').First(text => text.StartsWith("step 10/20", StringComparison.Ordinal));
        Assert.Contains("  D(y) 0.75  D(G(x)) 0.25  l1 0.123  features 2  |grad D| 1.5", line, StringComparison.Ordinal);
        var report = Lines().First(line => line.GetProperty("event").GetString() == "report");
        Assert.Equal(0.1234, report.GetProperty("terms").GetProperty("l1").GetDouble());
    }

    [Fact]
    public void Without_a_terminal_there_are_no_control_codes()
    {
        Train("--json");
        Assert.DoesNotContain(Error + Output, text => char.IsControl(text) && text is not ('\n' or '\r'));
    }

    [Fact]
    public void With_json_every_line_of_the_output_is_an_object()
    {
        Train("--json");
        var events = Lines().Select(line => line.GetProperty("event").GetString()).ToList();
        Assert.Equal("start", events[0]);
        Assert.Equal("end", events[^1]);
        Assert.Equal(4, events.Count(name => name == "report"));
        Assert.Contains("sample", events);
        Assert.Contains("checkpoint", events);
        var report = Lines().First(line => line.GetProperty("event").GetString() == "report");
        Assert.Equal(5, report.GetProperty("step").GetInt64());
        Assert.Equal(640, report.GetProperty("images_per_second").GetDouble());
        Assert.Equal(1.5, report.GetProperty("seconds_left").GetDouble());
        Assert.Equal("completed", Lines()[^1].GetProperty("reason").GetString());
        Assert.Contains("step 5/20", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_prints_sizes_and_time_and_writes_nothing()
    {
        Assert.Equal(0, Train("--dry-run"));
        Assert.False(Directory.Exists(this["run"]));
        foreach (var part in new[] { "G 1000, D 2000", "3.5 GFLOP per step", "4096 bytes", "precision       fp32", "100.0 ms per step, 640 images/s", "2 s for 20 steps" })
        {
            Assert.Contains(part, Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_dry_run_with_json_prints_one_object()
    {
        Assert.Equal(0, Train("--dry-run --json"));
        var line = Assert.Single(Lines());
        Assert.Equal(1000, line.GetProperty("generator_parameters").GetInt64());
        Assert.Equal(2000, line.GetProperty("discriminator_parameters").GetInt64());
        Assert.Equal(3.5, line.GetProperty("gflop_per_step").GetDouble());
        Assert.Equal(4096, line.GetProperty("device_bytes").GetInt64());
        Assert.Equal("fp32", line.GetProperty("precision").GetString());
        Assert.Equal(2, line.GetProperty("seconds").GetDouble(), 1e-6);
        Assert.Equal(8, line.GetProperty("data").GetProperty("count").GetInt32());
    }

    [Fact]
    public void A_stop_saves_exits_well_and_prints_the_command_to_resume()
    {
        Assert.Equal(0, CallAndStop("train faces --faces 8 --size 16 --no-cache --steps 20 --out $/run", 7));
        Assert.Contains("Stopped at step 7", Error, StringComparison.Ordinal);
        Assert.EndsWith($"train --out {this["run"]} --resume", Error.Trim(), StringComparison.Ordinal);
        Assert.True(File.Exists(this["run/checkpoints/step-000007.safetensors"]));

        Assert.Equal(0, Call("train --out $/run --resume"));
        Assert.Contains("from step 7", Error, StringComparison.Ordinal);
        Assert.Contains("Done: 20 steps", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_can_be_extended_on_resume()
    {
        Train();
        Assert.Equal(0, Call("train faces --out $/run --resume --steps 30"));
        Assert.Contains("Done: 30 steps", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Epsilon_and_the_parts_of_ada_are_given_kept_and_held_to()
    {
        Assert.Equal(0, Train("--epsilon 0.001 --augment ada --augment-policy xflip,hue"));
        var options = File.ReadAllText(this["run/options.json"]);
        Assert.Contains("\"epsilon\": 0.001", options, StringComparison.Ordinal);
        Assert.Contains("\"ada_policy\": \"xflip,hue\"", options, StringComparison.Ordinal);
        Assert.Contains("\"augment_policy\": \"color,translation,cutout\"", options, StringComparison.Ordinal);

        Assert.Equal(0, Call("train --out $/run --resume --augment-policy blit --steps 22"));
        Assert.Contains("From step 20 on: --augment-policy blit (was xflip,hue).", Error, StringComparison.Ordinal);
        Assert.Equal(2, Call("train --out $/run --resume --epsilon 0.01"));
        Assert.Contains("--epsilon 0.01 contradicts", Error, StringComparison.Ordinal);
        Assert.Equal(0, Call("train --out $/run --resume --epsilon 0.001 --augment-policy xflip,hue --steps 25"));
    }

    [Fact]
    public void Points_take_the_mlp_by_themselves()
    {
        Assert.Equal(0, Call("train ring --steps 5 --out $/run"));
        Assert.Contains("\"network\": \"mlp\"", File.ReadAllText(this["run/options.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--network foo", "--network is \"foo\"; it must be one of dcgan, mlp")]
    [InlineData("--loss foo", "--loss is \"foo\"; it must be one of non-saturating, minimax")]
    [InlineData("--precision foo", "--precision is \"foo\"; it must be one of fp32, tf32, bf16")]
    [InlineData("--fit foo", "--fit is \"foo\"; it must be one of crop, pad, stretch")]
    [InlineData("--batch x", "--batch is \"x\"; it must be a whole number")]
    [InlineData("--batch 1", "--batch is 1; it must be between 2 and 8192.")]
    [InlineData("--lr -1", "--lr is -1; it must be above 0 and at most 1.")]
    [InlineData("--lr nan", "--lr is NaN; it must be above 0")]
    [InlineData("--lr linear:-1:0:5", "--lr is linear:-1:0:5; it must be above 0 and at most 1.")]
    [InlineData("--lr cosine:0:0:5", "--lr is cosine:0:0:5; it must be above 0 and at most 1.")]
    [InlineData("--lr cosine:1:0", "--lr is \"cosine:1:0\"; it must be a number, or linear:A:B:KIMG or cosine:A:B:KIMG with numbers A and B and more than 0 thousand images")]
    [InlineData("--d-lr 2", "--d-lr is 2; it must be above 0 and at most 1.")]
    [InlineData("--g-lr linear:0:2:5", "--g-lr is linear:0:2:5; it must be above 0 and at most 1.")]
    [InlineData("--beta2 linear:0.9:1:5", "--beta2 is linear:0.9:1:5; it must be at least 0 and below 1.")]
    [InlineData("--penalty r1 --penalty-weight linear:1:-1:5", "--penalty-weight is linear:1:-1:5; it must be between 0 and")]
    [InlineData("--half-life linear:0:-1:5", "--half-life is linear:0:-1:5; it must be between 0 and")]
    [InlineData("--optimizer foo", "--optimizer is \"foo\"; it must be one of adam, adamw, rmsprop, sgd")]
    [InlineData("--momentum 0.5", "--momentum 0.5 goes with --optimizer sgd, not with adam; leave one of them out.")]
    [InlineData("--optimizer sgd --momentum 1", "--momentum is 1; it must be at least 0 and below 1.")]
    [InlineData("--epsilon 0", "--epsilon is 0; it must be above 0 and at most 1.")]
    [InlineData("--epsilon 1e-6 --optimizer sgd", "--epsilon changes nothing without --optimizer adam, adamw or rmsprop; give that too, or leave --epsilon out.")]
    [InlineData("--depth 33", "--depth is 33; it must be between 1 and 32.")]
    [InlineData("--depth 5", "--depth changes nothing without --network mlp or r3; give that too, or leave --depth out.")]
    [InlineData("--network resnet --group-size 4", "--group-size changes nothing without --network r3; give that too")]
    [InlineData("--optimizer rmsprop --beta1 0.5", "--beta1 changes nothing without --optimizer adam or adamw; give that too")]
    [InlineData("--optimizer sgd --beta2 0.9", "--beta2 changes nothing without --optimizer adam, adamw or rmsprop; give that too")]
    [InlineData("--augment-policy color", "--augment-policy changes nothing without --augment diffaugment or ada; give that too, or leave --augment-policy out.")]
    [InlineData("--augment ada --augment-policy color,cutout", "--augment-policy is \"color,cutout\"; it must be a list of xflip, rotate90, xint, blit,")]
    [InlineData("--augment diffaugment --augment-policy hue", "--augment-policy is \"hue\"; it must be a list of color, translation, cutout")]
    [InlineData("--ada-p 0.5", "--ada-p changes nothing without --augment ada; give that too")]
    [InlineData("--augment diffaugment --ada-target 0.5", "--ada-target changes nothing without an --augment ada that adapts; give that too")]
    [InlineData("--augment ada --ada-p 0.5 --ada-kimg 9", "--ada-kimg changes nothing without an --augment ada that adapts; give that too")]
    [InlineData("--weight-decay 2", "--weight-decay is 2; it must be between 0 and 1.")]
    [InlineData("--beta1 1", "--beta1 is 1; it must be at least 0 and below 1.")]
    [InlineData("--steps 0", "--steps is 0; it must be between 1 and")]
    [InlineData("--steps 99999999999999999999", "--steps is \"99999999999999999999\"; it must be a whole number")]
    [InlineData("--size 0", "--size is \"0\"; it must be a side such as 64")]
    [InlineData("--size 17", "--network dcgan cannot draw images of 17x17: its sides are multiples of 4 and at least 16; give --size 20x20.")]
    [InlineData("--minutes 0", "--minutes is 0; it must be above 0")]
    [InlineData("--keep 0", "--keep is 0; it must be between 1 and")]
    [InlineData("--report-every 0", "--report-every is 0; it must be between 1 and")]
    [InlineData("--channels 5", "channels")]
    [InlineData("--faces 0", "faces")]
    [InlineData("--bogus", "'--bogus' is not known here; see ilgpugan train --help.")]
    [InlineData("another", "'another' is not known here; see ilgpugan train --help.")]
    [InlineData("--resume --force", "--resume continues a run and --force replaces it; give one of them.")]
    [InlineData("--resume --dry-run", "--resume continues a run and --dry-run writes nothing; give one of them.")]
    [InlineData("--resume", "$/run does not exist; give the folder of a run")]
    public void A_bad_option_is_refused_with_what_is_allowed(string option, string part)
    {
        var faces = option.Contains("--faces", StringComparison.Ordinal) ? "" : "--faces 8";
        var size = option.Contains("--size", StringComparison.Ordinal) ? "" : "--size 16";
        Assert.Equal(2, Call($"train faces {faces} {size} --no-cache --out $/run {option}"));
        AssertOneSentence(part);
        Assert.False(Directory.Exists(this["run"]));
    }

    [Fact]
    public void An_optimiser_brings_its_usual_numbers_unless_others_are_given()
    {
        Assert.Equal(0, Train("--beta2 0.9 --optimizer rmsprop"));
        Assert.Contains("\"beta2\": 0.9,", File.ReadAllText(this["run/options.json"]), StringComparison.Ordinal);
        Assert.Equal(0, Train("--force --optimizer rmsprop --d-lr cosine:2e-4:5e-5:100"));
        var options = File.ReadAllText(this["run/options.json"]);
        Assert.Contains("\"beta2\": 0.99,", options, StringComparison.Ordinal);
        Assert.Contains("\"discriminator_learning_rate\": \"cosine:0.0002:5E-05:100\",", options, StringComparison.Ordinal);
        Assert.Equal(0, Train("--force --optimizer sgd"));
        Assert.Contains("\"momentum\": 0.9,", File.ReadAllText(this["run/options.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_optimiser_that_contradicts_the_run_is_refused()
    {
        Train("--optimizer adamw --weight-decay 0.5");
        Assert.Equal(0, Call("train --out $/run --resume --steps 25 --optimizer adamw"));
        Assert.Equal(2, Call("train --out $/run --resume --steps 30 --optimizer sgd"));
        AssertOneSentence("--optimizer sgd contradicts $/run, which was made with adamw; leave --optimizer out to resume");
        Assert.Equal(0, Call("train --out $/run --resume --steps 30 --lr linear:1e-3:0:5"));
        Assert.Contains("From step 25 on: --lr linear:0.001:0:5 (was 0.0002).\n", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_is_missing_is_asked_for()
    {
        Assert.Equal(2, Call("train"));
        AssertOneSentence("DATA is missing; give faces");
        Assert.Equal(2, Call("train --resume"));
        AssertOneSentence("DATA is missing; give faces");
        Assert.Equal(2, Call("train $/nowhere --out $/run"));
        AssertOneSentence("$/nowhere' does not exist");
        Directory.CreateDirectory(this["empty"]);
        Assert.Equal(2, Call("train $/empty --out $/run"));
        AssertOneSentence("$/empty");
        Assert.False(Directory.Exists(this["run"]));
    }

    [Fact]
    public void A_run_is_not_overwritten_without_force()
    {
        Train();
        Assert.Equal(2, Train());
        AssertOneSentence("$/run holds a run already; continue it with --resume, replace it with --force, or give another --out.");
        Assert.Equal(0, Train("--force --seed 2"));
    }

    [Fact]
    public void An_option_that_contradicts_the_run_is_refused()
    {
        Train();
        Assert.Equal(2, Call("train --out $/run --resume --width 64 --steps 40"));
        AssertOneSentence("--width 64 contradicts $/run, which was made with 32; leave --width out to resume");
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_bad_input()
    {
        Train();
        Call("train faces --faces 8 --size 16 --no-cache --steps 25 --width 9 --out $/other");
        File.Copy(this["other/checkpoints/step-000025.safetensors"], this["run/checkpoints/step-000025.safetensors"]);
        Assert.Equal(2, Call("train --out $/run --resume --steps 40"));
        AssertOneSentence("step-000025.safetensors belongs to another network");
    }

    [Fact]
    public void A_run_that_diverges_fails_with_the_step_the_last_good_checkpoint_and_the_remedy()
    {
        Engine.SpoilAt = 13;
        Assert.Equal(1, Train("--checkpoint-every 4"));
        Assert.Contains("not a finite number at step 15; the last good checkpoint is", Error, StringComparison.Ordinal);
        Assert.Contains("step-000012.safetensors; start a new run with a lower --lr (it was 0.0002) or another --seed.", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_fails_in_one_sentence_without_a_stack_trace()
    {
        Engine.OnStep = _ => throw new InvalidOperationException("the driver is gone.");
        Assert.Equal(1, Train());
        Assert.Contains("It failed unexpectedly: the driver is gone. Set ILGPUGAN_DEBUG=1", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_while_data_is_loaded_saves_nothing_and_says_so()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var context = new CliContext(output, error, false, Engine, Engine.Clock) { Stop = stop.Token };
        Assert.Equal(1, CommandLine.Run(["train", "faces", "--faces", "8", "--size", "16", "--no-cache", "--out", this["run"]], context));
        Assert.Contains("nothing was saved.", error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(this["run"]));
    }

    [Fact]
    public void A_run_that_the_watchdog_ends_says_why_and_has_another_exit_code()
    {
        Engine.Spread = (step, _) => step < 410 ? 0.9 : 0.05;
        Assert.Equal(1, Train("--steps 1000 --on-collapse stop"));
        Assert.Contains("The watchdog ended the run at step 430: Mode collapse: since step 410 ", Error, StringComparison.Ordinal);
        Assert.Contains("--resume --on-collapse warn", Error, StringComparison.Ordinal);
        Assert.True(File.Exists(this["run/checkpoints/step-000430.safetensors"]));
        Assert.Equal(0, Call("train --out $/run --resume --on-collapse warn"));
    }

    [Fact]
    public void What_the_watchdog_finds_is_a_line_of_the_json_output_and_a_warning_for_people()
    {
        Engine.Spread = (step, _) => step < 410 ? 0.9 : 0.05;
        Assert.Equal(0, Train("--steps 500 --json"));
        var finding = Assert.Single(Lines(), line => line.GetProperty("event").GetString() == "finding");
        Assert.Equal(("mode-collapse", 430, 410), (finding.GetProperty("finding").GetString(), finding.GetProperty("step").GetInt32(), finding.GetProperty("onset").GetInt32()));
        Assert.Contains("Step 430: Mode collapse: since step 410 ", Error, StringComparison.Ordinal);
        var report = Lines().First(line => line.GetProperty("event").GetString() == "report");
        Assert.Equal(0.5, report.GetProperty("discriminator_gradient_norms").GetProperty("layer0").GetDouble());
    }

    [Fact]
    public void Without_a_watchdog_a_collapse_is_not_even_measured()
    {
        Engine.Spread = (step, _) => step < 410 ? 0.9 : 0.05;
        Assert.Equal(0, Train("--steps 400 --on-collapse stop"));
        Assert.Equal(0, Call("train --out $/run --resume --steps 500 --no-watchdog"));
        Assert.DoesNotContain("Mode collapse", Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_action_names_those_that_there_are()
    {
        Assert.Equal(2, Train("--on-collapse panic"));
        AssertOneSentence("--on-collapse is \"panic\"; it must be one of warn, stop, rollback");
    }
}
