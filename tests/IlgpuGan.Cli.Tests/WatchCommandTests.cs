using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace IlgpuGan.Cli.Tests;

public sealed class WatchCommandTests : CliFixture
{
    [Fact]
    public void The_page_is_served_until_a_stop_and_its_address_is_printed()
    {
        Train();
        Assert.Equal(0, CallStopped("watch $/run --port 0"));
        Assert.Matches("^Watch at http://127.0.0.1:[0-9]+/\nPress Ctrl-C to end.\n$", Error);
        Assert.Empty(Output);
    }

    [Fact]
    public void For_other_machines_the_address_has_a_token()
    {
        Train();
        Assert.Equal(0, CallStopped("watch $/run --port 0 --bind 0.0.0.0"));
        Assert.Matches("http://[0-9.]+:[0-9]+/[?]token=[0-9a-f]{32}\n", Error);
    }

    [Fact]
    public void Folders_that_are_no_runs_are_bad_input()
    {
        Assert.Equal(2, CallStopped("watch $/nowhere"));
        AssertOneSentence("$/nowhere does not exist");
        Directory.CreateDirectory(this["empty"]);
        Assert.Equal(2, CallStopped("watch $/empty"));
        AssertOneSentence("$/empty is not a run folder");
        Assert.Equal(2, CallStopped("watch"));
    }

    [Theory]
    [InlineData("--port 70000", "--port is 70000; it must be 1 to 65535")]
    [InlineData("--port x", "--port is \"x\"; it must be a whole number")]
    [InlineData("--bind my-laptop", "--bind is \"my-laptop\"; it must be an address in figures")]
    [InlineData("--bind 192.0.2.1", "--bind 192.0.2.1 is no address of this machine")]
    public void A_bad_port_or_address_is_one_sentence(string options, string part)
    {
        Train();
        Assert.Equal(2, CallStopped($"watch $/run {options}"));
        Assert.Contains(part, Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_taken_is_one_sentence_and_nothing_is_trained()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        Assert.Equal(2, Train($"--watch --port {port}"));
        AssertOneSentence($"--port {port} is in use by another program");
        Assert.False(Directory.Exists(this["run"]));
    }

    [Fact]
    public void Training_serves_the_page_and_ends_as_without_it()
    {
        using var client = new HttpClient();
        var served = "";
        Engine.OnStep = step =>
        {
            if (step == 10)
            {
                served = File.ReadAllText(this["run/options.json"]);
            }
        };
        Assert.Equal(0, Train("--watch --port 0"));
        Assert.NotEmpty(served);
        var url = Regex.Match(Error, "^Watch at (http://127.0.0.1:[0-9]+/)$", RegexOptions.Multiline).Groups[1].Value;
        Assert.Contains("Done: 20 steps", Error, StringComparison.Ordinal);
        // It was there, and it has gone with the run.
        Assert.Throws<HttpRequestException>(() => client.Send(new HttpRequestMessage(HttpMethod.Get, url), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_page_can_be_asked_for_while_the_run_trains()
    {
        using var client = new HttpClient();
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var page = "";
        Engine.OnStep = step =>
        {
            if (step == 10)
            {
                using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/"), TestContext.Current.CancellationToken);
                using var reader = new StreamReader(answer.Content.ReadAsStream());
                page = reader.ReadToEnd();
            }
        };
        Assert.Equal(0, Train($"--watch --port {port}"));
        Assert.Contains("<title>IlgpuGan</title>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_the_page_need_the_page()
    {
        Assert.Equal(2, Train("--port 6060"));
        AssertOneSentence("--port is of the page that --watch shows");
        Assert.Equal(2, Train("--bind 0.0.0.0"));
        AssertOneSentence("--bind is of the page that --watch shows");
    }

    [Fact]
    public void Event_files_for_TensorBoard_are_written_on_demand()
    {
        Assert.Equal(0, Train());
        Assert.False(Directory.Exists(this["run/tensorboard"]));
        Assert.Equal(0, Train("--force --tensorboard"));
        Assert.Single(Directory.GetFiles(this["run/tensorboard"], "events.out.tfevents.*"));
        Assert.Equal(0, Call("train --out $/run --resume --steps 30 --tensorboard"));
        Assert.Equal(2, Directory.GetFiles(this["run/tensorboard"], "events.out.tfevents.*").Length);
    }
}
