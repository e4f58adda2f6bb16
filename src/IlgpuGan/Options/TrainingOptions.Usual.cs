using IlgpuGan.Graphs;
using IlgpuGan.Networks;

namespace IlgpuGan.Options;

/// <content>Values that hold by themselves and give way where they do not apply, so that whoever takes another network or penalty is refused nothing that nobody asked for.</content>
public sealed partial record TrainingOptions
{
    // The rate that D and G begin with, the width up to which they do, and by how much it falls.
    private const double FirstRate = 2e-3, LastRate = 2e-4;
    private const int NarrowWidth = 32;

    // Half-life of the average at first, and at last as a share of all images or at most: what is drawn soon is not that of the beginning, what is drawn last is of the quiet end.
    private const double FirstHalfLife = 1, LastShare = 0.1, LongestHalfLife = 100;

    private static readonly TrainingOptions plain = new();

    private Upsampling upsampling = Upsampling.Transposed;
    private bool minibatchDeviation;
    private int penaltyEvery = 1;
    private Schedule learningRate = 5e-4f;
    private Schedule averageHalfLifeKimg = 4;
    private OpenValues open;

    /// <summary>
    /// These options, whose upsampling, minibatch deviation and interval of the penalty stay until other ones are given, and become those of <c>new()</c> where they were not measured: with another
    /// network, and the upsampling beside other kernels, the interval beside another penalty.
    /// </summary>
    internal TrainingOptions GivingWay() => this with { open = new(this, HasUpsampling: true, HasMinibatchDeviation: true, HasPenaltyEvery: true, HasRate: false, HasHalfLife: false) };

    /// <summary>
    /// The same, with learning rates that fall and an average that grows longer over the steps that are asked for, whatever number that is; they become those of <c>new()</c> with another network,
    /// loss, penalty or optimiser.
    /// </summary>
    internal TrainingOptions Falling()
    {
        var falling = this with { open = new(this, HasUpsampling: true, HasMinibatchDeviation: true, HasPenaltyEvery: true, HasRate: true, HasHalfLife: true) };
        falling.GiveWay();
        return falling;
    }

    /// <summary>These options for a run that goes on: what holds by itself is what the run has.</summary>
    internal TrainingOptions GoingOn(TrainingOptions saved) => this with
    {
        Upsampling = (open.HasUpsampling ? saved : this).Upsampling,
        MinibatchDeviation = (open.HasMinibatchDeviation ? saved : this).MinibatchDeviation,
        PenaltyEvery = (open.HasPenaltyEvery ? saved : this).PenaltyEvery,
        LearningRate = (open.HasRate ? saved : this).LearningRate,
        AverageHalfLifeKimg = (open.HasHalfLife ? saved : this).AverageHalfLifeKimg,
    };

    private void GiveWay()
    {
        if (open.Usual is not { } usual)
        {
            return;
        }

        bool isOfUsual = Network == usual.Network && Translation is null == usual.Translation is null;
        var here = isOfUsual ? usual : plain;
        minibatchDeviation = open.HasMinibatchDeviation ? here.MinibatchDeviation : minibatchDeviation;
        upsampling = !open.HasUpsampling ? upsampling : GeneratorKernel == usual.GeneratorKernel ? here.Upsampling : plain.Upsampling;
        penaltyEvery = !open.HasPenaltyEvery ? penaltyEvery : Penalty == usual.Penalty ? here.PenaltyEvery : plain.PenaltyEvery;
        bool falls = isOfUsual && (Loss, Penalty, Optimizer) == (usual.Loss, usual.Penalty, usual.Optimizer) && Steps > 0 && Batch > 0 && Width > 0;
        // Written as short as they are.
        double kimg = Steps * (double)Batch / 1000, narrow = Math.Min(1, (double)NarrowWidth / Width), last = Math.Min(LastShare * kimg, LongestHalfLife);
        learningRate = !open.HasRate ? learningRate : falls ? Schedule.Cosine((float)(FirstRate * narrow), (float)(LastRate * narrow), (float)kimg) : plain.LearningRate;
        averageHalfLifeKimg = !open.HasHalfLife ? averageHalfLifeKimg
            : falls ? Schedule.Linear((float)Math.Min(FirstHalfLife, last), (float)last, (float)kimg) : plain.AverageHalfLifeKimg;
    }

    /// <summary>Which values nobody has given. It is of no account to whether options are equal, as their values are.</summary>
    /// <param name="Usual">Where the values come from; null where all stay as they are.</param>
    /// <param name="HasUpsampling">Whether the upsampling is one of them.</param>
    /// <param name="HasMinibatchDeviation">Whether the minibatch deviation is.</param>
    /// <param name="HasPenaltyEvery">Whether the interval of the penalty is.</param>
    /// <param name="HasRate">Whether the learning rate is.</param>
    /// <param name="HasHalfLife">Whether the half-life of the average is.</param>
    private readonly record struct OpenValues(TrainingOptions? Usual, bool HasUpsampling, bool HasMinibatchDeviation, bool HasPenaltyEvery, bool HasRate, bool HasHalfLife)
    {
        public bool Equals(OpenValues other) => true;

        public override int GetHashCode() => 0;
    }
}
