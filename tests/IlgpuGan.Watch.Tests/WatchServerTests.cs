using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using IlgpuGan.Runs;

namespace IlgpuGan.Watch.Tests;

public sealed class WatchServerTests : IAsyncDisposable
{
    private static readonly byte[] Png = [0x89, .. "PNG of step 5"u8];

    private static readonly string[] Doors = ["/", "/events", "/runs/0/reals", "/app.js"];

    private readonly FakeRun run = new();
    private readonly HttpClient client = new();
    private WatchServer? server;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        run.Dispose();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<Uri> ServeAsync(WatchOptions? options = null)
    {
        server = await WatchServer.StartAsync((options ?? new WatchOptions { Runs = [run.Path] }) with { Port = options?.Port ?? 0 }, _ => { }, Cancellation);
        return new Uri(server.Urls[^1]);
    }

    private async Task<HttpStatusCode> StatusAsync(HttpRequestMessage request)
    {
        using (request)
        using (var answer = await client.SendAsync(request, Cancellation))
        {
            return answer.StatusCode;
        }
    }

    /// <summary>Hears the messages of a run, as pairs of the kind and the JSON, until one is what it waits for.</summary>
    private async Task<List<(string Kind, JsonElement Data)>> HearAsync(Uri url, Func<string, JsonElement, bool> isLast)
    {
        await using var stream = await client.GetStreamAsync(new Uri(url, "events"), Cancellation);
        return await HearAsync(stream, isLast);
    }

