namespace IlgpuGan.Graphs;

/// <summary>What a tensor is made by. Equal operations on equal inputs are one node: records compare by value.</summary>
internal abstract record Operation;

/// <summary>What is drawn anew for each value of a counter.</summary>
internal abstract record Drawn : Operation
{
    /// <summary>The leaf of the batch that it is drawn for; null where it is the same for all, or the batch is one.</summary>
    public LeafPart? Part { get; init; }
}

/// <summary>The same number everywhere; shape [1].</summary>
internal sealed record Constant(float Value) : Operation;

/// <summary>Numbers that are part of the program, such as the taps of a fixed filter. Compared by reference of the array, which must not change.</summary>
internal sealed record Literal(float[] Values) : Operation;

/// <summary>A window of a variable. The version tells reads before an update from reads after it.</summary>
internal sealed record Read(Variable Variable, int Offset, int Version) : Operation;

/// <summary>Element by element, of one operand.</summary>
internal sealed record Unary(UnaryFunction Function) : Operation;

/// <summary>
/// Element by element, of two operands. The result has the larger shape; the other operand may be a scalar [1], one row
/// [columns], or one column [..., 1].
/// </summary>
internal sealed record Binary(BinaryFunction Function) : Operation;

/// <summary>The operand repeated to a larger shape by the rules of <see cref="Binary"/>.</summary>
internal sealed record Broadcast : Operation;

/// <summary>
/// gamma (x - mean) rstd + beta, inputs x [..., C], mean [C], rstd [C], gamma [C], beta [C]. Its gradient takes mean and rstd
/// for functions of x (Ioffe and Szegedy 2015) unless the mean is read from a variable; none flows to those two inputs.
/// </summary>
internal sealed record BatchNormalize : Operation;

/// <summary>Sum over all axes but the last: [..., C] to [C], in a fixed order.</summary>
internal sealed record SumRows : Operation;

/// <summary>Sum over the last axis: [..., C] to [..., 1], in a fixed order.</summary>
internal sealed record SumColumns : Operation;

/// <summary>Sum over the pixels of each image: [N, ..., C] to [N, 1, ..., 1, C], in a fixed order.</summary>
internal sealed record SumPixels : Operation;

/// <summary>Each image's one pixel repeated: [N, 1, ..., 1, C] to [N, ..., C].</summary>
internal sealed record RepeatPixels : Operation;

/// <summary>
/// A row's columns moved right by Shift (left where it is negative): [..., C] to [..., columns], zeros where nothing comes to lie. It is what
/// slices and concatenations are made of.
/// </summary>
internal sealed record ShiftColumns(int Shift) : Operation;

/// <summary>
/// The largest over the last axis: [..., C] to [..., 1]. Its gradient goes to the largest element; where several are equal, to each of them
/// whole. In log-sum-exp, which is shifted by it, that does not matter: the shift cancels.
/// </summary>
internal sealed record MaxColumns : Operation;

/// <summary>The same elements under another shape; moves nothing.</summary>
internal sealed record Reshape : Operation;

/// <summary>The same elements, through which no gradient flows; moves nothing.</summary>
internal sealed record Detach : Operation;

/// <summary>op(A) op(B) of matrices: [M, K] [K, N] to [M, N], each operand stored transposed if its flag says so.</summary>
internal sealed record MatrixProduct(bool TransposeLeft, bool TransposeRight) : Operation;

/// <summary>y = convolution of x with w: x [N, H, W, C], w [R, S, C, K] to y [N, P, Q, K].</summary>
internal sealed record Convolution(ConvolutionGeometry Geometry) : Operation;

/// <summary>The gradient of <see cref="Convolution"/> with respect to x, which is the transposed convolution: y [N, P, Q, K], w [R, S, C, K] to x [N, H, W, C].</summary>
internal sealed record ConvolutionDataGradient(ConvolutionGeometry Geometry) : Operation;

