namespace IlgpuGan.Runs;

/// <summary>A value that was measured during a run, as logged.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Step">The step after which.</param>
/// <param name="Kimg">Thousand real images shown by then.</param>
/// <param name="Value">The value.</param>
/// <param name="Best">Whether there was no better one before: its state is then kept as the run's best.</param>
public sealed record MetricLine(string Metric, long Step, double Kimg, double Value, bool Best);
