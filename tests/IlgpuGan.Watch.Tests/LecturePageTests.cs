using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace IlgpuGan.Watch.Tests;

/// <summary>A lecture's page by its keys, as a lecturer has them, and by its buttons.</summary>
public sealed class LecturePageTests(BrowserFixture fixture) : PageFixture(fixture), IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task Keys_train_one_network_while_the_other_is_fixed_and_the_page_says_which()
    {
        await using var server = await LectureServerTests.ServeAsync("ring");
        var page = await OpenAsync(server.Urls[0], 1920, height: 1080);
        ILocator d = page.Locator("#network-d"), g = page.Locator("#network-g"), moment = page.Locator("#moment h2:visible");
        await Assertions.Expect(moment).ToContainTextAsync("Nothing is trained yet");

        await page.Keyboard.PressAsync("d");
        await Assertions.Expect(d.Locator("output")).ToHaveTextAsync("1 ×");
        await Assertions.Expect(d).ToHaveClassAsync("is-trained");
        await Assertions.Expect(g).ToHaveClassAsync("is-fixed");
        await Assertions.Expect(moment).ToContainTextAsync("Fix G, train D");
        await Assertions.Expect(page.Locator(".formula:visible")).ToContainTextAsync("maxD V(G, D)");

        await page.Keyboard.PressAsync("2");
        await page.Keyboard.PressAsync("g");
        await Assertions.Expect(g.Locator("output")).ToHaveTextAsync("10 ×");
        await Assertions.Expect(g).ToHaveClassAsync("is-trained");
        await Assertions.Expect(d).ToHaveClassAsync("is-fixed");
        await Assertions.Expect(moment).ToContainTextAsync("Fix D, train G");
        await Assertions.Expect(page.Locator(".formula:visible")).ToContainTextAsync("log D(G(z))");
        await Assertions.Expect(d.Locator("output")).ToHaveTextAsync("1 ×");

        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(d.Locator("output")).ToHaveTextAsync("2 ×");
        await SeesAsync(page, "Number(document.querySelector('#curve').dataset.points) === 13");
        Assert.True(await page.EvaluateAsync<bool>("document.querySelector('#curve canvas').getContext('2d').getImageData(200, 100, 400, 100).data.some(part => part > 0)"));
        Assert.True(await page.EvaluateAsync<bool>("new Set(document.querySelector('#picture').getContext('2d').getImageData(0, 0, 600, 600).data).size > 20"));

        await page.Keyboard.PressAsync(" ");
        await Assertions.Expect(moment).ToContainTextAsync("D and G in turns");
        await Assertions.Expect(page.Locator("#run")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Keyboard.PressAsync(" ");
        await Assertions.Expect(page.Locator("#run")).ToHaveAttributeAsync("aria-pressed", "false");

        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Locator("#keys")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#keys")).ToBeHiddenAsync();

        await page.Keyboard.PressAsync("r");
        await Assertions.Expect(d.Locator("output")).ToHaveTextAsync("0 ×");
        await Assertions.Expect(moment).ToContainTextAsync("Nothing is trained yet");
    }

    [Fact]
    public async Task On_a_projector_all_is_seen_at_once_and_large()
    {
        await using var server = await LectureServerTests.ServeAsync("grid");
        var page = await OpenAsync(server.Urls[0], 1920, height: 1080);
        await Assertions.Expect(page.Locator("main")).ToBeVisibleAsync();
        Assert.Equal("1920 x 1080", await page.EvaluateAsync<string>("`${document.documentElement.scrollWidth} x ${document.documentElement.scrollHeight}`"));
        // At two metres of height a letter of 25 of 1080 pixels is 46 mm: it is read from 15 m.
        Assert.True(await page.EvaluateAsync<bool>(
            "[...document.querySelectorAll('main *')].filter(one => one.checkVisibility() && !one.closest('kbd, sub, .unseen'))"
            + ".filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))"
            + ".every(one => parseFloat(getComputedStyle(one).fontSize) >= 25)"));
        Assert.True(await page.EvaluateAsync<int>("document.querySelector('#picture').getBoundingClientRect().height") > 800);
    }

    [Fact]
    public async Task On_a_phone_fingers_do_what_keys_do_and_nothing_scrolls_sideways()
    {
        await using var server = await LectureServerTests.ServeAsync("faces");
        var page = await OpenAsync(server.Urls[0], 390, ColorScheme.Dark, hasTouch: true);
        await page.Locator("[data-times='10']").TapAsync();
        await page.Locator("#train-g").TapAsync();
        await Assertions.Expect(page.Locator("#network-g output")).ToHaveTextAsync("10 ×");
        await Assertions.Expect(page.Locator("#network-d")).ToHaveClassAsync("is-fixed");
        await Assertions.Expect(page.Locator("#bound-key")).ToBeHiddenAsync();
        await SeesAsync(page, "new Set(document.querySelector('#picture').getContext('2d').getImageData(0, 0, 300, 300).data).size > 20");
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('#controls button')].every(button => button.getBoundingClientRect().height >= 40)"));
    }

    [Theory]
    [InlineData(844, 390)]
    [InlineData(667, 375)]
    public async Task On_a_phone_on_its_side_picture_and_curve_are_seen_at_once(int width, int height)
    {
        await using var server = await LectureServerTests.ServeAsync("ring");
        var page = await OpenAsync(server.Urls[0], width, hasTouch: true, height: height);
        await page.Locator("#train-d").TapAsync();
        await Assertions.Expect(page.Locator("#network-d output")).ToHaveTextAsync("1 ×");

        Assert.Equal($"{width} x {height}", await page.EvaluateAsync<string>("`${document.documentElement.scrollWidth} x ${document.documentElement.scrollHeight}`"));
        foreach (string part in (string[])["#picture", "#curve"])
        {
            double[] box = await page.EvaluateAsync<double[]>($"(({{ left, top, right, bottom }}) => [left, top, right, bottom])(document.querySelector('{part}').getBoundingClientRect())");
            Assert.True(box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height, $"{part}: {string.Join(", ", box)}");
            Assert.True(box[2] - box[0] >= 0.3 * width && box[3] - box[1] >= 0.3 * height, $"{part}: {string.Join(", ", box)}");
        }

        // Above the curve nothing lies on it, and a finger finds the buttons.
        Assert.True(await page.EvaluateAsync<bool>(
            "document.querySelector('#value-keys').getBoundingClientRect().bottom <= document.querySelector('#curve').getBoundingClientRect().top"
            + " && document.querySelector('#moment').getBoundingClientRect().bottom <= document.querySelector('#value').getBoundingClientRect().top"));
        Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('#controls button')].every(button => button.getBoundingClientRect().height >= 36)"));
    }

    /// <summary>What the page says in the course of a lecture, to people and to those who hear it read.</summary>
    [Theory]
    [InlineData("zh-CN", "次更新中的 V(G, D)", "个真实点", "连接不上服务器", "等待的更新已经太多")]
    [InlineData("en-GB", "V(G, D) over", "real points around", "The server is not reachable", "So many updates wait already")]
    public async Task What_is_said_is_in_the_language_of_the_browser(string language, string curve, string picture, string gone, string busy)
    {
        string url;
        IPage page;
        await using (var server = await LectureServerTests.ServeAsync("ring"))
        {
            url = server.Urls[0];
            page = await OpenAsync(url, hasTouch: true, language: language);
            await Assertions.Expect(page.Locator("#curve")).ToHaveAttributeAsync("aria-label", new Regex(Regex.Escape(curve)));
            await Assertions.Expect(page.Locator("#picture")).ToHaveAttributeAsync("aria-label", new Regex(Regex.Escape(picture)));
            await page.RouteAsync("**/act", route => route.FulfillAsync(new() { Status = 409, Body = "So many updates wait already; let them be made, or pause." }));
            await page.Locator("#train-d").ClickAsync();
            await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync(busy);
        }

        await page.Context.SetOfflineAsync(true);
        await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync(gone);
    }
}
