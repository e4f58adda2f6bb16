using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Pairs;

/// <summary>Loads images for translation: finds how they lie, brings both sides to one size, holds some out, keeps the result in cache files.</summary>
public static class PairLoader
{
    /// <summary>Loads what a translation is trained on and measured by. It depends on the source and the options alone.</summary>
    /// <param name="options">What to load and how.</param>
    /// <param name="sizes">Chooses the size where the options name none, by the target's images.</param>
    /// <param name="progress">Told from this thread how far it is.</param>
    /// <param name="cancellation">Ends the load; nothing half written stays.</param>
    /// <exception cref="DataException">The data cannot be used; the message names the file and the remedy.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static PairSet Load(PairOptions options, SizeRule sizes, IProgress<Work>? progress = null, CancellationToken cancellation = default) =>
        Load(options, sizes, progress, _ => { }, cancellation);

    /// <summary>The same, with a look at the shapes of the sets before images are read.</summary>
    /// <param name="options">What to load and how.</param>
    /// <param name="sizes">Chooses the size.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="check">Refuses a shape by throwing; asked for each set, with the channels of both sides where it is of pairs.</param>
    /// <param name="cancellation">Ends the load.</param>
    internal static PairSet Load(PairOptions options, SizeRule sizes, IProgress<Work>? progress, Action<ImageShape> check, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sizes);
        Check(options);
        if (PairFaces.LayoutOf(options.Data.Source) is { } drawn)
        {
            var (listing, first, second) = PairFaces.Of(drawn, options);
            return Load(listing, first, second, options.Data.Source, options, sizes, progress, check, cancellation);
        }

