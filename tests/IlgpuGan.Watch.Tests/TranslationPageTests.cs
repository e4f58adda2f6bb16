using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Tests;
using Microsoft.Playwright;

namespace IlgpuGan.Watch.Tests;

/// <summary>Runs that translate images, as a user of the page meets them.</summary>
public sealed class TranslationPageTests(BrowserFixture fixture) : PageFixture(fixture), IClassFixture<BrowserFixture>
{
    // What both halves of the wipe show, and where the divider is.
    private const string Shown = "[...document.querySelectorAll('.before canvas')].map(canvas => canvas.toDataURL()).join()";

    private static async Task<double> DividerAsync(IPage page) => await page.EvaluateAsync<double>(
        "document.querySelector('.before i').getBoundingClientRect().left + 1 - document.querySelector('.before .wipe').getBoundingClientRect().left");

    private static async Task SeesOtherAsync(IPage page, string shown)
    {
        await Until.TrueAsync(async () => await page.EvaluateAsync<string>(Shown) != shown);
    }

    private static Task SeesWipeAsync(IPage page) => SeesAsync(page, "document.querySelector('.before canvas')?.width === 16");

    [Fact]
    public async Task Each_held_out_image_is_wiped_from_what_came_in_to_what_became_of_it_or_should_have_at_every_step()
    {
        using var run = new TrainedRun("pairs:faces");
        run.Train(20);
        await using var server = await ServeAsync(run.Path);
        var page = await OpenAsync(server);
        await SeesWipeAsync(page);
        var (place, divider) = (page.Locator(".before .steps output"), page.Locator(".before input[type=range]"));
        await Assertions.Expect(page.Locator(".before .wipe span.left")).ToHaveTextAsync("drawings");
        await Assertions.Expect(page.Locator(".before .wipe span.right")).ToHaveTextAsync("translated");
        await Assertions.Expect(page.Locator("#samples-hint")).ToHaveTextAsync("The same images, step by step");
        await Assertions.Expect(page.Locator(".reals")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#studio")).ToBeHiddenAsync();

        // What is shown is the sheet's own image, pixel by pixel.
        Assert.True(await page.EvaluateAsync<bool>("""
            (async () => {
              const { layoutOf } = await import(new URL('sheet.js', document.baseURI).href);
              const image = document.querySelector('#pictures img');
              const layout = layoutOf(await (await fetch(image.dataset.shown)).arrayBuffer());
              const sheet = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight }).getContext('2d');
              sheet.drawImage(image, 0, 0);
              return [...document.querySelectorAll('.before .wipe canvas')].every(canvas => {
                const column = canvas.className === 'left' ? 0 : 1;
                const own = canvas.getContext('2d').getImageData(0, 0, 16, 16).data;
                return [...Array(256).keys()].every(i => {
                  const [x, y] = [i % 16, i >> 4].map((at, k) => layout.rows[0][k] + (k === 0 ? column * layout.step : 0) + at * layout.scale + (layout.scale >> 1));
                  return sheet.getImageData(x, y, 1, 1).data.every((part, k) => part === own[4 * i + k]);
                });
              });
            })()
            """));

        var shown = await page.EvaluateAsync<string>(Shown);
        await page.Locator(".before button").Last.ClickAsync();
        await Assertions.Expect(place).ToHaveTextAsync("image 2 of 16");
        await SeesOtherAsync(page, shown);
        await page.Locator(".before button").First.ClickAsync();
        await page.Locator(".before button").First.PressAsync("Enter");
        await Assertions.Expect(place).ToHaveTextAsync("image 16 of 16");

        shown = await page.EvaluateAsync<string>(Shown);
        await page.Locator(".before input[type=checkbox]").CheckAsync();
        await Assertions.Expect(page.Locator(".before .wipe span.right")).ToHaveTextAsync("truth: faces");
        await SeesOtherAsync(page, shown);
        await page.Locator(".before input[type=checkbox]").UncheckAsync();
        Assert.Equal(shown, await page.EvaluateAsync<string>(Shown));

        await page.Locator("#time").PressAsync("Home");
        await SeesOtherAsync(page, shown);
        await Assertions.Expect(place).ToHaveTextAsync("image 16 of 16");

        var width = (await page.Locator(".before .wipe").BoundingBoxAsync())!.Width;
        await divider.FocusAsync();
        Assert.NotEqual("none", await divider.EvaluateAsync<string>("own => getComputedStyle(own).outlineStyle"));
        await divider.PressAsync("Home");
        Assert.Equal(0, await DividerAsync(page), 1.0);
        await divider.PressAsync("ArrowRight");
        Assert.Equal(width / 100, await DividerAsync(page), 1.0);
        await Assertions.Expect(divider).ToHaveAttributeAsync("aria-label", "Divider: drawings on its left, translated on its right");
        // The header stays in sight, above what is scrolled under it.
        await page.EvaluateAsync("scrollTo(0, 0)");
        var box = (await page.Locator(".before .wipe").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.25f), box.Y + 20);
        await page.Mouse.DownAsync();
        Assert.Equal(width * 0.25, await DividerAsync(page), width * 0.01);
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.8f), box.Y + 300);
        await page.Mouse.UpAsync();
        await page.Mouse.MoveAsync(box.X + 5, box.Y + 5);
        Assert.Equal(width * 0.8, await DividerAsync(page), width * 0.01);
    }

    [Fact]
    public async Task A_finger_draws_the_divider()
    {
        using var run = new TrainedRun("pairs:faces");
        run.Train(1);
        await using var server = await ServeAsync(run.Path);
        var page = await OpenAsync(server, 390, ColorScheme.Dark, hasTouch: true);
        await SeesWipeAsync(page);
        var wipe = page.Locator(".before .wipe");
        await wipe.ScrollIntoViewIfNeededAsync();
        var box = (await wipe.BoundingBoxAsync())!;
        await page.Touchscreen.TapAsync(box.X + (box.Width * 0.75f), box.Y + (box.Height / 2));
        await Until.TrueAsync(async () => Math.Abs(await DividerAsync(page) - (box.Width * 0.75)) < box.Width * 0.02);
        Assert.Equal("pan-y", await wipe.EvaluateAsync<string>("own => getComputedStyle(own).touchAction"));
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.True(box.X >= 0 && box.X + box.Width <= 390);
    }

    [Fact]
    public async Task A_run_that_is_training_is_wiped_by_its_newest_sheet_and_tells_the_parts_of_its_loss()
    {
        using var run = new TrainedRun("pairs:faces");
        await using var server = await ServeAsync(run.Path);
        var page = await OpenAsync(server);
        var training = run.TrainOn();
        try
        {
            await SeesWipeAsync(page);
            await Assertions.Expect(page.Locator("#translate")).ToBeHiddenAsync();
            await SeesOtherAsync(page, await page.EvaluateAsync<string>(Shown));
            await Assertions.Expect(page.Locator("[data-chart=terms] .keys span")).ToHaveTextAsync(["l1"]);
            await Assertions.Expect(page.Locator("[data-chart=probabilities] .keys span")).ToHaveTextAsync(["D(y)", "D(G(x))"]);
            await Assertions.Expect(page.Locator(".about")).ToContainTextAsync("drawings to faces, pix2pix by unet, non-saturating");
        }
        finally
        {
            run.Stop();
            await training;
        }

        await Assertions.Expect(page.Locator("#translate")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_picture_is_chosen_or_dropped_and_its_translation_is_shown_and_saved()
    {
        using var run = new TrainedRun("pairs:faces");
        run.Train(2);
        using var other = new FakeRun("other");
        other.Report(10);
        await using var server = await ServeAsync(new WatchOptions { Runs = [other.Path, run.Path], Port = 0, Device = "cpu" });
        var page = await OpenAsync(server);
        var (file, message, figure) = (page.Locator("#picture input[type=file]"), page.Locator("#picture-message"), page.Locator("#translated"));
        await file.SetInputFilesAsync(Payload("portrait.png", Picture(40, 20)));
        await Assertions.Expect(figure).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#translated .wipe span.left")).ToHaveTextAsync("portrait.png");
        await Assertions.Expect(message).ToBeEmptyAsync();
        var save = page.Locator("#save-translated");
        await Assertions.Expect(save).ToHaveTextAsync("Save as PNG, 40 x 20");
        await Assertions.Expect(save).ToHaveAttributeAsync("download", "portrait-translated.png");
        var download = await page.RunAndWaitForDownloadAsync(() => save.ClickAsync());
        var saved = await File.ReadAllBytesAsync((await download.PathAsync())!, TestContext.Current.CancellationToken);
        Assert.Equal((40, 20), TranslationRouteTests.SizeOf(saved));
        Assert.True(await page.EvaluateAsync<bool>("(({ width, height }) => Math.abs(width / height - 2) < 0.02)(document.querySelector('#translated .wipe').getBoundingClientRect())"));

        await file.SetInputFilesAsync(Payload("notes.txt", "no picture"u8.ToArray()));
        await Assertions.Expect(message).ToContainTextAsync("notes.txt: The picture is not a ");
        await Assertions.Expect(message).ToHaveClassAsync("fault");
        await Assertions.Expect(save).ToHaveTextAsync("Save as PNG, 40 x 20");

        await page.EvaluateAsync($$"""
            (base64 => {
              const transfer = new DataTransfer();
              transfer.items.add(new File([Uint8Array.from(atob(base64), part => part.charCodeAt(0))], 'dropped.png'));
              for (const kind of ['dragover', 'drop']) document.querySelector('#curves').dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
            })('{{Convert.ToBase64String(Picture(24, 24))}}')
            """);
        await Assertions.Expect(save).ToHaveAttributeAsync("download", "dropped-translated.png");
        await Assertions.Expect(save).ToHaveTextAsync("Save as PNG, 24 x 24");
        await Assertions.Expect(message).ToBeEmptyAsync();
    }

    [Fact]
    public async Task A_run_between_labels_is_wiped_to_each_and_translates_a_picture_to_the_one_that_is_asked_for()
    {
        var stargan = new TranslationOptions { Method = "stargan", Translator = TranslatorKind.ResNet, DiscriminatorWidth = 4, Stages = 1 };
        using var run = new TrainedRun("faces", stargan);
        run.Train(2);
        await using var server = await ServeAsync(run.Path);
        var page = await OpenAsync(server);
        await SeesWipeAsync(page);
        await Assertions.Expect(page.Locator(".before input[type=checkbox]")).ToBeHiddenAsync();
        await page.Locator(".before select").SelectOptionAsync("blue");
        await Assertions.Expect(page.Locator(".before .wipe span.right")).ToHaveTextAsync("blue");

        await page.Locator("#picture input[type=file]").SetInputFilesAsync(Payload("face.png", Picture(16, 16)));
        await Assertions.Expect(page.Locator("#translated")).ToBeVisibleAsync();
        var first = await page.Locator("#save-translated").GetAttributeAsync("href");
        await page.Locator("#picture-labels select").SelectOptionAsync("blue");
        await Assertions.Expect(page.Locator("#save-translated")).Not.ToHaveAttributeAsync("href", first!);
        await Assertions.Expect(page.Locator("#picture-message")).ToBeEmptyAsync();
    }

    private static FilePayload Payload(string name, byte[] content) => new() { Name = name, MimeType = "application/octet-stream", Buffer = content };

    /// <summary>A PNG file of a slope of colours.</summary>
    internal static byte[] Picture(int width, int height)
    {
        using var folder = new TemporaryFolder();
        ImageFile.SavePng(folder["picture.png"], [.. Enumerable.Range(0, width * height * 3).Select(i => (byte)i)], height, width, 3);
        return File.ReadAllBytes(folder["picture.png"]);
    }
}