/// <summary>The gradient of <see cref="Convolution"/> with respect to w: x [N, H, W, C], y [N, P, Q, K] to w [R, S, C, K].</summary>
internal sealed record ConvolutionWeightGradient(ConvolutionGeometry Geometry) : Operation;

/// <summary>
/// Images seen through an affine map each, between pixels by bilinear interpolation: x [N, H, W, C], coefficients [N, 6] to y [N, H, W, C].
/// Coefficients (a, b, c, d, e, f) make the pixel of y that lies (u, v) right of and below the centre from the position (a u + b v + c,
/// d u + e v + f) of x, in pixels; they carry no gradient.
/// </summary>
/// <param name="Border">What lies beyond the borders of x.</param>
internal sealed record AffineSample(Border Border) : Operation;

/// <summary>The gradient of <see cref="AffineSample"/> with respect to x, which is its transpose: y [N, H, W, C], coefficients [N, 6] to x [N, H, W, C].</summary>
internal sealed record AffineSampleTranspose(Border Border) : Operation;

/// <summary>
/// y = M x for each pixel x, a vector of channels, or M^T x: x [N, H, W, C], matrices M [N, C * C] row by row, one for each image, which carry no
/// gradient.
/// </summary>
internal sealed record MixChannels(bool Transpose) : Operation;

/// <summary>
/// Images with so many more pixels on each side, the mirror image of what lies within: x [N, H, W, C] to y [N, H + 2 p, W + 2 p, C].
/// </summary>
/// <param name="Padding">p.</param>
/// <param name="IsBorderTwice">Whether the pixels at the border come twice, rather than being the mirror.</param>
internal sealed record ReflectionPad(int Padding, bool IsBorderTwice) : Operation;

/// <summary>The gradient of <see cref="ReflectionPad"/>, which is its transpose: each pixel of y given to the one it comes from, [N, H + 2 p, W + 2 p, C] to [N, H, W, C].</summary>
internal sealed record ReflectionPadTranspose(int Padding, bool IsBorderTwice) : Operation;

/// <summary>
/// Some places of images, drawn at random, the same of every image and none twice: x [N, H, W, C], key [2] to y [N, Count, C]. The key, two numbers from 0 to below 1, carries no gradient.
/// </summary>
/// <param name="Count">How many places, fewer than there are.</param>
internal sealed record GatherPlaces(int Count) : Operation;

/// <summary>The gradient of <see cref="GatherPlaces"/>, which is its transpose: y [N, S, C], key [2] to x [N, H, W, C], zeros where nothing was taken.</summary>
internal sealed record GatherPlacesTranspose : Operation;

/// <summary>Mean over all logits x of softplus(x) - t x: binary cross entropy with target t, shape [1].</summary>
internal sealed record BceLoss(float Target) : Operation;

/// <summary>Gradient of <see cref="BceLoss"/>: (sigmoid(x) - t) / n, the shape of x. Computed in the loss's own pass.</summary>
internal sealed record BceGradient(float Target) : Operation;

/// <summary>Mean of sigmoid(x), shape [1]. Computed in the loss's own pass.</summary>
internal sealed record MeanProbability(float Target) : Operation;

/// <summary>Standard normal numbers: a pure function of (seed, stream, counter, index), Philox4x32-10 (Salmon et al. 2011) and Box-Muller.</summary>
internal sealed record RandomNormal(ulong Seed, int Stream, Counter Counter) : Drawn;

/// <summary>Numbers uniform in [0, 1), from the same generator.</summary>
internal sealed record RandomUniform(ulong Seed, int Stream, Counter Counter) : Drawn;

/// <summary>
/// The batch of a counter's value: images picked without replacement within an epoch, a window of each where the batch's are smaller, mirrored at random if asked,
/// scaled from bytes to [-1, 1]; shape [N, H, W, C].
/// </summary>
internal sealed record GatherImages(ByteSource Source, ulong Seed, int Stream, Counter Counter, bool Flip) : Drawn;

