namespace IlgpuGan.Cli.Tests;

public class JsonLinesTests
{
    [Fact]
    public void A_number_that_is_none_is_null_in_the_lines_of_every_command()
    {
        using var output = new StringWriter();

        output.WriteJson(new { Loss = double.NaN, Rate = float.PositiveInfinity, Bound = (double?)double.NegativeInfinity, Pair = new[] { 1.5, double.NaN } });

        Assert.Equal("{\"loss\":null,\"rate\":null,\"bound\":null,\"pair\":[1.5,null]}", output.ToString().TrimEnd());
    }
}
