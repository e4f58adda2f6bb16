using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>What a network needs is known from shapes, before there is any data.</summary>
public sealed class RefusedNetworkTests
{
    [Fact]
    public void A_network_that_cannot_be_counted_is_refused_before_any_image_is_drawn()
    {
        var settings = RunSettings.For("faces");
        settings = settings with { Device = "cpu", Data = settings.Data with { Size = new(4096, 4096), UseCache = false }, Training = settings.Training with { Width = 8192 } };
        var observer = new RecordingObserver();
        var fault = Assert.Throws<OptionException>(() => TrainingForecast.Measure(settings, new TrainingEngine(), observer, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.StartsWith("Width is 8192: A tensor of [", fault.Message, StringComparison.Ordinal);
        Assert.Empty(observer.Works.All);
    }

    [Theory]
    [InlineData("dcgan", "8,8,8,8,8,8,8", 16, "Images of 32 x 32 pixels cannot be halved 7 times, once for each of the widths; give fewer StageWidths.")]
    [InlineData("r3", "8,8", 16, "Images of 32 x 32 pixels have 4 stages, and StageWidths names 2; give one width for each stage.")]
    [InlineData("r3", "8,8,8,12", 16, "24 channels (twice the width 12 of a stage) cannot be cut into groups of 16; give other StageWidths, or a GroupSize that divides 24.")]
    [InlineData("r3", null, 12, "24 channels (twice the width 12 of a stage) cannot be cut into groups of 16; give another Width, or a GroupSize that divides 24.")]
    public void A_network_that_cannot_be_had_names_the_option_that_it_is(string network, string? widths, int width, string message) =>
        Assert.Equal(message, Assert.Throws<OptionException>(() => new TrainingOptions { Network = network, StageWidths = widths, Width = width }
            .Build(Shape.Of(32, 32, 3), classes: 0)).Message);

    [Theory]
    [InlineData("dcgan", UpdateRule.Adam)]
    [InlineData("dcgan", UpdateRule.Sgd)]
    [InlineData("resnet", UpdateRule.RmsProp)]
    [InlineData("r3", UpdateRule.AdamW)]
    [InlineData("mlp", UpdateRule.Sgd)]
    public void What_is_asked_for_beforehand_is_never_more_than_what_is_taken(string network, UpdateRule optimizer)
    {
        using var device = ComputeDevice.Open("cpu");
        using var data = TrainingData.OfShape(new RunData("", 1, 32, 32, 3, IsPoints: false));
        var options = new TrainingOptions { Network = network, Width = 32, Batch = 4 }.With(optimizer);
        using var trainer = new GanTrainer(device, options, data);
        Assert.InRange(GanTrainer.LeastBytes(options, data.Describe()), 1, trainer.Describe().DeviceBytes);
    }
}
