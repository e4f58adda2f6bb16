using IlgpuGan.Networks;

namespace IlgpuGan.Options;

/// <content>Values that hold by themselves and give way where they do not apply, so that whoever takes another network or penalty is refused nothing that nobody asked for.</content>
public sealed partial record TrainingOptions
{
    private static readonly TrainingOptions plain = new();

    private Upsampling upsampling = Upsampling.Transposed;
    private bool minibatchDeviation;
    private int penaltyEvery = 1;
    private OpenValues open;

    /// <summary>
    /// These options, whose upsampling, minibatch deviation and interval of the penalty stay until other ones are given, and become those of <c>new()</c> where they were not measured: with another
    /// network, and the upsampling beside other kernels, the interval beside another penalty.
    /// </summary>
    internal TrainingOptions GivingWay() => this with { open = new(this, HasUpsampling: true, HasMinibatchDeviation: true, HasPenaltyEvery: true) };

    /// <summary>These options for a run that goes on: what holds by itself is what the run has.</summary>
    internal TrainingOptions GoingOn(TrainingOptions saved) => this with
    {
        Upsampling = (open.HasUpsampling ? saved : this).Upsampling,
        MinibatchDeviation = (open.HasMinibatchDeviation ? saved : this).MinibatchDeviation,
        PenaltyEvery = (open.HasPenaltyEvery ? saved : this).PenaltyEvery,
    };

    private void GiveWay()
    {
        if (open.Usual is not { } usual)
        {
            return;
        }

        var here = Network == usual.Network && Translation is null == usual.Translation is null ? usual : plain;
        minibatchDeviation = open.HasMinibatchDeviation ? here.MinibatchDeviation : minibatchDeviation;
        upsampling = !open.HasUpsampling ? upsampling : GeneratorKernel == usual.GeneratorKernel ? here.Upsampling : plain.Upsampling;
        penaltyEvery = !open.HasPenaltyEvery ? penaltyEvery : Penalty == usual.Penalty ? here.PenaltyEvery : plain.PenaltyEvery;
    }

    /// <summary>Which values nobody has given. It is of no account to whether options are equal, as their values are.</summary>
    /// <param name="Usual">Where the values come from; null where all stay as they are.</param>
    /// <param name="HasUpsampling">Whether the upsampling is one of them.</param>
    /// <param name="HasMinibatchDeviation">Whether the minibatch deviation is.</param>
    /// <param name="HasPenaltyEvery">Whether the interval of the penalty is.</param>
    private readonly record struct OpenValues(TrainingOptions? Usual, bool HasUpsampling, bool HasMinibatchDeviation, bool HasPenaltyEvery)
    {
        public bool Equals(OpenValues other) => true;

        public override int GetHashCode() => 0;
    }
}