        using var owned = new Disposables();
        FileTree tree = Open(options.Data.Source, owned, out List<string> remarks, cancellation);
        PairListing found = PairFinder.Find(tree, options);
        var (a, b) = Sides(tree, found, options, owned);
        return Load(found with { Remarks = [.. remarks, .. found.Remarks] }, a, b, tree.Name, options, sizes, progress, check, cancellation);
    }

    /// <summary>Whether a source looks as if its images were of two kinds; null where it does not, or cannot be seen without unpacking it.</summary>
    /// <param name="source">The source, as in <see cref="ImageSetOptions.Source"/>. Names of folders and files are read, and some headers; nothing is decoded.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SourceUnsupportedException">Its folders are named as those of two kinds are, and one kind is missing.</exception>
    public static PairsSeen? Look(string source, CancellationToken cancellation = default)
    {
        using var owned = new Disposables();
        FileTree tree;
        try
        {
            tree = owned.Add(SourceFinder.FindTree(source, "pairs"));
            if (tree is TarTree)
            {
                return null;
            }

            tree.Prepare(cancellation);
        }
        catch (DataException)
        {
            return null;
        }

        return PairFinder.Look(tree);
    }

    private static PairSet Load(PairListing listing, ImageSource first, ImageSource second, string name, PairOptions options, SizeRule sizes, IProgress<Work>? progress,
        Action<ImageShape> check, CancellationToken cancellation)
    {
        bool forward = options.Direction == PairDirection.AtoB;
        PairItems Input(IEnumerable<int> items) => new(forward ? first : second, forward ? listing.FirstName : listing.SecondName, [.. items], options.InputChannels);
        PairItems Target(IEnumerable<int> items) => new(forward ? second : first, forward ? listing.SecondName : listing.FirstName, [.. items], options.TargetChannels);
        IEnumerable<int> InputsOf(IEnumerable<(int First, int Second)> pairs) => pairs.Select(pair => forward ? pair.First : pair.Second);
        IEnumerable<int> TargetsOf(IEnumerable<(int First, int Second)> pairs) => pairs.Select(pair => forward ? pair.Second : pair.First);
        if (options.Data.Fit == ImageFit.Pad && (first is ClassMapSide || second is ClassMapSide))
        {
            throw new DataOptionException("--fit pad cannot be had with maps of classes, as no class stands for the bars; give crop or stretch.");
        }

        foreach (PairItems side in new[] { Input([]), Target([]) })
        {
            if (side.Images.DefaultChannels == 1 && side.Asked is > 1)
            {
                throw new DataOptionException($"'{side.Name}' has one channel, which is {(listing.Layout == PairLayout.Grey ? "grey" : "the class of each pixel")}; {side.Asked} cannot be had of it.");
            }
        }

        var facts = new PairListingFacts(name, listing.Layout, listing.HeldOutPart, listing.Orphans);
        string identity = $"{listing.Layout} {listing.IsPaired} {options.Direction} {options.Classes}";
        var sets = new List<IDisposable>();
        try
        {
            if (listing.IsPaired)
            {
                ImageSet whole = Read(InputsOf(listing.Training.Concat(listing.HeldOut)), TargetsOf(listing.Training.Concat(listing.HeldOut)), listing.Training.Count, "pairs", options.Data);
                PairFacts pairs = whole.Description.Pairs!;
                CheckColours(listing, pairs.Input, pairs.Target!);
                var (training, heldOut) = Parts(whole, pairs, name);
                return new PairSet(facts, pairs.Input, pairs.Target!, sets) { Training = training, HeldOut = heldOut, Warnings = [.. listing.Remarks, .. whole.Warnings, .. Differing(pairs)] };
            }

            var (inputTraining, inputHeld) = forward ? (listing.FirstTraining, listing.FirstHeldOut) : (listing.SecondTraining, listing.SecondHeldOut);
            var (targetTraining, targetHeld) = forward ? (listing.SecondTraining, listing.SecondHeldOut) : (listing.FirstTraining, listing.FirstHeldOut);
            ImageSource images = Target([]).Images;
            ImageSetOptions data = options.Data with { Size = options.Data.Size ?? ImageSetLoader.ChooseSize(images, images.Measure(null, progress, cancellation), sizes) };
            ImageSet inputs = ReadSide(Input(inputTraining.Concat(inputHeld)), inputTraining.Count, "inputs", data);
            ImageSet targets = ReadSide(Target(targetTraining.Concat(targetHeld)), targetTraining.Count, "targets", data);
            PairSide input = inputs.Description.Pairs!.Input, target = targets.Description.Pairs!.Input;
            CheckColours(listing, input, target);
            ImageSet? truth = listing.HeldOut.Count > 0 ? Read(InputsOf(listing.HeldOut), TargetsOf(listing.HeldOut), 0, "truth", data) : null;
            var (ins, heldIns) = Parts(inputs, inputs.Description.Pairs!, name);
            var (outs, heldOuts) = Parts(targets, targets.Description.Pairs!, name);
            return new PairSet(facts, input, target, sets)
            {
                Inputs = ins,
                Targets = outs,
                HeldOutInputs = heldIns,
                HeldOutTargets = heldOuts,
                HeldOut = truth,
                Warnings = [.. listing.Remarks, .. inputs.Warnings, .. targets.Warnings.Except(inputs.Warnings)],
            };
        }
        catch
        {
            sets.ForEach(set => set.Dispose());
            throw;
        }

        ImageSet Read(IEnumerable<int> inputs, IEnumerable<int> targets, int training, string what, ImageSetOptions data) =>
            Add(new PairSource(name, Input(inputs), Target(targets), training, $"{identity} {what}"), data);

        ImageSet ReadSide(PairItems side, int training, string what, ImageSetOptions data) => Add(new PairSource(name, side, null, training, $"{identity} {what}"), data);

        ImageSet Add(PairSource source, ImageSetOptions data)
        {
            using (source)
            {
                ImageSet set = ImageSetLoader.Load(source, data with { Channels = null }, sizes, progress, check, cancellation);
                sets.Add(set);
                return set;
            }
        }
    }

    private static (ImageSet Training, ImageSet? HeldOut) Parts(ImageSet whole, PairFacts facts, string name)
    {
        int training = whole.Count - facts.HeldOut;
        return training == 0 ? throw new BadFilesException($"None of the images of '{name}' to train on could be decoded ({whole.SkippedFiles[0]}); give images that can be read.", whole.SkippedFiles)
            : (whole.Part(name, 0, training), facts.HeldOut == 0 ? null : whole.Part(name, training, facts.HeldOut));
    }

    private static IEnumerable<string> Differing(PairFacts facts)
    {
        if (facts.OfTwoSizes > 0)
        {
            yield return $"The two images of {Amount.Of(facts.OfTwoSizes, "pair")} differ in size, '{facts.FirstOfTwoSizes}' the first; each is brought to the size of the run on its own, so they "
                + "must show the same part of the picture.";
        }
    }

    private static void CheckColours(PairListing listing, PairSide input, PairSide target)
    {
        PairSide colours = input.Name == "colour" ? input : target;
        if (listing.Layout == PairLayout.Grey && colours.Channels < 3)
        {
            throw new SourceUnsupportedException("All images are grey, so there is no colour to be learnt; give images in colour for --layout grey.");
        }
    }

    private static (ImageSource First, ImageSource Second) Sides(FileTree tree, PairListing listing, PairOptions options, Disposables owned)
    {
        switch (listing.Layout)
        {
            case PairLayout.SideBySide:
                HalvedFiles files = owned.Add(new HalvedFiles(tree, listing.First));
                return (new HalfSide(files, isRight: false), new HalfSide(files, isRight: true));
            case PairLayout.Labels:
                return (new ClassMapSide(tree, listing.First, options.Classes), new PictureSide(tree, listing.Second, isGrey: false));
            default:
                return (new PictureSide(tree, listing.First, listing.Layout == PairLayout.Grey), new PictureSide(tree, listing.Second, isGrey: false));
        }
    }

    private static FileTree Open(string source, Disposables owned, out List<string> remarks, CancellationToken cancellation)
    {
        remarks = [];
        FileTree tree = owned.Add(SourceFinder.FindTree(source, "pairs"));
        tree.Prepare(cancellation);
        if (tree is FolderTree folder && !folder.Files.Any(file => FileKinds.IsImage(file.Name)) && Shards.Of(folder, remarks) is { } shards)
        {
            owned.Add(shards);
            shards.Prepare(cancellation);
            return shards;
        }

        return tree;
    }

    private static void Check(PairOptions options)
    {
        ImageSetLoader.Check(options.Data);
        foreach (int? channels in new[] { options.InputChannels, options.TargetChannels })
        {
            if (channels is < 1 or > 4)
            {
                throw new DataOptionException($"{channels} channels cannot be had; give 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGB and alpha).");
            }
        }

        if (options.Classes is < 2 or > ClassMapSide.MostClasses)
        {
            throw new DataOptionException($"--classes {options.Classes} cannot be had: 2 to {ClassMapSide.MostClasses} were expected.");
        }
    }

    /// <summary>What ends with the load, the last first.</summary>
    private sealed class Disposables : IDisposable
    {
        private readonly Stack<IDisposable> all = new();

        public T Add<T>(T one)
            where T : IDisposable
        {
            all.Push(one);
            return one;
        }

        public void Dispose()
        {
            while (all.TryPop(out IDisposable? one))
            {
                one.Dispose();
            }
        }
    }
}
