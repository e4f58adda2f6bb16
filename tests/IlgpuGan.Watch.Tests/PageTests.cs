using System.Globalization;
using Microsoft.Playwright;

namespace IlgpuGan.Watch.Tests;

/// <summary>The page as a user meets it, in a real browser.</summary>
public sealed class PageTests(BrowserFixture fixture) : PageFixture(fixture), IClassFixture<BrowserFixture>
{
    private static Task SeesPicturesAsync(IPage page) => SeesAsync(page, "[...document.querySelectorAll('#pictures .set figure:first-child img')].some(image => image.naturalWidth > 0)");

    private static async Task<int> PointsAsync(IPage page) =>
        int.Parse((await page.Locator("[data-chart=losses]").GetAttributeAsync("data-points"))!, CultureInfo.InvariantCulture);

    [Fact]
    public async Task Curves_grow_while_a_real_run_trains_and_the_slider_moves_through_its_samples()
    {
        using var run = new TrainedRun();
        await using var server = await ServeAsync(run.Path);
        var page = await OpenAsync(server);
        await Assertions.Expect(page.Locator(".state")).ToHaveTextAsync("loading data");
        var training = run.TrainOn();
        try
        {
            await Assertions.Expect(page.Locator(".state")).ToHaveTextAsync("training");
            await SeesAsync(page, "document.querySelector('[data-chart=losses] canvas')");
            var before = await PointsAsync(page);
            await SeesAsync(page, $"Number(document.querySelector('[data-chart=losses]').dataset.points) > {before}");
            Assert.True(await page.EvaluateAsync<bool>("document.querySelector('[data-chart=losses] canvas').getContext('2d').getImageData(60, 0, 200, 200).data.some(part => part > 0)"));
            await Assertions.Expect(page.Locator("[data-chart=layers-0] .keys li")).Not.ToHaveCountAsync(0);
            await SeesAsync(page, "Number(document.querySelector('#time').max) >= 2");
            await SeesPicturesAsync(page);

            var slider = page.Locator("#time");
            await slider.FocusAsync();
            await slider.PressAsync("Home");
            await Assertions.Expect(page.Locator("#time-step")).ToHaveTextAsync("step 1");
            var first = await page.Locator("#pictures img").First.GetAttributeAsync("src");
            await slider.PressAsync("ArrowRight");
            await Assertions.Expect(page.Locator("#time-step")).ToHaveTextAsync("step 10");
            await Assertions.Expect(page.Locator("#pictures img").First).Not.ToHaveAttributeAsync("src", first!);
            await slider.PressAsync("End");
            var newest = await page.Locator("#time-step").TextContentAsync();
            await SeesAsync(page, $"document.querySelector('#time-step').textContent !== '{newest}'");
        }
        finally
        {
            run.Stop();
            await training;
        }

        await Assertions.Expect(page.Locator(".state")).ToHaveTextAsync("stopped");
    }

    [Fact]
    public async Task A_server_that_is_gone_is_said_and_the_page_goes_on_when_it_is_back()
    {
        using var run = new FakeRun();
        run.Report(10, 20);
        var server = await ServeAsync(run.Path);
        var page = await OpenAsync(server);
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("20 / 100 steps");
        await server.DisposeAsync();
        await Assertions.Expect(page.Locator(".state")).ToHaveTextAsync("server gone");
        await Assertions.Expect(page.Locator("#connection")).ToBeVisibleAsync();
        run.Report(30);
        await using var again = await ServeAsync(run.Path, new Uri(server.Urls[0]).Port);
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("30 / 100 steps");
        await Assertions.Expect(page.Locator(".state")).ToHaveTextAsync("training");
        await Assertions.Expect(page.Locator("#connection")).ToBeHiddenAsync();
        Assert.Equal(3, await PointsAsync(page));
    }

    [Theory]
    [InlineData(true, "The server has ended with the training. Look again with: ilgpugan watch it")]
    [InlineData(false, "The server has ended. Look again with: ilgpugan watch it")]
    public async Task A_server_that_ends_says_how_to_look_again_and_speaks_of_a_training_where_it_trained(bool isOfTraining, string words)
    {
        using var run = new FakeRun();
        run.Report(10);
        var server = await ServeAsync(new WatchOptions { Runs = [run.Path], Port = 0, Again = "ilgpugan watch it", IsOfTraining = isOfTraining });
        var page = await OpenAsync(server);
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("10 / 100 steps");
        run.Report(100);
        run.LetGo();
        await server.DisposeAsync();
        await Assertions.Expect(page.Locator("#connection code")).ToHaveTextAsync("ilgpugan watch it");
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync(words);
        await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("100 / 100 steps");
    }

