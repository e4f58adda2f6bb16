using IlgpuGan.Options;

namespace IlgpuGan.Training;

/// <summary>Measures now and then how good a run's images are, without changing anything of the training.</summary>
internal interface IRunMetric : IDisposable
{
    /// <summary>Whether less is better.</summary>
    bool IsSmallerBetter { get; }

    /// <summary>The value of the averaged generator as it is now.</summary>
    /// <param name="sample">Draws images: of a seed, from a number on, so many; bytes [count, H, W, C].</param>
    /// <param name="cancellation">Gives up.</param>
    double Measure(Func<ulong, int, int, byte[]> sample, CancellationToken cancellation);
}

/// <summary>Makes the metric that a run asks for.</summary>
public interface IRunMetrics
{
    /// <summary>Names that <see cref="RunSchedule.Metric"/> may have.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Makes a metric against the data that is trained on.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="settings">The run's.</param>
    /// <param name="data">The images, which stay open as long as the metric.</param>
    /// <param name="observer">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OptionException">There is no such metric, or it cannot be measured on this data.</exception>
    internal IRunMetric Create(string name, RunSettings settings, TrainingData data, IRunObserver observer, CancellationToken cancellation);
}
