using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Theory;
using IlgpuGan.Training;

namespace IlgpuGan.Watch.Tests;

/// <summary>A training that is stepped through by requests.</summary>
public sealed class LectureServerTests : IAsyncDisposable
{
    private readonly HttpClient client = new();
    private LectureServer? server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Serves a lecture on small networks.</summary>
    internal static Task<LectureServer> ServeAsync(string source, PageOptions? options = null)
    {
        var settings = LectureTraining.Usual(source);
        settings = settings with
        {
            Data = source == "faces" ? settings.Data with { FaceCount = 16, Size = new ImageSize(16, 16), UseCache = false } : settings.Data,
            Training = settings.Training with { Width = 8, Batch = 16 },
            Device = "cpu",
        };
        return LectureServer.StartAsync(options ?? new PageOptions { Port = 0 }, settings, new TrainingEngine(), new Silence(), Cancellation);
    }

    [Fact]
    public async Task Updates_are_made_as_they_are_asked_for_and_every_page_hears_of_them()
    {
        var url = await BeginAsync("ring");
        await using var first = await HearAsync(url);
        await using var second = await HearAsync(url);
        var start = await first.UntilAsync(_ => true);
        Assert.Equal("beginning", start.GetProperty("moment").GetString());
        Assert.Equal("non-saturating", start.GetProperty("setting").GetProperty("loss").GetString());
        Assert.Equal(8, start.GetProperty("setting").GetProperty("points").GetProperty("modes").GetInt32());
        Assert.Equal(LectureTraining.Grid * LectureTraining.Grid, start.GetProperty("sight").GetProperty("decision").GetBytesFromBase64().Length);

        Assert.Equal(HttpStatusCode.NoContent, await ActAsync(url, "discriminator", 10));
        var told = await first.UntilAsync(news => Updates(news) == (10, 0));
        Assert.Equal("discriminator", told.GetProperty("moment").GetString());
        Assert.Equal(0, told.GetProperty("left").GetInt32());
        Assert.False(told.TryGetProperty("setting", out _));

        await ActAsync(url, "generator", 1);
        var fooled = await first.UntilAsync(news => Updates(news) == (10, 1));
        Assert.Equal("generator", fooled.GetProperty("moment").GetString());
        var row = fooled.GetProperty("curve").GetProperty("columns");
        Assert.Equal(11, row.GetProperty("step").EnumerateArray().Last().GetDouble());
        Assert.Equal(1, row.GetProperty("generators").EnumerateArray().Last().GetDouble());

        await ActAsync(url, "next", 4);
        await first.UntilAsync(news => Updates(news) == (12, 3));
        // Whoever looked on has seen the same, if not each of it.
        await second.UntilAsync(news => Updates(news) == (12, 3));

        await ActAsync(url, "restart", 1);
        var again = await second.UntilAsync(news => Updates(news) == (0, 0));
        Assert.Equal(start.GetProperty("sight").GetProperty("value").GetDouble(), again.GetProperty("sight").GetProperty("value").GetDouble());
        Assert.Equal("beginning", again.GetProperty("moment").GetString());
        Assert.Equal(1, again.GetProperty("curve").GetProperty("columns").GetProperty("step").GetArrayLength());
    }

    [Fact]
    public async Task It_runs_in_the_order_of_the_algorithm_until_it_is_paused()
    {
        var url = await BeginAsync("grid");
        await using var page = await HearAsync(url);
        await ActAsync(url, "run", 1);
        var running = await page.UntilAsync(news => Updates(news).Discriminator > 3);
        Assert.Equal(("turns", true), (running.GetProperty("moment").GetString(), running.GetProperty("isRunning").GetBoolean()));
        await ActAsync(url, "pause", 1);
        var paused = await page.UntilAsync(news => !news.GetProperty("isRunning").GetBoolean());
        Assert.NotEqual("turns", paused.GetProperty("moment").GetString());
        // The updates at hand are still made; then one of D alone is the next that happens.
        await ActAsync(url, "discriminator", 1);
        var last = await page.UntilAsync(news => news.GetProperty("left").GetInt32() == 0 && news.TryGetProperty("sight", out _) && news.GetProperty("moment").GetString() == "discriminator");
        var (discriminator, generator) = Updates(last);
        Assert.InRange(discriminator - generator, 0, 2);
    }

    [Fact]
    public async Task Of_faces_it_sends_a_sheet_and_knows_no_bound()
    {
        var url = await BeginAsync("faces");
        await using var page = await HearAsync(url);
        var start = await page.UntilAsync(_ => true);
        Assert.False(start.GetProperty("setting").TryGetProperty("points", out _));
        Assert.False(start.GetProperty("sight").TryGetProperty("bound", out _));
        var sheet = start.GetProperty("sight").GetProperty("sheet").GetBytesFromBase64();
        Assert.Equal("PNG"u8.ToArray(), sheet[1..4]);
        // A D that has learnt nothing has nothing to teach.
        await ActAsync(url, "next", 2);
        var later = await page.UntilAsync(news => Updates(news) == (1, 1));
        Assert.NotEqual(sheet, later.GetProperty("sight").GetProperty("sheet").GetBytesFromBase64());
    }

