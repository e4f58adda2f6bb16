using IlgpuGan.Graphs;
using IlgpuGan.Networks;

namespace IlgpuGan.Training.Transfer;

/// <summary>
/// Stages of r3 that are new at the image, whose residuals begin at nought: between them only convolutions of one pixel change the number of channels. The first
/// channels of these carry the picture itself, so that a new G draws the old one's pictures, enlarged, and a new D judges pictures as the old one does when they are reduced.
/// </summary>
internal static class PictureStages
{
    /// <summary>Lets new stages hand the picture on; false where there are none, or where they are built otherwise.</summary>
    /// <param name="old">The parent's network.</param>
    /// <param name="made">The new one.</param>
    /// <param name="oldValues">The parent's weights.</param>
    /// <param name="newValues">The new ones, which are written.</param>
    public static bool PassOn(NetworkSide old, NetworkSide made, Func<Parameter, float[]> oldValues, Func<Parameter, float[]> newValues)
    {
        var added = LayerPairs.Of(old.Network, made.Network).Where(pair => pair.Old is null && pair.New.HasWeights).Select(pair => pair.New.Layer).ToList();
        if (added.Count == 0 || !added.TrueForAll(layer => layer is ResidualLayer or ConvolutionLayer { Geometry: { KernelHeight: 1, KernelWidth: 1 } })
            || LayerPairs.AtImage(old.Network).Layer is not ConvolutionLayer { Weight: var before } || LayerPairs.AtImage(made.Network).Layer is not ConvolutionLayer { Weight: var after }
            || before.Shape.Rows != before.Shape[2] || after.Shape.Rows != after.Shape[2])
        {
            return false;
        }

        var between = added.OfType<ConvolutionLayer>().Select(layer => layer.Weight).ToList();
        bool isGenerator = LayerPairs.IsGenerator(made.Network);
        int carried = isGenerator ? after.Shape[3] : after.Shape[2];
        if (between.Count == 0 || between.Append(after).Any(weight => Math.Min(weight.Shape[2], weight.Shape[3]) < carried)
            || (isGenerator ? between[0].Shape[2] != before.Shape[2] : between[0].Shape[3] != before.Shape[3] || made.LabelChannels != old.LabelChannels))
        {
            return false;
        }

        var channels = isGenerator ? AxisMaps.DrawnChannels(old.Channels, made.Channels)
            : AxisMaps.SeenChannels(old.Channels, made.Channels).Then(AxisMap.Same(made.LabelChannels));
        int width = isGenerator ? before.Shape[2] : before.Shape[3];
        var picture = new float[carried * width];
        AxisMap.Apply(isGenerator ? [AxisMap.Same(width), channels] : [channels, AxisMap.Same(width)], oldValues(before), picture);
        // From the layers that there were to the image: the first makes the picture of features, or the features of the picture.
        foreach (var (index, weight) in between.Append(after).Index())
        {
            float[] values = newValues(weight);
            int columns = weight.Shape[3];
            for (int row = 0; row < weight.Shape[2]; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    // What does not carry the picture neither adds to it nor, in D, is judged yet; all else is as a new network has it.
                    bool carries = isGenerator ? column < carried : weight == after || index > 0 ? column < carried : true;
                    if (carries)
                    {
                        values[(row * columns) + column] = index == 0 ? isGenerator ? picture[(row * carried) + column] : row < carried ? picture[(row * width) + column] : 0
                            : row == column ? 1 : 0;
                    }
                }
            }
        }

        return true;
    }
}
