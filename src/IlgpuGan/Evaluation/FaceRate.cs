using IlgpuGan.Data;
using IlgpuGan.Evaluation.Detection;

namespace IlgpuGan.Evaluation;

/// <summary>In which share of images a face is found.</summary>
/// <param name="Share">The share, 0 to 1.</param>
/// <param name="Remark">By what.</param>
internal sealed record FaceRate(double Share, string Remark)
{
    // A batch of a classifier is 256: told how far it is after each few, and stopped as soon.
    private const int Chunk = 1024;

    /// <summary>By a detector.</summary>
    /// <param name="images">The images.</param>
    /// <param name="detector">Finds faces.</param>
    /// <param name="progress">Hears how many were looked at.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Options.OptionException">The images are smaller than any face that it can find.</exception>
    public static FaceRate By(ImageSet images, IFaceDetector detector, IProgress<Work>? progress, CancellationToken cancellation)
    {
        if (detector.Smallest is var (height, width) && (images.Height < height || images.Width < width))
        {
            throw new Options.OptionException($"The {detector.Name} looks for faces of {width} x {height} pixels and more, and the images have {images.Width} x {images.Height}; "
                + "give another --detector, or larger images.");
        }
        int with = 0;
        for (int first = 0; first < images.Count; first += Chunk)
        {
            progress?.Report(new(WorkKind.FindingFaces, first, images.Count));
            Parallel.For(first, Math.Min(images.Count, first + Chunk), new ParallelOptions { CancellationToken = cancellation }, place =>
            {
                if (detector.FindsFace(images.Image(place), images.Height, images.Width, images.Channels))
                {
                    Interlocked.Increment(ref with);
                }
            });
        }
        progress?.Report(new(WorkKind.FindingFaces, images.Count, images.Count));
        return new((double)with / images.Count, FormattableString.Invariant($"{with} of {images.Count} images, by {detector.Name}"));
    }

    /// <summary>By a classifier that was trained to tell real images from what they are torn into: what to take where there is no detector.</summary>
    /// <param name="subject">The images, the real ones, the device.</param>
    public static FaceRate ByClassifier(MetricSubject subject)
    {
        using var torn = TornImages.Of(subject.Reals);
        using var classifier = LabelClassifier.Open(subject.Device, torn, null, subject.ClassifierFolder, subject.Observer ?? new Nobody(), subject.Cancellation);
        var images = subject.Fakes;
        int with = 0;
        for (int first = 0; first < images.Count; first += Chunk)
        {
            subject.Cancellation.ThrowIfCancellationRequested();
            subject.Observer?.Report(new(WorkKind.FindingFaces, first, images.Count));
            byte[] pixels = [.. Enumerable.Range(first, Math.Min(Chunk, images.Count - first)).SelectMany(place => images.Image(place).ToArray())];
            with += classifier.Read(pixels).Count(label => label == TornImages.Whole);
        }
        subject.Observer?.Report(new(WorkKind.FindingFaces, images.Count, images.Count));
        return new((double)with / images.Count, FormattableString.Invariant(
            $"{with} of {images.Count} images, by a classifier that tells {100 * classifier.Accuracy[0]:F1} % of whole and torn images of {subject.Reals.Name} apart"));
    }

    private sealed class Nobody : IDataObserver
    {
        public void Notice(string sentence)
        {
        }

        public void Report(Work value)
        {
        }
    }
}
