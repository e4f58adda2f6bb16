namespace IlgpuGan.Evaluation;

/// <summary>The features of a classifier that this engine trained on the labels of the data itself.</summary>
internal sealed class ClassifierFeatures(LabelClassifier classifier) : IFeatureExtractor
{
    public string Name => "classifier";

    public string Hash { get; } = classifier.Hash;

    public string Resize => "none";

    public MetricNames? Names => null;

    public int Dimension => classifier.FeatureSize;

    public int Classes => classifier.Classes;

    public (float[] Features, float[] Probabilities) Read(ReadOnlySpan<byte> images) => classifier.Look(images);

    public void Dispose() => classifier.Dispose();
}
