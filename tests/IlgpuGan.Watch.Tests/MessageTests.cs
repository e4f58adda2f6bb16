using System.Text.Json;

namespace IlgpuGan.Watch.Tests;

public class MessageTests
{
    [Fact]
    public void A_number_that_is_none_is_null_for_the_page()
    {
        var status = new RunStatus(RunState.Training, 5, double.NaN, double.PositiveInfinity, 1, double.NaN, null);

        string message = JsonSerializer.Serialize(new RunNews(0, status), MessageJson.Default.RunNews);

        Assert.Contains("\"kimg\":null,\"imagesPerSecond\":null,\"seconds\":1,\"secondsLeft\":null", message, StringComparison.Ordinal);
    }
}
