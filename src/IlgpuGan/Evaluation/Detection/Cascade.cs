namespace IlgpuGan.Evaluation.Detection;

/// <summary>What the features of a cascade are of.</summary>
internal enum CascadeFeatures
{
    /// <summary>Multi-scale block local binary patterns (Liao et al. 2007): which of the eight neighbours of a block are at least as bright as it.</summary>
    Lbp,

    /// <summary>Weighted sums of rectangles, upright or turned by 45 degrees (Viola and Jones 2001, Lienhart and Maydt 2002), over the deviation of the window.</summary>
    Haar,
}

/// <summary>
/// A cascade of boosted trees over a window, as OpenCV has it: a window is a face if every stage's sum reaches its threshold.
/// </summary>
/// <param name="Width">Columns of the window.</param>
/// <param name="Height">Rows of the window.</param>
/// <param name="Kind">What its features are of.</param>
/// <param name="Stages">The stages.</param>
/// <param name="Features">The features.</param>
internal sealed record Cascade(int Width, int Height, CascadeFeatures Kind, CascadeStage[] Stages, CascadeFeature[] Features);

/// <summary>A stage.</summary>
/// <param name="Threshold">What the sum of its trees must reach.</param>
/// <param name="Trees">Its trees.</param>
internal sealed record CascadeStage(float Threshold, CascadeTree[] Trees);

/// <summary>A tree; of one node a stump.</summary>
/// <param name="Nodes">Its nodes, the root first.</param>
/// <param name="Leaves">Values of its leaves.</param>
internal sealed record CascadeTree(CascadeNode[] Nodes, float[] Leaves);

/// <summary>A node.</summary>
/// <param name="Left">Where it goes on to the left: a node further on where above 0, else the leaf of that number without its sign.</param>
/// <param name="Right">Likewise to the right.</param>
/// <param name="Feature">The feature that it asks for.</param>
/// <param name="Threshold">Of numbers: below it goes left.</param>
/// <param name="Subset">Of patterns, 256 bits: those that go left.</param>
internal sealed record CascadeNode(int Left, int Right, int Feature, float Threshold, int[] Subset);

/// <summary>A feature.</summary>
/// <param name="Rectangles">Of patterns the block in the corner at the top left of nine; of sums two or three rectangles.</param>
/// <param name="IsTilted">Whether they are turned by 45 degrees.</param>
internal sealed record CascadeFeature(CascadeRectangle[] Rectangles, bool IsTilted);

/// <summary>A rectangle of a window.</summary>
/// <param name="X">First column; of one that is turned, of its uppermost corner.</param>
/// <param name="Y">First row, likewise.</param>
/// <param name="Width">Columns; of one that is turned, steps to the right and down.</param>
/// <param name="Height">Rows; of one that is turned, steps to the left and down.</param>
/// <param name="Weight">What its sum counts.</param>
internal readonly record struct CascadeRectangle(int X, int Y, int Width, int Height, float Weight);
