using System.Text.Json;
using IlgpuGan.Options;
using IlgpuGan.Theory;
using IlgpuGan.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace IlgpuGan.Watch;

/// <summary>
/// Serves one page by which a lecturer trains D and G in class, update by update, on ring, grid or images. It listens on this machine alone unless told otherwise; whoever may open
/// the page may train.
/// </summary>
public sealed class LectureServer : IAsyncDisposable
{
    private readonly LectureTraining training;
    private readonly LectureStage stage;
    private PageServer? page;
    private bool isDisposed;

    private LectureServer(LectureTraining training) => (this.training, stage) = (training, new LectureStage(training));

    /// <summary>The addresses of the page, the best first; with the token where one is needed.</summary>
    public IReadOnlyList<string> Urls => page!.Urls;

    /// <summary>Ends with the server, or fails with the training.</summary>
    public Task Training => stage.Working;

    /// <summary>Loads the data, builds both networks and starts to serve; nothing is trained until the page asks for it.</summary>
    /// <param name="options">Where.</param>
    /// <param name="settings">What is trained.</param>
    /// <param name="engine">Opens the device.</param>
    /// <param name="observer">Hears of data and device.</param>
    /// <param name="cancellation">Gives up loading the data.</param>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    /// <exception cref="Data.DataException">The images cannot be loaded.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device, or it has too little memory.</exception>
    /// <exception cref="WatchException">The port is none or taken, or the address is none of this machine's.</exception>
    public static async Task<LectureServer> StartAsync(
        PageOptions options, RunSettings settings, ITrainingEngine engine, IRunObserver observer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(observer);
        options.Validate();
        var server = new LectureServer(LectureTraining.Open(settings, engine, observer, cancellation));
        try
        {
            server.page = await PageServer.StartAsync(options, server.Map, CancellationToken.None);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Finishes the update at hand, tells the pages, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true))
        {
            return;
        }

        stage.End();
        if (page is not null)
        {
            await page.DisposeAsync();
        }

        await stage.DisposeAsync();
        training.Dispose();
    }

    private void Map(WebApplication application)
    {
        PageFiles.Map(application, "lecture.html");
        var end = new End(HasTrained: false, Again: null);
        application.MapGet("/events", context => TypedResults.ServerSentEvents(EventStream.ReadAsync(stage, end, context.RequestAborted)).ExecuteAsync(context));
        application.MapPost("/act", ActAsync);
    }

    private async Task ActAsync(HttpContext context)
    {
        LectureRequest? request;
        try
        {
            request = await context.Request.ReadFromJsonAsync(MessageJson.Default.LectureRequest, context.RequestAborted);
        }
        catch (Exception fault) when (fault is JsonException or BadHttpRequestException or InvalidOperationException)
        {
            request = null;
        }

        if (request is not { Times: >= 1 and <= LectureStage.MostTimes } || !Enum.IsDefined(request.Act))
        {
            await Gate.RefuseAsync(context, StatusCodes.Status400BadRequest, $"The request cannot be read; it must be JSON with an act and at most {LectureStage.MostTimes} times.");
        }
        else if (!stage.Take(request.Act, request.Times))
        {
            await Gate.RefuseAsync(context, StatusCodes.Status409Conflict, "So many updates wait already; let them be made, or pause.");
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }
}
