using IlgpuGan.Augmentation;
using IlgpuGan.Graphs;
using IlgpuGan.Objectives;

namespace IlgpuGan.Options;

/// <summary>
/// What a program gives a run in place of the library's own. It counts where the option has its name, so that the options of a run that goes on, which are read
/// from a file, find it by that name.
/// </summary>
internal sealed record OwnParts
{
    private const int LongestName = 60;

    /// <summary>What D and G minimise.</summary>
    public Objective? Loss { get; init; }

    /// <summary>The term that bounds D's slope.</summary>
    public GradientPenalty? Penalty { get; init; }

    /// <summary>How G and D are built.</summary>
    public NetworkFamily? Network { get; init; }

    /// <summary>How images are changed before D.</summary>
    public IAugmentation? Augmentation { get; init; }

    /// <summary>Tries a loss on logits of a small batch.</summary>
    /// <exception cref="ArgumentException">It gives no single numbers, or compares with reals that it does not ask for.</exception>
    public static void Check(Objective loss)
    {
        if (!double.IsFinite(loss.Equilibrium))
        {
            throw new ArgumentException($"The Equilibrium of the loss {loss.Name} is {loss.Equilibrium}; it must be D's loss where nothing tells reals from fakes.");
        }

        var graph = new Graph();
        var shape = Shape.Of(4, 1);
        Tensor real = graph.Read(new Variable("real", shape.Size), 0, shape), fake = graph.Read(new Variable("fake", shape.Size), 0, shape);
        Scalar(loss.Discriminator(real, fake), $"the loss {loss.Name} of the discriminator");
        var generator = Scalar(loss.Generator(real, fake), $"the loss {loss.Name} of the generator");
        if (!loss.ComparesInGenerator && Reads(generator, real))
        {
            throw new ArgumentException($"The loss {loss.Name} of the generator compares fakes with reals, for which ComparesInGenerator must be true.");
        }
    }

    /// <summary>Refuses a weight that is none.</summary>
    /// <exception cref="ArgumentException">It is not a number from 0 on.</exception>
    public static void Check(GradientPenalty penalty)
    {
        ArgumentNullException.ThrowIfNull(penalty.Of);
        if (!(penalty.DefaultWeight >= 0 && float.IsFinite(penalty.DefaultWeight)))
        {
            throw new ArgumentException(FormattableString.Invariant($"The weight of the penalty {penalty.Name} is {penalty.DefaultWeight}; it must be a number from 0 on."));
        }
    }

    /// <summary>A loss, where it is a single number.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static Tensor Scalar(Tensor? loss, string what) => loss is null ? throw new ArgumentException($"{Capital(what)} is null; it must be a single number.")
        : loss.Shape.Size == 1 ? loss
        : throw new ArgumentException($"{Capital(what)} has the shape {loss.Shape} where a single number is wanted; end it with Mean().");

    private static string Capital(string what) => char.ToUpperInvariant(what[0]) + what[1..];

    private static bool Reads(Tensor tensor, Tensor other)
    {
        var seen = new HashSet<Tensor>();
        var left = new Stack<Tensor>([tensor]);
        while (left.TryPop(out var next))
        {
            if (next == other)
            {
                return true;
            }

            foreach (var input in next.Inputs.Where(seen.Add))
            {
                left.Push(input);
            }
        }

        return false;
    }

    /// <summary>A name that may stand in options beside those of the library.</summary>
    /// <param name="name">The name.</param>
    /// <param name="taken">Those of the library.</param>
    /// <exception cref="ArgumentException">It is one of these, or nothing that could be read again.</exception>
    public static string Checked(string name, IReadOnlyList<string> taken) =>
        string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name != name.Trim() || name[0] == '-' || name.Any(char.IsControl)
            ? throw new ArgumentException($"\"{Excerpt.Of(name ?? "", 60)}\" is no name; give a short one that can be read, without spaces around it.")
        : taken.Contains(name, StringComparer.OrdinalIgnoreCase) ? throw new ArgumentException($"\"{name}\" is the name of one that the library has; give yours another.")
        : name;
}
