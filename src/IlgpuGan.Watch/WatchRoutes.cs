using System.Globalization;
using System.Text.Json;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace IlgpuGan.Watch;

/// <summary>What there is to ask for. Paths are made of known names and of numbers only, so that none leads out of a run folder.</summary>
internal sealed class WatchRoutes(RunWatcher watcher, SampleStudio studio, TranslationStudio translations, End end)
{
    private const string Binary = "application/octet-stream";

    /// <summary>Adds everything to a server.</summary>
    public void Map(WebApplication application)
    {
        PageFiles.Map(application, "index.html");
        application.MapGet("/events", context => TypedResults.ServerSentEvents(EventStream.ReadAsync(watcher, end, context.RequestAborted)).ExecuteAsync(context));
        application.MapGet("/runs/{run:int}/reals", context => SendAsync(context, run => Path.Combine(run.Path, "reals.png")));
        application.MapGet("/runs/{run:int}/samples/{step:long}", context =>
            SendAsync(context, run => run.SampleFile(long.Parse((string)context.GetRouteValue("step")!, CultureInfo.InvariantCulture))));
        application.MapPost("/runs/{run:int}/draw", DrawAsync);
        application.MapPost("/runs/{run:int}/translate", TranslateAsync);
    }

    private async Task SendAsync(HttpContext context, Func<WatchedRun, string> fileOf)
    {
        try
        {
            if (RunOf(context) is { } run && fileOf(run) is var file && run.Holds(file))
            {
                var picture = RegularFile.ReadBytes(file);
                await TypedResults.Bytes(picture, "image/png", lastModified: File.GetLastWriteTimeUtc(file)).ExecuteAsync(context);
                return;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Deleted between the two looks: it is not there.
        }

        await Gate.RefuseAsync(context, StatusCodes.Status404NotFound, "There is no such picture, or not yet.");
    }

    private Task DrawAsync(HttpContext context) => AnswerAsync(context, "be JSON with seed and count, and perhaps truncation and labels", async run =>
    {
        var request = await context.Request.ReadFromJsonAsync(MessageJson.Default.SampleRequest, context.RequestAborted)
            ?? throw new OptionException("The request is empty; it must say which images to draw.");
        return () => studio.DrawAsync(run.Path, request, context.RequestAborted);
    });

    private Task TranslateAsync(HttpContext context) => AnswerAsync(context, $"be the bytes of a picture, of {Binary} and at most {TranslationStudio.MostBytes >> 20} MiB", run =>
    {
        // Other pages could send a form unasked, but not this kind.
        if (context.Request.ContentType != Binary)
        {
            throw new BadHttpRequestException("", StatusCodes.Status415UnsupportedMediaType);
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = TranslationStudio.MostBytes;
        return Task.FromResult(() => translations.TranslateAsync(run.Path, () => ReadAsync(context), context.Request.Query["label"], context.RequestAborted));
    });

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var file = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, TranslationStudio.MostBytes));
        await context.Request.Body.CopyToAsync(file, context.RequestAborted);
        return file.ToArray();
    }

    /// <summary>Answers with a picture that a run that has ended makes.</summary>
    /// <param name="context">The request.</param>
    /// <param name="need">What the request must be, as the end of a sentence.</param>
    /// <param name="ask">Reads what is asked for; then it is made.</param>
    private async Task AnswerAsync(HttpContext context, string need, Func<WatchedRun, Task<Func<Task<byte[]>>>> ask)
    {
        if (RunOf(context) is not { } run)
        {
            await Gate.RefuseAsync(context, StatusCodes.Status404NotFound, "There is no such run here.");
            return;
        }

        try
        {
            var make = await ask(run);
            // It would take the device from the training.
            if (RunFolder.IsInUse(run.Path))
            {
                await Gate.RefuseAsync(context, StatusCodes.Status409Conflict, "This run is training; its images can be drawn when it has ended.");
                return;
            }

            if (!run.HoldsCheckpoints)
            {
                await Gate.RefuseAsync(context, StatusCodes.Status409Conflict, "This run's files are links out of its folder, which are not followed.");
                return;
            }

            await TypedResults.Bytes(await make(), "image/png").ExecuteAsync(context);
        }
        catch (Exception fault) when (fault is JsonException or BadHttpRequestException or InvalidOperationException)
        {
            await Gate.RefuseAsync(context, (fault as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest, $"The request cannot be read; it must {need}.");
        }
        catch (ImageDecodeException fault)
        {
            await Gate.RefuseAsync(context, StatusCodes.Status400BadRequest, $"The picture {fault.Message}.");
        }
        catch (Exception fault) when (SampleStudio.IsUsersFault(fault))
        {
            await Gate.RefuseAsync(context, StatusCodes.Status400BadRequest, fault.Message);
        }
    }

    private WatchedRun? RunOf(HttpContext context) =>
        int.Parse((string)context.GetRouteValue("run")!, CultureInfo.InvariantCulture) is >= 0 and var run && run < watcher.Runs.Count ? watcher.Runs[run] : null;
}
