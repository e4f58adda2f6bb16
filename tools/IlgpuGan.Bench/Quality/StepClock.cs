using System.Diagnostics;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Bench.Quality;

/// <summary>Times steps of variants in turn: what else the machine does meets all of them.</summary>
internal static class StepClock
{
    private const int Rounds = 7;
    private static readonly TimeSpan Stretch = TimeSpan.FromMilliseconds(400);

    /// <summary>Measures step times.</summary>
    /// <param name="task">What all have alike.</param>
    /// <param name="variants">The variants, first that which the others are measured by.</param>
    /// <param name="observer">Hears how far it is.</param>
    /// <returns>Milliseconds a step of the first, median of the rounds; and of each the median of its share of the first one's time in the same round.</returns>
    public static (double Milliseconds, IReadOnlyList<double> Shares) Measure(QualityTask task, IReadOnlyList<QualityVariant> variants, IRunObserver observer)
    {
        ITrainingEngine engine = new TrainingEngine();
        using var device = engine.Open(task.Device, TuningMode.Quick, observer.Notice);
        var timed = new List<Timed>();
        try
        {
            foreach (var variant in variants)
            {
                timed.Add(Timed.Open(device, task, variant, observer));
            }
            double[][] rounds = [.. Enumerable.Range(0, Rounds).Select(_ => timed.Select(each => each.Milliseconds()).ToArray())];
            return (Median(rounds.Select(round => round[0])), [.. variants.Select((_, i) => Median(rounds.Select(round => round[i] / round[0])))]);
        }
        finally
        {
            timed.ForEach(each => each.Dispose());
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private sealed record Timed(TrainingData Data, ITrainer Trainer, int Steps) : IDisposable
    {
        public static Timed Open(ITrainingDevice device, QualityTask task, QualityVariant variant, IRunObserver observer)
        {
            var begin = RunBeginning.Of(task.SettingsOf(variant, 1, 1), null);
            var data = TrainingData.LoadFor(begin.Settings, made: null, observer, shape => Check(device, variant, begin.Settings.Training, shape), CancellationToken.None);
            ITrainer? trainer = null;
            try
            {
                var training = begin.After(variant.Choose, data).Settings.Training;
                data = data.ConditionedOn(training.Condition);
                trainer = device.CreateTrainer(training, data);
                // All that is compiled and drawn once, that of a penalty in between included.
                int every = training.PenaltyEvery;
                Run(trainer, every);
                long start = Stopwatch.GetTimestamp();
                Run(trainer, every);
                int more = (int)Math.Clamp(Stretch / Stopwatch.GetElapsedTime(start), 1, 1000);
                return new(data, trainer, more * every);
            }
            catch
            {
                trainer?.Dispose();
                data.Dispose();
                throw;
            }
        }

        public double Milliseconds()
        {
            long start = Stopwatch.GetTimestamp();
            Run(Trainer, Steps);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds / Steps;
        }

        public void Dispose()
        {
            Trainer.Dispose();
            Data.Dispose();
        }

        private static void Check(ITrainingDevice device, QualityVariant variant, TrainingOptions training, RunData shape)
        {
            try
            {
                training.CheckShape(shape);
                device.Check(training, shape);
            }
            catch (OptionException fault)
            {
                throw new OptionException($"{variant.Name}: {fault.Message}");
            }
        }

        private static void Run(ITrainer trainer, int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                trainer.RunStep();
            }
            // Waits for the device.
            _ = trainer.Report();
        }
    }
}
