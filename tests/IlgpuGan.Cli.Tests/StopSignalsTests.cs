using IlgpuGan.Tests.Training;

namespace IlgpuGan.Cli.Tests;

public sealed class StopSignalsTests
{
    [Fact]
    public void The_first_signal_asks_to_stop_its_echo_is_ignored_and_a_later_one_ends_the_process()
    {
        var clock = new FakeClock();
        int notices = 0;
        using var signals = new StopSignals(clock, () => notices++, CancellationToken.None);
        Assert.False(signals.Token.IsCancellationRequested);

        Assert.True(signals.Take());
        Assert.True(signals.Token.IsCancellationRequested);
        clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.True(signals.Take());
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.False(signals.Take());
        Assert.Equal(1, notices);
    }

    [Fact]
    public void A_terminal_that_closes_asks_to_stop_and_never_ends_the_process_at_once()
    {
        var clock = new FakeClock();
        using var signals = new StopSignals(clock, () => { }, CancellationToken.None);

        Assert.True(signals.Take(isHangUp: true));
        Assert.True(signals.Token.IsCancellationRequested);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(signals.Take(isHangUp: true));
        Assert.False(signals.Take());
    }
}