    [Fact]
    public async Task Images_of_a_finished_run_are_drawn_as_they_are_asked_for()
    {
        using var run = new TrainedRun();
        run.Train(10);
        await using var server = await ServeAsync(run.Path);
        var page = await OpenAsync(server);
        await Assertions.Expect(page.Locator(".state")).ToHaveTextAsync("finished");
        await page.Locator("#draw").ClickAsync();
        var image = page.Locator("#drawn img");
        await SeesAsync(page, "document.querySelector('#drawn img').naturalWidth > 0");
        var shown = new List<string> { (await image.GetAttributeAsync("src"))! };
        foreach (var change in new Func<Task>[]
        {
            () => page.Locator("#dice").ClickAsync(),
            () => page.Locator("#labels select").SelectOptionAsync("red"),
            () => page.Locator("#truncation").FillAsync("0.5"),
            () => page.Locator("[name=count]").SelectOptionAsync("16"),
        })
        {
            await change();
            await Assertions.Expect(image).Not.ToHaveAttributeAsync("src", shown[^1]);
            shown.Add((await image.GetAttributeAsync("src"))!);
        }

        await Assertions.Expect(page.Locator("#truncation-value")).ToHaveTextAsync("0.5");
        await page.Locator("[name=seed]").FillAsync("99999999999999999999999");
        var message = page.Locator("#studio-message");
        await Assertions.Expect(message).ToContainTextAsync("seed");
        Assert.Equal("rgb(180, 35, 24)", await message.EvaluateAsync<string>("said => getComputedStyle(said).color"));
        Assert.True(await message.EvaluateAsync<bool>("said => said.getBoundingClientRect().top - document.querySelector('#draw').getBoundingClientRect().bottom < 24"));
        await page.Locator("[name=seed]").FillAsync("7");
        await Assertions.Expect(message).ToBeEmptyAsync();
    }

