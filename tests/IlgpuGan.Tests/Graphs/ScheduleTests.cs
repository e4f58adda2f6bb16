using System.Globalization;
using IlgpuGan.Graphs;

namespace IlgpuGan.Tests.Graphs;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("2e-4", ScheduleShape.Constant, 2e-4f, 2e-4f, 0f)]
    [InlineData("0", ScheduleShape.Constant, 0f, 0f, 0f)]
    [InlineData("linear:2e-4:0:500", ScheduleShape.Linear, 2e-4f, 0f, 500f)]
    [InlineData("cosine:0.9:0.99:2e4", ScheduleShape.Cosine, 0.9f, 0.99f, 20000f)]
    public void Every_form_is_read_and_written(string text, ScheduleShape shape, float from, float to, float kimg)
    {
        Assert.True(Schedule.TryParse(text, out var schedule));
        Assert.Equal((shape, from, to, kimg), (schedule!.Shape, schedule.From, schedule.To, schedule.Kimg));
        Assert.True(Schedule.TryParse(schedule.ToString(), out var again));
        Assert.Equal(schedule, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("cosine")]
    [InlineData("cosine:1:0")]
    [InlineData("cosine:1:0:5:6")]
    [InlineData("Cosine:1:0:5")]
    [InlineData("sine:1:0:5")]
    [InlineData("constant:1:1:5")]
    [InlineData("linear:1:x:5")]
    [InlineData("linear:1:0:0")]
    [InlineData("linear:1:0:-5")]
    [InlineData("linear:1:0:nan")]
    [InlineData("linear:1:0:1e-45")]
    [InlineData("1,5")]
    public void Other_forms_are_refused(string? text)
    {
        Assert.False(Schedule.TryParse(text, out var schedule));
        Assert.Null(schedule);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_horizon_is_above_zero(float kimg)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Linear(1, 0, kimg));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cosine(1, 0, kimg));
    }

    [Fact]
    public void Texts_and_numbers_do_not_depend_on_the_language()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Equal("linear:0.5:0.25:1.5", Schedule.Linear(0.5f, 0.25f, 1.5f).ToString());
            Assert.Equal("0.5", Schedule.Constant(0.5f).ToString());
            Assert.True(Schedule.TryParse("0.5", out var schedule));
            Assert.Equal(0.5f, schedule!.From);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>Ends, middle and quarter: a straight line and half a wave.</summary>
    [Theory]
    [InlineData("3", 0, 3)]
    [InlineData("3", 700, 3)]
    [InlineData("linear:2:-4:500", 0, 2)]
    [InlineData("linear:2:-4:500", 125, 0.5)]
    [InlineData("linear:2:-4:500", 250, -1)]
    [InlineData("linear:2:-4:500", 500, -4)]
    [InlineData("linear:2:-4:500", 9000, -4)]
    [InlineData("cosine:2:-4:500", 0, 2)]
    [InlineData("cosine:2:-4:500", 125, -4 + 6 * 0.85355339)]
    [InlineData("cosine:2:-4:500", 250, -1)]
    [InlineData("cosine:2:-4:500", 500, -4)]
    [InlineData("cosine:2:-4:500", 9000, -4)]
    public void A_schedule_goes_its_way_and_stays_at_its_end(string text, float kimg, double expected)
    {
        Assert.True(Schedule.TryParse(text, out var schedule));
        var graph = new Graph();
        var value = schedule!.At(graph, graph.Literal(Shape.Scalar, kimg));
        // The formula's own numbers are floats.
        Assert.Equal(expected, new HostReference().Run(graph)[value][0], 1e-6);
    }

    [Fact]
    public void A_constant_is_a_number_of_the_program() =>
        Assert.Equal(new Constant(0.5f), Schedule.Constant(0.5f).At(new(), new Graph().Constant(1)).Operation);
}
