using IlgpuGan.Augmentation;
using IlgpuGan.Graphs;
using IlgpuGan.Options;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Operations on images with coefficients of their own for each.</summary>
internal static class ImageCases
{
    // Coefficients in the order of the operation, by what is particular about them.
    private static readonly (string Name, float[] Map)[] Maps =
    [
        ("nothing moved", [1, 0, 0, 0, 1, 0]),
        ("mirrored", [-1, 0, 0, 0, 1, 0]),
        ("a quarter turn", [0, -1, 0, 1, 0, 0]),
        ("moved by whole pixels", [1, 0, 2, 0, 1, -3]),
        ("moved by parts of a pixel", [1, 0, -0.3f, 0, 1, 0.6f]),
        ("turned and moved", [0.8f, -0.6f, 1.25f, 0.6f, 0.8f, -0.75f]),
        ("smaller, beyond both borders", [2.3f, 0.1f, 0.4f, -0.2f, 1.9f, 0.3f]),
        ("larger", [0.31f, 0.07f, 0.2f, -0.05f, 0.43f, 0.1f]),
        ("sheared and turned over", [-0.7f, 0.9f, 0.15f, 0.4f, 1.1f, -0.35f]),
        ("squeezed to a line", [0.5f, 1.0f, 0.2f, 0.25f, 0.5f, 0.3f]),
        ("squeezed to a point", [0, 0, 0.4f, 0, 0, -1.3f]),
        ("far outside", [1, 0.1f, 63.3f, -0.1f, 1, -41.7f]),
    ];

    public static IEnumerable<OperationCase> All => [.. Samples(), .. Mixes(), .. Reflections(), .. Places(), .. Augmentations()];

    private static IEnumerable<OperationCase> Augmentations()
    {
        (string Name, IAugmentation Augmentation)[] augmentations =
        [
            ("DiffAugment of colours", new DiffAugment(DiffAugmentPolicy.Color)),
            ("DiffAugment of everything", new DiffAugment(DiffAugmentPolicy.Color | DiffAugmentPolicy.Translation | DiffAugmentPolicy.Cutout)),
            ("Ada at p = 0.4", new Ada(new(Batch: 4, Fixed: 0.4f))),
            ("Ada at p = 1", new Ada(new(Batch: 4, Fixed: 1))),
        ];
        foreach (var (name, augmentation) in augmentations)
        {
            foreach (int[] shape in new int[][] { [2, 4, 4, 3], [2, 3, 5, 1], [1, 4, 4, 2], [2, 3, 4, 4] })
            {
                yield return new($"{name} of [{string.Join(", ", shape)}]", inputs =>
                {
                    var y = augmentation.Apply(inputs.Uniform(shape), seed: 1, stream: 3, new Counter("step"));
                    // What was drawn comes along for the reference to compute with.
                    return [y, .. inputs.Graph.Tensors.Where(tensor => tensor.Operation is RandomUniform or RandomNormal)];
                })
                {
                    Differentiable = true,
                    Tolerance = Positions.Times(8, "contrast and saturation multiply up to tenfold what geometry has rounded."),
                };
            }
        }
    }

    private static IEnumerable<OperationCase> Samples()
    {
        foreach (var border in Enum.GetValues<Border>())
        {
            foreach (bool transpose in new[] { false, true })
            {
                string name = $"{(transpose ? "AffineSampleTranspose" : "AffineSample")} with a border that is {border}";
                foreach (var (what, map) in Maps)
                {
                    foreach (int[] shape in new int[][] { [1, 5, 6, 1], [1, 4, 3, 3] })
                    {
                        yield return new($"{name}, {what}, of [{string.Join(", ", shape)}]", inputs =>
                            [Sample(inputs.Uniform(shape), inputs.Graph.Literal(Shape.Of(1, 6), map), border, transpose)])
                        {
                            Differentiable = true,
                            Tolerance = Positions,
                        };
                    }
                }
                foreach (int[] shape in new int[][] { [3, 48, 48, 3], [2, 33, 70, 1], [3, 17, 9, 4], [2, 8, 130, 2], [5, 1, 1, 3], [2, 2, 67, 5] })
                {
                    yield return new($"{name}, a map for each of [{string.Join(", ", shape)}]", inputs =>
                        [Sample(inputs.Uniform(shape), inputs.Graph.Read(inputs.Variable(6 * shape[0]), 0, Shape.Of(shape[0], 6)) * 1.5f, border, transpose)])
                    { Tolerance = Positions.Times(8, "a squeezed image is the sum of as many pixels as fall on one.") };
                }
            }
        }
    }

