using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace IlgpuGan.Watch.Tests;

/// <summary>Pictures that are sent to be translated.</summary>
public sealed class TranslationRouteTests : IAsyncDisposable
{
    private readonly HttpClient client = new();
    private WatchServer? server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Width and height of a PNG file.</summary>
    internal static (int Width, int Height) SizeOf(byte[] png) => (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));

    private async Task<Uri> ServeAsync(string run)
    {
        server = await WatchServer.StartAsync(new WatchOptions { Runs = [run], Port = 0, Device = "cpu" }, _ => { }, Cancellation);
        return new Uri(server.Urls[0]);
    }

    private async Task<(HttpStatusCode Code, byte[] Body)> SendAsync(Uri url, HttpContent content, string type = "application/octet-stream", string? origin = null)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        // Whoever may not send so much is told before it is sent.
        request.Headers.ExpectContinue = true;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await client.SendAsync(request, Cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    private async Task RefusesAsync(HttpStatusCode code, string sentence, Uri url, HttpContent content, string type = "application/octet-stream", string? origin = null)
    {
        using (content)
        {
            var answer = await SendAsync(url, content, type, origin);
            var said = System.Text.Encoding.UTF8.GetString(answer.Body);
            Assert.Equal(code, answer.Code);
            Assert.Contains(sentence, said, StringComparison.Ordinal);
            Assert.Single(said.TrimEnd('\n').Split('\n'));
        }
    }

    [Fact]
    public async Task A_picture_is_translated_at_its_own_size_and_whatever_else_comes_is_refused_in_a_sentence()
    {
        using var run = new TrainedRun("pairs:faces");
        run.Train(2);
        var url = new Uri(await ServeAsync(run.Path), "runs/0/translate");
        var picture = TranslationPageTests.Picture(21, 13);
        using (var content = new ByteArrayContent(picture))
        {
            var (code, png) = await SendAsync(url, content);
            Assert.Equal(HttpStatusCode.OK, code);
            Assert.Equal((21, 13), SizeOf(png));
        }

        await RefusesAsync(HttpStatusCode.Forbidden, "Another page", url, new ByteArrayContent(picture), origin: "http://evil.example");
        // A form of another page comes without asking first, and an old browser says nothing of its origin.
        foreach (var form in new[] { "text/plain", "multipart/form-data", "application/x-www-form-urlencoded" })
        {
            await RefusesAsync(HttpStatusCode.UnsupportedMediaType, "application/octet-stream", url, new ByteArrayContent(picture), form);
        }

        await RefusesAsync(HttpStatusCode.RequestEntityTooLarge, "at most 64 MiB", url, new StreamContent(new Endless()));
        await RefusesAsync(HttpStatusCode.BadRequest, "The picture is empty.", url, new ByteArrayContent([]));
        await RefusesAsync(HttpStatusCode.BadRequest, "The picture is truncated.", url, new ByteArrayContent(picture[..^20]));
        await RefusesAsync(HttpStatusCode.BadRequest, "The picture announces 200000 x 200000 pixels", url, new ByteArrayContent(Announcing(picture, 200000)));
        await RefusesAsync(HttpStatusCode.BadRequest, "without labels", new Uri(url, "?label=hair=blue"), new ByteArrayContent(picture));
        await RefusesAsync(HttpStatusCode.NotFound, "no such run", new Uri(url, "/runs/1/translate"), new ByteArrayContent(picture));
        await RefusesAsync(HttpStatusCode.BadRequest, "translate", new Uri(url, "draw"), new StringContent("""{"seed":"1","count":1}"""), "application/json");
    }

    [Fact]
    public async Task A_run_that_draws_from_noise_and_one_that_is_training_translate_nothing()
    {
        using var run = new TrainedRun();
        run.Train(2);
        var url = new Uri(await ServeAsync(run.Path), "runs/0/translate");
        await RefusesAsync(HttpStatusCode.BadRequest, "generate", url, new ByteArrayContent(TranslationPageTests.Picture(16, 16)));
        await server!.DisposeAsync();
        using var training = new FakeRun();
        url = new Uri(await ServeAsync(training.Path), "runs/0/translate");
        await RefusesAsync(HttpStatusCode.Conflict, "is training", url, new ByteArrayContent(TranslationPageTests.Picture(16, 16)));
    }

    // The check sum of the header is the decoder's to doubt; the size is refused before.
    private static byte[] Announcing(byte[] png, int side)
    {
        byte[] changed = [.. png];
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(16), side);
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(20), side);
        uint crc = uint.MaxValue;
        foreach (var value in changed.AsSpan(12, 17))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(29), ~crc);
        return changed;
    }

    /// <summary>One byte more than is taken, and nothing is said of that beforehand.</summary>
    private sealed class Endless : Stream
    {
        private long left = TranslationStudio.MostBytes + 1L;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var length = (int)Math.Min(left, count);
            left -= length;
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