    [Theory]
    [InlineData("""{"act":"discriminator","times":0}""", "application/json")]
    [InlineData("""{"act":"discriminator","times":101}""", "application/json")]
    [InlineData("""{"act":"discriminator","times":1e9}""", "application/json")]
    [InlineData("""{"act":"explode"}""", "application/json")]
    [InlineData("""{"act":99,"times":1}""", "application/json")]
    [InlineData("""{"times":1}""", "application/json")]
    [InlineData("null", "application/json")]
    [InlineData("{", "application/json")]
    [InlineData("""{"act":"discriminator"}""", "text/plain")]
    public async Task A_request_that_is_none_is_one_sentence(string body, string type)
    {
        var url = await BeginAsync("ring");
        using var answer = await client.PostAsync(new Uri(url, "act"), new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue(type)), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith("The request cannot be read; it must be JSON", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_updates_than_can_wait_are_refused()
    {
        var url = await BeginAsync("ring");
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 40 && !answers.Contains(HttpStatusCode.Conflict); i++)
        {
            answers.Add(await ActAsync(url, "discriminator", 100));
        }

        Assert.Equal(HttpStatusCode.Conflict, answers[^1]);
        Assert.All(answers.SkipLast(1), answer => Assert.Equal(HttpStatusCode.NoContent, answer));
        Assert.True(answers.Count > 10);
        Assert.Equal(HttpStatusCode.NoContent, await ActAsync(url, "pause", 1));
    }

    [Fact]
    public async Task Another_page_may_not_train_and_nothing_but_the_lecture_is_served()
    {
        var url = await BeginAsync("ring");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, "act")) { Content = JsonContent.Create(new { act = "run" }) };
        request.Headers.Add("Origin", "http://evil.example");
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.StartsWith("HTTP/1.1 403", await RawRequest.GetAsync(url, "/events", "evil.example"), StringComparison.Ordinal);
        foreach (var path in (string[])["/lecture.html", "/index.html", "/runs/0/reals", "/act", "/../../../etc/passwd"])
        {
            Assert.Matches("^HTTP/1.1 40[045] ", await RawRequest.GetAsync(url, path));
        }

        Assert.Contains("lecture.js", await client.GetStringAsync(url, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_other_machines_it_needs_the_token_to_look_and_to_train()
    {
        server = await ServeAsync("ring", new PageOptions { Port = 0, Address = IPAddress.Any });
        var url = new Uri(server.Urls[^1]);
        Assert.Matches("[?]token=[0-9a-f]{32}$", server.Urls[0]);
        Assert.Equal(HttpStatusCode.Unauthorized, await ActAsync(new Uri(url.GetLeftPart(UriPartial.Path)), "run", 1));
        Assert.StartsWith("HTTP/1.1 401", await RawRequest.GetAsync(url, "/events"), StringComparison.Ordinal);
        using var answer = await client.GetAsync(url, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, await ActAsync(url, "pause", 1));
    }

    [Fact]
    public async Task It_ends_while_it_runs_and_says_so()
    {
        var url = await BeginAsync("ring");
        await using var page = await HearAsync(url);
        await ActAsync(url, "run", 1);
        await page.UntilAsync(news => Updates(news).Generator > 0);
        await server!.DisposeAsync();
        Assert.True(server.Training.IsCompletedSuccessfully);
        Assert.True(await page.HearsTheEndAsync());
    }

    private async Task<Uri> BeginAsync(string source) => new((server = await ServeAsync(source)).Urls[0]);

    private async Task<HttpStatusCode> ActAsync(Uri url, string act, int times)
    {
        using var answer = await client.PostAsJsonAsync(new Uri(url, "act"), new { act, times }, Cancellation);
        return answer.StatusCode;
    }

    private async Task<Page> HearAsync(Uri url) => new(await client.GetStreamAsync(new Uri(url, "events"), Cancellation));

    private static (long Discriminator, long Generator) Updates(JsonElement news) => news.TryGetProperty("sight", out var sight)
        ? (sight.GetProperty("discriminatorUpdates").GetInt64(), sight.GetProperty("generatorUpdates").GetInt64()) : (-1, -1);

    private sealed class Page(Stream stream) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<SseItem<string>> items = SseParser.Create(stream).EnumerateAsync(Cancellation).GetAsyncEnumerator(Cancellation);

        public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> isIt)
        {
            while (await items.MoveNextAsync())
            {
                if (items.Current.EventType == "lecture" && JsonElement.Parse(items.Current.Data) is var news && isIt(news))
                {
                    return news;
                }
            }

            throw new InvalidOperationException("The stream ended.");
        }

        public async Task<bool> HearsTheEndAsync()
        {
            while (await items.MoveNextAsync())
            {
                if (items.Current.EventType == "end")
                {
                    return true;
                }
            }

            return false;
        }

        public async ValueTask DisposeAsync()
        {
            await items.DisposeAsync();
            await stream.DisposeAsync();
        }
    }
}