    // A position of up to a hundred pixels is rounded by 4e-6, and with it the weights of its neighbours.
    private static Tolerance Positions { get; } = new(3e-5, 1, "Positions of up to a hundred pixels round by 4e-6, weights with them; a pixel is made from four.");

    private static Tensor Sample(Tensor x, Tensor map, Border border, bool transpose) =>
        transpose ? x.Graph.AffineSampleTranspose(x, map, border) : x.Graph.AffineSample(x, map, border);

    private static IEnumerable<OperationCase> Mixes()
    {
        foreach (bool transpose in new[] { false, true })
        {
            foreach (int channels in new[] { 1, 2, 3, 4 })
            {
                yield return new($"MixChannels{(transpose ? "^T" : "")} of {channels}", inputs => [Mix(inputs, transpose, 2, 3, 4, channels)]) { Differentiable = true };
            }
            foreach (int[] shape in new int[][] { [3, 48, 48, 3], [2, 1, 1025, 4], [5, 1, 1, 3], [2, 40, 40, 2] })
            {
                yield return new($"MixChannels{(transpose ? "^T" : "")} of [{string.Join(", ", shape)}]", inputs => [Mix(inputs, transpose, shape)]);
            }
        }
    }

    private static IEnumerable<OperationCase> Reflections()
    {
        (int[] Shape, int Padding, bool IsSmall)[] shapes =
            [([2, 4, 5, 3], 1, true), ([1, 4, 4, 2], 3, true), ([2, 3, 6, 1], 2, true), ([1, 2, 2, 9], 1, true), ([2, 17, 9, 16], 3, false), ([3, 48, 48, 3], 3, false), ([1, 5, 130, 33], 4, false)];
        foreach (bool isTwice in new[] { false, true })
        {
            foreach (var (shape, padding, isSmall) in isTwice ? [.. shapes, ([2, 1, 1, 5], 1, true), ([2, 3, 1, 4], 1, true)] : shapes)
            {
                string what = $"of {padding} pixels {(isTwice ? "with the border twice " : "")}around [{string.Join(", ", shape)}]";
                yield return new($"ReflectionPad {what}", inputs => [inputs.Graph.ReflectionPad(inputs.Uniform(shape).Square(), padding, isTwice)]) { Differentiable = isSmall };
                yield return new($"ReflectionPadTranspose {what}", inputs =>
                    [inputs.Graph.ReflectionPadTranspose(inputs.Uniform(shape[0], shape[1] + 2 * padding, shape[2] + 2 * padding, shape[3]).Square(), padding, isTwice)])
                { Differentiable = isSmall };
            }
        }
    }

    private static IEnumerable<OperationCase> Places()
    {
        (int[] Shape, int Count, bool IsSmall)[] shapes =
            [([2, 3, 4, 2], 5, true), ([1, 4, 4, 3], 15, true), ([2, 2, 1, 1], 1, true), ([2, 2, 3, 2], 9, true),
            ([3, 17, 9, 16], 100, false), ([4, 48, 48, 3], 256, false), ([1, 64, 70, 33], 256, false)];
        foreach (var (shape, count, isSmall) in shapes)
        {
            string what = $"{count} places of [{string.Join(", ", shape)}]";
            foreach (float key in new[] { 0, 0.3f })
            {
                Tensor Key(CaseInputs inputs) => inputs.Graph.Literal(Shape.Of(2), key, 1 - 1f / (1 << 24));
                yield return new($"GatherPlaces, {what} by {key}", inputs => [inputs.Graph.GatherPlaces(inputs.Uniform(shape).Square(), Key(inputs), count)]) { Differentiable = isSmall };
                if (count < shape[1] * shape[2])
                {
                    yield return new($"GatherPlacesTranspose, {what} by {key}", inputs =>
                        [inputs.Graph.GatherPlacesTranspose(inputs.Uniform(shape[0], count, shape[3]).Square(), Key(inputs), shape[1], shape[2])])
                    { Differentiable = isSmall };
                }
            }
        }
    }

    private static Tensor Mix(CaseInputs inputs, bool transpose, params int[] shape) => inputs.Graph.MixChannels(
        inputs.Uniform(shape), inputs.Graph.Read(inputs.Variable(shape[0] * shape[3] * shape[3]), 0, Shape.Of(shape[0], shape[3] * shape[3])), transpose);
}