/// <summary>
/// The labels of the batch that <see cref="GatherImages"/> gives for the same counter and seed, as one-hot rows [N, Width]: those of
/// several columns lie side by side, so each row holds as many ones as there are columns.
/// </summary>
internal sealed record GatherLabels(LabelSource Source, ulong Seed, Counter Counter) : Drawn;

/// <summary>The rows of a variable [Rows, ...] for a counter's value, picked without replacement within an epoch; shape [N, ...].</summary>
internal sealed record GatherRows(Variable Source, int Rows, ulong Seed, Counter Counter) : Drawn;

/// <summary>Writes its input into a window of a variable.</summary>
internal sealed record Assign(Variable Variable, int Offset) : Operation;

/// <summary>
/// One step of an optimiser on parameters of a set, with the exponential moving average of the weights in the same pass. Inputs:
/// the gradients in the order of the parameters, then, all [1], learning rate, beta1, beta2 and half-life of the average in updates. The
/// counter holds the updates made before.
/// </summary>
internal sealed record ParameterUpdate(ParameterSet Parameters, UpdateRule Rule, float Epsilon, float WeightDecay, Counter Counter) : Operation
{
    /// <summary>Those of the set that are updated, neighbours in it.</summary>
    public IReadOnlyList<Parameter> Updated { get; init; } = Parameters.Parameters;

    /// <summary>Where in the set's arrays they begin.</summary>
    public int Offset => Updated[0].Offset;

    /// <summary>The floats of the set's arrays that they take, what fills them up included.</summary>
    public int Extent => Variable.Align(Updated[^1].Offset + Updated[^1].Shape.Size) - Offset;

    /// <summary>How many numbers are updated.</summary>
    public int Size => Updated.Sum(parameter => parameter.Shape.Size);

    /// <summary>Number of the inputs that are no gradients.</summary>
    public const int Rates = 4;

    /// <summary>Whether the gradients lie in the set already, summed over leaves, and are no inputs.</summary>
    public bool AreSummed { get; init; }
}

/// <summary>
/// Adds the gradients of a leaf to those of the leaves before it. Inputs: the gradients in the order of the parameters that are updated. With the last leaf the set's gradients are the mean
/// over all, and what lies behind them in their variable is the sum (<see cref="ParameterSet.Beside"/>), but for the means at its beginning.
/// </summary>
/// <param name="Parameters">The set.</param>
/// <param name="Leaf">Which leaf.</param>
/// <param name="Means">How many of the variable's numbers are means; the set's gradients are the first of them.</param>
/// <param name="Partials">Holds sums until they are joined, <see cref="Leaf.Levels"/> times as many numbers as the gradients' variable.</param>
internal sealed record SumLeaves(ParameterSet Parameters, Leaf Leaf, int Means, Variable Partials) : Operation
{
    /// <summary>Those of the set whose gradients are added; what the others have stays at zero.</summary>
    public IReadOnlyList<Parameter> Updated { get; init; } = Parameters.Parameters;
}

/// <summary>Writes its input, one row for each image of a leaf, to the leaf's place in a window of a variable for all images of the batch, and zeros to the others'.</summary>
internal sealed record PlaceLeaf(Variable Variable, int Offset, Leaf Leaf) : Operation;

/// <summary>Gives a counter the value of another.</summary>
internal sealed record CopyCounter(Counter From, Counter To) : Operation;

/// <summary>Adds one to a counter.</summary>
internal sealed record Advance(Counter Counter) : Operation;

/// <summary>The value of a counter as a float, shape [1]: what schedules are functions of. Exact up to 2^24.</summary>
internal sealed record CounterValue(Counter Counter) : Operation;

/// <summary>Ends a segment of the program: a plan can run its segments one by one, and each more than once.</summary>
internal sealed record SegmentEnd : Operation
{
    /// <summary>Whether nothing that it computes is used after it, but what it writes into variables.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Whether it runs several times in a row, each time right after the one before it or after itself.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Of one that is repeated, the variables that others write in between.</summary>
    public IReadOnlyList<Variable> Given { get; init; } = [];
}
