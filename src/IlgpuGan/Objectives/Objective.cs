using IlgpuGan.Graphs;

namespace IlgpuGan.Objectives;

/// <summary>What D and G minimise, on logits (Goodfellow et al. 2014, sections 3 and 4).</summary>
public abstract class Objective
{
    /// <summary>The objective of a name: <c>minimax</c> or <c>non-saturating</c>.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Objective Named(string name) => name switch
    {
        "minimax" => new Minimax(),
        "non-saturating" => new NonSaturating(),
        _ => throw new ArgumentException($"There is no objective '{name}'; choose minimax or non-saturating."),
    };

    /// <summary>D's loss: -E log D(x) - E log(1 - D(G(z))), reals towards 1 and fakes towards 0.</summary>
    public virtual Tensor Discriminator(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        return real.Graph.BceLoss(real, target: 1) + real.Graph.BceLoss(fake, target: 0);
    }

    /// <summary>G's loss.</summary>
    public abstract Tensor Generator(Tensor fake);
}

/// <summary>G minimises E log(1 - D(G(z))): the game as the theory has it. Its gradient fades when D wins.</summary>
public sealed class Minimax : Objective
{
    /// <inheritdoc/>
    public override Tensor Generator(Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(fake);
        return -fake.Graph.BceLoss(fake, target: 0);
    }
}

/// <summary>G minimises -E log D(G(z)): the same fixed point, and a strong gradient where G is bad.</summary>
public sealed class NonSaturating : Objective
{
    /// <inheritdoc/>
    public override Tensor Generator(Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(fake);
        return fake.Graph.BceLoss(fake, target: 1);
    }
}
