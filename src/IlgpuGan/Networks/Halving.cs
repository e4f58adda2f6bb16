namespace IlgpuGan.Networks;

/// <summary>Which sides a DCGAN halves on its way from the image to its smallest feature map.</summary>
public enum Halving
{
    /// <summary>
    /// Any, down to 3 to 5 pixels: of an odd side a row is left over, which G adds again by an output padding. 28 pixels become 14, 7, 3, and 72 become 36, 18, 9, 4. Sides of which one is
    /// odd and the other even are not halved.
    /// </summary>
    Any,

    /// <summary>Even ones alone: 28 pixels become 14, 7, and 72 become 36, 18, 9, whose D has few parameters and judges by large patterns.</summary>
    Even,
}