    [Fact]
    public async Task What_was_chosen_survives_a_server_that_went_and_came_back()
    {
        using var run = new TrainedRun();
        run.Train(2);
        using var other = new FakeRun("other");
        other.Report(10);
        var options = new WatchOptions { Runs = [other.Path, run.Path], Port = 0 };
        var server = await ServeAsync(options);
        var page = await OpenAsync(server);
        await page.Locator("#labels select").SelectOptionAsync("red");
        await page.Locator("[name=seed]").FillAsync("42");
        await page.Locator("#runs [data-run='0'] input").UncheckAsync();
        await server.DisposeAsync();
        await Assertions.Expect(page.Locator("#connection")).ToBeVisibleAsync();
        await using var again = await ServeAsync(options with { Port = new Uri(server.Urls[0]).Port });
        await Assertions.Expect(page.Locator("#connection")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator(".state")).ToHaveTextAsync(["training", "finished"]);
        await Assertions.Expect(page.Locator("#labels select")).ToHaveValueAsync("red");
        await Assertions.Expect(page.Locator("[name=seed]")).ToHaveValueAsync("42");
        await Assertions.Expect(page.Locator("#runs [data-run='0'] input")).Not.ToBeCheckedAsync();
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task Nothing_scrolls_sideways(int width)
    {
        using var run = new FakeRun("a-run-with-quite-a-long-name-that-no-phone-has-room-for-in-a-single-line-of-text");
        run.Report([.. Enumerable.Range(1, 50).Select(step => (long)step)]);
        await using var server = await ServeAsync(run.Path);
        var page = await OpenAsync(server, width, ColorScheme.Dark);
        await SeesAsync(page, "document.querySelector('[data-chart=losses] canvas')");
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('.plot')].every(plot => plot.scrollWidth <= plot.clientWidth)"));
        Assert.Equal("rgb(14, 19, 25)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task Everything_is_reached_by_keyboard_and_a_chart_tells_its_values()
    {
        using var run = new FakeRun();
        run.Report(10, 20, 30);
        await using var server = await ServeAsync(run.Path);
        var page = await OpenAsync(server);
        await SeesAsync(page, "document.querySelector('[data-chart=losses] canvas')");
        var reached = new HashSet<string>();
        for (var i = 0; i < 10; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            reached.Add(await page.EvaluateAsync<string>("document.activeElement.id || document.activeElement.parentElement.dataset.chart || ''"));
            Assert.True(await page.EvaluateAsync<bool>("document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== 'none'"));
        }

        Assert.Superset(new HashSet<string> { "axis", "range", "losses", "probabilities", "gradients", "speed" }, reached);
        var plot = page.Locator("[data-chart=losses] .plot");
        await Assertions.Expect(plot).ToHaveAttributeAsync("aria-label", "Losses, newest: D 0.5, G 1.5");
        await plot.PressAsync("Home");
        await Assertions.Expect(plot).ToHaveAttributeAsync("aria-label", "Losses, step 10: D 0.5, G 1.5");
        await plot.PressAsync("ArrowRight");
        await Assertions.Expect(plot).ToHaveAttributeAsync("aria-label", "Losses, step 20: D 0.5, G 1.5");
    }

    [Fact]
    public async Task Several_runs_share_their_charts_and_keep_their_layers_apart()
    {
        using var first = new FakeRun("first");
        using var second = new FakeRun("second");
        first.Report(10, 20);
        second.Report(15);
        await using var server = await ServeAsync(new WatchOptions { Runs = [first.Path, second.Path], Port = 0 });
        var page = await OpenAsync(server);
        await Assertions.Expect(page.Locator("#runs h2")).ToHaveTextAsync(["first", "second"]);
        await Assertions.Expect(page.Locator("h1")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-chart=losses] .keys span")).ToHaveTextAsync(["first D", "first G", "second D", "second G"]);
        await SeesAsync(page, "document.querySelector('[data-chart=losses]').dataset.points === '3'");
    }

    [Fact]
    public async Task A_run_is_taken_out_of_the_charts_and_put_back_and_the_others_keep_their_names_and_colours()
    {
        using var first = new FakeRun("first");
        using var second = new FakeRun("second");
        first.Report(10, 20);
        second.Report(15);
        await using var server = await ServeAsync(new WatchOptions { Runs = [first.Path, second.Path], Port = 0 });
        var page = await OpenAsync(server);
        var keys = page.Locator("[data-chart=losses] .keys span");
        await Assertions.Expect(keys).ToHaveCountAsync(4);
        var colour = await page.Locator("[data-chart=losses] .keys i").Nth(2).EvaluateAsync<string>("mark => mark.style.borderTopColor");
        await page.Locator("#runs [data-run='0'] input").UncheckAsync();
        await Assertions.Expect(keys).ToHaveTextAsync(["second D", "second G"]);
        Assert.Equal(colour, await page.Locator("[data-chart=losses] .keys i").First.EvaluateAsync<string>("mark => mark.style.borderTopColor"));
        second.Report(30);
        await SeesAsync(page, "document.querySelector('[data-chart=losses]').dataset.points === '2'");
        await Assertions.Expect(keys).ToHaveTextAsync(["second D", "second G"]);
        await page.Locator("#runs [data-run='0'] input").CheckAsync();
        await Assertions.Expect(keys).ToHaveTextAsync(["first D", "first G", "second D", "second G"]);
    }

    [Fact]
    public async Task The_header_of_eight_runs_leaves_three_quarters_of_the_window_to_what_they_show()
    {
        var runs = Enumerable.Range(1, 8).Select(number => new FakeRun($"a-run-of-the-eighth-of-may-number-{number}")).ToList();
        try
        {
            runs.ForEach(run => run.Report(10, 20));
            await using var server = await ServeAsync(new WatchOptions { Runs = [.. runs.Select(run => run.Path)], Port = 0 });
            var page = await OpenAsync(server);
            await Assertions.Expect(page.Locator("#runs li")).ToHaveCountAsync(8);
            Assert.True(await page.EvaluateAsync<int>("document.querySelector('header').offsetHeight") <= 240);
            Assert.Equal(1280, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }
        finally
        {
            runs.ForEach(run => run.Dispose());
        }
    }

    [Fact]
    public async Task Real_images_stand_beside_the_samples_of_each_of_several_runs()
    {
        using var first = new TrainedRun();
        using var second = new TrainedRun();
        first.Train(2);
        second.Train(2);
        await using var server = await ServeAsync(new WatchOptions { Runs = [first.Path, second.Path], Port = 0 });
        var page = await OpenAsync(server);
        await SeesAsync(page, "document.querySelectorAll('.reals img').length === 2 && [...document.querySelectorAll('.reals img')].every(image => image.naturalWidth > 0 && image.clientWidth > 0)");
        Assert.True(await page.EvaluateAsync<bool>(
            "[...document.querySelectorAll('.set')].every(set => Math.abs(set.children[0].getBoundingClientRect().top - set.children[1].getBoundingClientRect().top) < 2)"));
    }
}