    private static async Task<List<(string Kind, JsonElement Data)>> HearAsync(Stream stream, Func<string, JsonElement, bool> isLast)
    {
        var heard = new List<(string, JsonElement)>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Cancellation))
        {
            var data = item.EventType is "hello" or "run" or "end" ? JsonElement.Parse(item.Data) : JsonElement.Parse(JsonSerializer.Serialize(item.Data));
            heard.Add((item.EventType, data));
            if (isLast(item.EventType, data))
            {
                break;
            }
        }

        return heard;
    }

    private static bool HasStep(JsonElement news, long step) => news.ValueKind == JsonValueKind.Object && news.TryGetProperty("status", out var status)
        && status.GetProperty("step").GetInt64() == step;

    [Theory]
    [InlineData("reals.png", "/runs/0/reals")]
    [InlineData("samples/step-000005.png", "/runs/0/samples/5")]
    public async Task A_link_out_of_the_run_folder_is_not_followed_and_one_within_it_is(string picture, string address)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need privileges on Windows");
        using var elsewhere = new FakeRun("elsewhere");
        await File.WriteAllBytesAsync(Path.Combine(elsewhere.Path, "secret.png"), Png, Cancellation);
        await File.WriteAllBytesAsync(Path.Combine(run.Path, "own.png"), Png, Cancellation);
        Directory.CreateDirectory(Path.Combine(run.Path, "samples"));
        var url = new Uri(await ServeAsync(), address);
        var link = Path.Combine(run.Path, picture);

        File.CreateSymbolicLink(link, Path.Combine(run.Path, "own.png"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(new(HttpMethod.Get, url)));
        File.Delete(link);
        File.CreateSymbolicLink(link, Path.Combine(elsewhere.Path, "secret.png"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new(HttpMethod.Get, url)));
        File.Delete(link);
        // By way of a link within to one that leads out, and of one that leads round in a circle.
        File.CreateSymbolicLink(Path.Combine(run.Path, "hop.png"), Path.GetRelativePath(run.Path, Path.Combine(elsewhere.Path, "secret.png")));
        File.CreateSymbolicLink(link, Path.Combine(run.Path, "hop.png"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new(HttpMethod.Get, url)));
        File.Delete(link);
        File.CreateSymbolicLink(link, link);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new(HttpMethod.Get, url)));
    }

    [Fact]
    public async Task A_samples_folder_a_log_and_options_that_are_links_out_of_the_run_folder_are_not_shown()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need privileges on Windows");
        using var elsewhere = new FakeRun("elsewhere");
        elsewhere.Report(10, 20);
        var samples = Path.Combine(elsewhere.Path, "samples");
        Directory.CreateDirectory(samples);
        await File.WriteAllBytesAsync(Path.Combine(samples, "step-000005.png"), Png, Cancellation);
        if (Directory.Exists(Path.Combine(run.Path, "samples")))
        {
            Directory.Delete(Path.Combine(run.Path, "samples"));
        }

        Directory.CreateSymbolicLink(Path.Combine(run.Path, "samples"), samples);
        File.CreateSymbolicLink(run.LogFile, elsewhere.LogFile);
        var watched = new WatchedRun(run.Path, 0, TimeProvider.System);
        watched.Look();
        var news = watched.Since(new PageMemory())!;
        Assert.Equal(0, news.Status.Step);
        Assert.True(news.Samples is null or { Count: 0 });
        var url = await ServeAsync();
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new(HttpMethod.Get, new Uri(url, "/runs/0/samples/5"))));

        File.Delete(Path.Combine(run.Path, "options.json"));
        File.CreateSymbolicLink(Path.Combine(run.Path, "options.json"), Path.Combine(elsewhere.Path, "options.json"));
        watched.Look();
        Assert.Equal(RunState.Preparing, watched.State);
        Assert.False(watched.HoldsCheckpoints);
    }

    [Fact]
    public async Task It_listens_on_this_machine_alone()
    {
        var url = await ServeAsync();
        Assert.Equal("127.0.0.1", url.Host);
        Assert.Empty(url.Query);
        foreach (var address in (await Dns.GetHostAddressesAsync(Dns.GetHostName(), Cancellation)).Where(address => !IPAddress.IsLoopback(address)))
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new UriBuilder("http", address.ToString(), url.Port).Uri, Cancellation));
        }
    }

    [Fact]
    public async Task The_page_asks_for_nothing_from_elsewhere_and_says_so_to_the_browser()
    {
        var url = await ServeAsync();
        using var answer = await client.GetAsync(url, Cancellation);
        var page = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("localhost:8080", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:6060", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example:6060", false)]
    [InlineData("192.168.1.5", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    public async Task A_foreign_Host_is_refused_and_a_tunnel_is_not(string host, bool isServed)
    {
        var url = await ServeAsync();
        foreach (var path in isServed ? ["/"] : Doors)
        {
            var answer = await RawRequest.GetAsync(url, path, host);
            Assert.StartsWith(isServed ? "HTTP/1.1 200" : "HTTP/1.1 403", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://evil.example", true)]
    [InlineData("null", true)]
    [InlineData("http://localhost:1", true)]
    [InlineData(null, false)]
    [InlineData("own", false)]
    public async Task Another_page_may_not_draw(string? origin, bool isRefused)
    {
        var url = await ServeAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, "runs/0/draw")) { Content = JsonContent.Create(new { seed = "1", count = 1 }) };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? url.GetLeftPart(UriPartial.Authority) : origin);
        }

        // It is training here, so one of our own is told to wait.
        Assert.Equal(isRefused ? HttpStatusCode.Forbidden : HttpStatusCode.Conflict, await StatusAsync(request));
    }

    [Fact]
    public async Task For_other_machines_every_request_needs_the_token()
    {
        // The last address is the loopback one, so that no firewall is in the way of the test.
        var url = await ServeAsync(new WatchOptions { Runs = [run.Path], Address = IPAddress.Any });
        var plain = new Uri(url.GetLeftPart(UriPartial.Path));
        Assert.All(server!.Urls, one => Assert.Matches("[?]token=[0-9a-f]{32}$", one));
        foreach (var path in new[] { "", "app.js", "events", "runs/0/reals", "?token=", $"?token={new string('0', 32)}", url.Query[..^1], url.Query + "0" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(new(HttpMethod.Get, new Uri(plain, path))));
        }

        // The client keeps cookies as a browser does.
        using (var answer = await client.GetAsync(url, Cancellation))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(new(HttpMethod.Get, new Uri(plain, "app.js"))));
    }

    [Theory]
    [InlineData("/runs/0/samples/../../options.json")]
    [InlineData("/runs/0/samples/%2e%2e/%2e%2e/options.json")]
    [InlineData("/runs/0/samples/..%2f..%2foptions.json")]
    [InlineData("/runs/0/samples/..%5c..%5coptions.json")]
    [InlineData("/runs/0/samples/5.png")]
    [InlineData("/runs/0/samples/step-000005.png")]
    [InlineData("/runs/0/samples/-5")]
    [InlineData("/runs/0/samples/99999999999999999999")]
    [InlineData("/runs/0/options.json")]
    [InlineData("/runs/0/../../../../etc/passwd")]
    [InlineData("/runs/1/samples/5")]
    [InlineData("/runs/-1/samples/5")]
    [InlineData("/../../../../etc/passwd")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/IlgpuGan.Watch.dll")]
    [InlineData("/uplot.LICENSE.txt")]
    [InlineData("/run.lock")]
    public async Task Nothing_but_known_names_is_served(string path)
    {
        WriteSample();
        var answer = await RawRequest.GetAsync(await ServeAsync(), path);
        Assert.Matches("^HTTP/1.1 40[04] ", answer);
        Assert.DoesNotContain("settings", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_are_served_by_their_step()
    {
        WriteSample();
        var url = await ServeAsync();
        Assert.Equal(Png, await client.GetByteArrayAsync(new Uri(url, "runs/0/samples/5"), Cancellation));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new(HttpMethod.Get, new Uri(url, "runs/0/samples/6"))));
    }

    [Fact]
    public async Task A_page_hears_what_there_is_and_then_what_is_appended()
    {
        run.Report(10, 20);
        WriteSample();
        var url = await ServeAsync();
        await using var stream = await client.GetStreamAsync(new Uri(url, "events"), Cancellation);
        var first = await HearAsync(stream, (_, data) => HasStep(data, 20));
        Assert.Equal("hello", first[0].Kind);
        Assert.Equal("run", first[0].Data.GetProperty("runs")[0].GetString());
        var news = first[^1].Data;
        Assert.Equal("training", news.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal(8, news.GetProperty("status").GetProperty("secondsLeft").GetDouble(), 1e-6);
        Assert.Equal(100, news.GetProperty("about").GetProperty("steps").GetInt64());
        Assert.Equal(5, news.GetProperty("samples")[0].GetInt64());
        Assert.Equal(2, news.GetProperty("reports").GetProperty("columns").GetProperty("discriminator_loss").GetArrayLength());
    }

    [Fact]
    public async Task Only_what_is_new_is_told_and_a_log_that_was_cut_back_is_told_anew()
    {
        run.Report(10, 20);
        var url = await ServeAsync();
        var phase = 0;
        var heard = await HearAsync(url, (kind, data) =>
        {
            if (phase == 0 && HasStep(data, 20))
            {
                run.Report(30);
                phase = 1;
            }
            else if (phase == 1 && HasStep(data, 30))
            {
                File.WriteAllText(run.LogFile, RunLog.LineOf(FakeRun.ReportOf(15)) + "\n");
                phase = 2;
            }

            return phase == 2 && HasStep(data, 15);
        });
        var appended = heard.Single(item => HasStep(item.Data, 30)).Data.GetProperty("reports");
        Assert.Equal(2, appended.GetProperty("from").GetInt32());
        Assert.Equal(30, appended.GetProperty("columns").GetProperty("step")[0].GetDouble());
        var anew = heard[^1].Data.GetProperty("reports");
        Assert.Equal(0, anew.GetProperty("from").GetInt32());
        Assert.Equal(1, anew.GetProperty("columns").GetProperty("step").GetArrayLength());
    }

    [Fact]
    public async Task A_long_log_is_thinned()
    {
        const int Reports = 30_000;
        var lines = new StringBuilder();
        for (var step = 1; step <= Reports; step++)
        {
            lines.Append(RunLog.LineOf(FakeRun.ReportOf(step))).Append('\n');
        }

        File.WriteAllText(run.LogFile, lines.ToString());
        var last = (await HearAsync(await ServeAsync(), (_, data) => HasStep(data, Reports)))[^1].Data.GetProperty("reports");
        Assert.InRange(last.GetProperty("columns").GetProperty("step").GetArrayLength(), 500, WatchedRun.MostRows);
        Assert.Equal(16, last.GetProperty("stride").GetInt32());
    }

    [Fact]
    public async Task Findings_metrics_and_garbage_are_told_apart()
    {
        run.Report(10);
        File.AppendAllText(run.LogFile, RunLog.LineOf(new Finding(FindingKind.ModeCollapse, 10, 5, "G makes much the same of all latents.")) + "\n");
        File.AppendAllText(run.LogFile, """
            {"metric":"swd","step":10,"kimg":0.16,"value":12.5,"best":true}
            {"metric":"swd","step":20,"kimg":0.32,"value":13.5,"best":false}
            {"step":
            [1,2,3]
            {"finding":"no-such-kind","step":1,"onset":1,"sentence":"?"}
            null
            {"step":"ten"}

            """);
        run.Report(30);
        var heard = await HearAsync(await ServeAsync(), (_, data) => HasStep(data, 30));
        var news = heard[^1].Data;
        var finding = Assert.Single(news.GetProperty("findings").EnumerateArray());
        Assert.Equal("mode-collapse", finding.GetProperty("kind").GetString());
        Assert.True(finding.GetProperty("isCollapse").GetBoolean());
        var swd = news.GetProperty("metrics").GetProperty("swd").GetProperty("columns");
        Assert.Equal([12.5, 13.5], swd.GetProperty("value").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal([1, 0], swd.GetProperty("best").EnumerateArray().Select(value => value.GetDouble()));
    }

    [Fact]
    public async Task What_the_user_changed_on_the_way_is_told_with_its_step()
    {
        run.Report(10);
        File.AppendAllText(run.LogFile, """
            {"changed":10,"sentence":"From step 10 on: --lr 0.001 (was 0.0002).","options":{"lr":{"from":"0.0002","to":"0.001"}}}
            {"changed":11}
            {"changed":12,"sentence":null,"options":null}
            {"changed":13,"sentence":"?","options":{"lr":null}}

            """);
        run.Report(20);
        var heard = await HearAsync(await ServeAsync(), (_, data) => HasStep(data, 20));
        var change = Assert.Single(heard[^1].Data.GetProperty("findings").EnumerateArray());
        Assert.Equal(("changed", 10, false), (change.GetProperty("kind").GetString(), change.GetProperty("step").GetInt64(), change.GetProperty("isCollapse").GetBoolean()));
        Assert.Equal("From step 10 on: --lr 0.001 (was 0.0002).", change.GetProperty("sentence").GetString());
    }

    [Fact]
    public async Task A_run_is_training_while_a_process_has_it_open_then_stopped_or_finished()
    {
        run.Report(50);
        var url = await ServeAsync();
        var states = new List<string?>();
        await HearAsync(url, (kind, data) =>
        {
            if (kind != "run")
            {
                return false;
            }

            states.Add(data.GetProperty("status").GetProperty("state").GetString());
            if (states[^1] == "training")
            {
                run.LetGo();
            }
            else if (states[^1] == "stopped")
            {
                run.Report(100);
            }

            return states[^1] == "finished";
        });
        Assert.Equal(["training", "stopped", "finished"], states);
    }

    [Fact]
    public async Task A_lock_that_a_crash_left_behind_is_no_training()
    {
        run.Report(50);
        run.LetGo();
        File.WriteAllText(Path.Combine(run.Path, "run.lock"), "");
        var heard = await HearAsync(await ServeAsync(), (kind, _) => kind == "run");
        Assert.Equal("stopped", heard[^1].Data.GetProperty("status").GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_folder_that_is_not_there_yet_is_waited_for()
    {
        var url = await ServeAsync(new WatchOptions { Runs = [Path.Combine(run.Path, "later")] });
        var heard = await HearAsync(url, (kind, _) => kind == "run");
        Assert.Equal("preparing", heard[^1].Data.GetProperty("status").GetProperty("state").GetString());
    }

    [Fact]
    public async Task It_looks_at_the_runs_only_while_somebody_looks_at_the_page()
    {
        var url = await ServeAsync();
        Assert.False(server!.IsLooking);
        await using (var stream = await client.GetStreamAsync(new Uri(url, "events"), Cancellation))
        {
            await HearAsync(stream, (kind, _) => kind == "run");
            Assert.True(server.IsLooking);
        }

        await Until.TrueAsync(() => !server.IsLooking);
    }

    [Fact]
    public async Task At_the_end_pages_hear_the_last_report_and_how_to_look_again()
    {
        run.Report(10);
        var url = await ServeAsync(new WatchOptions { Runs = [run.Path], Again = "ilgpugan watch it" });
        var heard = await HearAsync(url, (kind, data) =>
        {
            if (HasStep(data, 10))
            {
                run.Report(100);
                run.LetGo();
                _ = Task.Run(() => server!.DisposeAsync().AsTask());
            }

            return kind == "end";
        });
        Assert.Equal("ilgpugan watch it", heard[^1].Data.GetProperty("again").GetString());
        var last = heard.Last(item => item.Kind == "run").Data.GetProperty("status");
        Assert.Equal("finished", last.GetProperty("state").GetString());
        server = null;
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_and_without_a_wish_the_next_is_taken()
    {
        var taken = (await ServeAsync()).Port;
        var fault = await Assert.ThrowsAsync<WatchException>(() => WatchServer.StartAsync(new WatchOptions { Runs = [run.Path], Port = taken }, _ => { }, Cancellation));
        Assert.Contains($"Port {taken} is in use", fault.Message, StringComparison.Ordinal);
        await using var one = await WatchServer.StartAsync(new WatchOptions { Runs = [run.Path] }, _ => { }, Cancellation);
        await using var other = await WatchServer.StartAsync(new WatchOptions { Runs = [run.Path] }, _ => { }, Cancellation);
        Assert.NotEqual(one.Urls[0], other.Urls[0]);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_refused()
    {
        // 192.0.2.0/24 is kept for examples.
        var fault = await Assert.ThrowsAsync<WatchException>(() => ServeAsync(new WatchOptions { Runs = [run.Path], Address = IPAddress.Parse("192.0.2.1") }));
        Assert.Contains("Address 192.0.2.1 is no address of this machine", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"seed":"x","count":1}""", "seed")]
    [InlineData("""{"seed":"1","count":0}""", "1 to 256")]
    [InlineData("""{"seed":"1","count":1,"truncation":-1}""", "truncation")]
    [InlineData("""{"seed":"1"}""", "JSON")]
    [InlineData("""{"seed":null,"count":1}""", "JSON")]
    [InlineData("not json", "JSON")]
    [InlineData("""{"seed":"1","count":1}""", "no checkpoint")]
    public async Task A_request_for_images_that_cannot_be_is_answered_with_a_sentence(string json, string part)
    {
        run.LetGo();
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(await ServeAsync(), "runs/0/draw"), content, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(part, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private void WriteSample() => File.WriteAllBytes(Path.Combine(run.Path, "samples", "step-000005.png"), Png);
}
