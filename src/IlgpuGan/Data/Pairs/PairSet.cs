using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IlgpuGan.Data.Pairs;

/// <summary>
/// What the translation of images is trained on and measured by. Paired, one set holds both images of each pair, [Height, Width, Input.Channels + Target.Channels], so that they
/// are gathered, cut and mirrored together; unpaired, there is a set of inputs and one of targets. Dispose when all use of its sets has ended.
/// </summary>
public sealed class PairSet : IDisposable
{
    private readonly IReadOnlyList<IDisposable> owned;

    internal PairSet(PairListingFacts facts, PairSide input, PairSide target, IReadOnlyList<IDisposable> owned)
    {
        (Facts, Input, Target, this.owned) = (facts, input, target, owned);
        Orphans = facts.Orphans;
    }

    /// <summary>The layout that was seen, or asked for.</summary>
    public PairLayoutRow Layout => PairLayoutRow.Of(Facts.Layout);

    /// <summary>Whether each input has its target.</summary>
    public bool IsPaired => Training is not null;

    /// <summary>What is translated.</summary>
    public PairSide Input { get; }

    /// <summary>What it is translated into.</summary>
    public PairSide Target { get; }

    /// <summary>Name for people.</summary>
    public string Name => Facts.Name;

    /// <summary>Rows of an image.</summary>
    public int Height => (Training ?? Inputs)!.Height;

    /// <summary>Columns of an image.</summary>
    public int Width => (Training ?? Inputs)!.Width;

    /// <summary>The pairs to train on; null where they are unpaired.</summary>
    public ImageSet? Training { get; internal init; }

    /// <summary>Pairs that are held out; of an unpaired set those whose true partners are known. Null for none.</summary>
    public ImageSet? HeldOut { get; internal init; }

    /// <summary>Unpaired inputs to train on; null where there are pairs.</summary>
    public ImageSet? Inputs { get; internal init; }

    /// <summary>Unpaired targets to train on; null where there are pairs.</summary>
    public ImageSet? Targets { get; internal init; }

    /// <summary>Unpaired inputs that are held out; null for none.</summary>
    public ImageSet? HeldOutInputs { get; internal init; }

    /// <summary>Unpaired targets that are held out; null for none.</summary>
    public ImageSet? HeldOutTargets { get; internal init; }

    /// <summary>Files without a partner, which are left out.</summary>
    public IReadOnlyList<PairOrphans> Orphans { get; }

    /// <summary>Sentences the user should see: files that were left out, sizes that differ, a cache that could not be used.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Files that could not be decoded and were left out, with their partners.</summary>
    public IReadOnlyList<SkippedFile> SkippedFiles => [.. new[] { Training, Inputs, Targets }.OfType<ImageSet>().SelectMany(set => set.SkippedFiles)];

    /// <summary>128 bits in hexadecimal: equal for equal data of equal meaning.</summary>
    public string Fingerprint
    {
        get
        {
            var text = new StringBuilder();
            foreach (ImageSet? set in new[] { Training, HeldOut, Inputs, Targets, HeldOutInputs, HeldOutTargets })
            {
                text.Append(set?.Fingerprint).Append('\n');
            }

            foreach (PairSide side in new[] { Input, Target })
            {
                text.Append(CultureInfo.InvariantCulture, $"{side.Channels} {string.Join(' ', side.Classes ?? [])}\n");
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
        }
    }

    /// <summary>What was seen, what is taken and what is held out, in whole sentences: what a user is told before a run begins.</summary>
    public IReadOnlyList<string> Sentences
    {
        get
        {
            string sides = $"{Input.Name} ({Input.Kind}) to {Target.Name} ({Target.Kind})";
            string taken = Training is { } pairs ? $"{Amount.Of(pairs.Count, "pair")}, {sides}" : $"{Inputs!.Count} and {Targets!.Count} images without pairs, {sides}";
            string seen = $"{Name}: {taken}; the layout is {Layout.Name}.";
            var sentences = new List<string> { seen, HeldOutSentence() };
            if (Orphans.Count > 0)
            {
                sentences.Add($"Left out, as they have no partner: {string.Join(", ", Orphans)}.");
            }

            if (!Layout.IsBuiltIn)
            {
                foreach (var side in new[] { Input, Target })
                {
                    sentences.Add($"{side.Name}: {side.Originals.Sizes}.");
                    if (side is { Classes: null, Originals.Transparent: > 0 })
                    {
                        sentences.Add($"{side.Name}: {side.Originals.Colours}.");
                    }
                }
            }

            return sentences;
        }
    }

    internal PairListingFacts Facts { get; }

    /// <summary>Copies one side of a pair out.</summary>
    /// <param name="pairs"><see cref="Training"/> or <see cref="HeldOut"/>.</param>
    /// <param name="index">Which pair.</param>
    /// <param name="side"><see cref="Input"/> or <see cref="Target"/>.</param>
    /// <param name="destination">Takes [Height, Width, side.Channels]; may be longer.</param>
    public void CopySide(ImageSet pairs, int index, PairSide side, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(side);
        ReadOnlySpan<byte> pair = pairs.Image(index);
        int first = side == Input ? 0 : Input.Channels;
        for (int from = first, to = 0; from < pair.Length; from += pairs.Channels, to += side.Channels)
        {
            pair.Slice(from, side.Channels).CopyTo(destination[to..]);
        }
    }

    /// <summary>Lets go of all its sets.</summary>
    public void Dispose()
    {
        foreach (IDisposable one in owned)
        {
            one.Dispose();
        }
    }

    private string HeldOutSentence()
    {
        string how = Layout.IsBuiltIn ? "drawn from other seeds" : Facts.HeldOutPart is { } part ? $"the part {part}" : $"one in {PairListing.OneIn}, chosen by their names";
        string what = IsPaired ? HeldOut is { } pairs ? Amount.Of(pairs.Count, "pair") : ""
            : HeldOutInputs is null && HeldOutTargets is null ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{HeldOutInputs?.Count ?? 0} inputs and {HeldOutTargets?.Count ?? 0} targets");
        string truth = !IsPaired && HeldOut is { } known ? $"; of {known.Count} inputs the true answer is known" : "";
        return what.Length == 0 ? "None is held out to measure by." : $"Held out to measure by: {what} ({how}){truth}.";
    }
}

/// <summary>What a listing leaves of itself in the set that is made of it.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Layout">The layout.</param>
/// <param name="HeldOutPart">The part that is held out; null where it was chosen by names.</param>
/// <param name="Orphans">Files without a partner.</param>
internal sealed record PairListingFacts(string Name, PairLayout Layout, string? HeldOutPart, IReadOnlyList<PairOrphans> Orphans);
