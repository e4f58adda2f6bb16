namespace IlgpuGan.Evaluation.Detection;

/// <summary>Asks the stages of a cascade about windows of an image, whose sums are made once.</summary>
internal sealed class CascadeWindow
{
    private readonly Cascade cascade;
    private readonly int step;
    private readonly int[] sums, tilted;
    private readonly uint[] squares;

    private int at;
    private float scale;

    public CascadeWindow(Cascade cascade, GreyImage image)
    {
        this.cascade = cascade;
        step = image.Width + 1;
        sums = new int[step * (image.Height + 1)];
        bool isHaar = cascade.Kind == CascadeFeatures.Haar;
        squares = isHaar ? new uint[sums.Length] : [];
        for (int y = 0; y < image.Height; y++)
        {
            int row = 0;
            uint square = 0;
            for (int x = 0; x < image.Width; x++)
            {
                int value = image.Pixels[y * image.Width + x];
                int place = (y + 1) * step + x + 1;
                row += value;
                sums[place] = sums[place - step] + row;
                if (isHaar)
                {
                    square += (uint)(value * value);
                    squares[place] = squares[place - step] + square;
                }
            }
        }
        tilted = isHaar && cascade.Features.Any(feature => feature.IsTilted) ? Tilted(image) : [];
    }

    /// <summary>How many stages a window passes before one refuses it; -1 where it is of one grey, of which nothing is asked.</summary>
    public int StagesPassed(int x, int y)
    {
        at = y * step + x;
        if (cascade.Kind == CascadeFeatures.Haar && !Normalize())
        {
            return -1;
        }
        for (int stage = 0; stage < cascade.Stages.Length; stage++)
        {
            double sum = 0;
            foreach (var tree in cascade.Stages[stage].Trees)
            {
                sum += Value(tree);
            }
            if (sum < cascade.Stages[stage].Threshold)
            {
                return stage;
            }
        }
        return cascade.Stages.Length;
    }

    private float Value(CascadeTree tree)
    {
        int place = 0;
        do
        {
            var node = tree.Nodes[place];
            var feature = cascade.Features[node.Feature];
            bool isLeft;
            if (cascade.Kind == CascadeFeatures.Lbp)
            {
                int pattern = Pattern(feature.Rectangles[0]);
                isLeft = (node.Subset[pattern >> 5] & (1 << (pattern & 31))) != 0;
            }
            else
            {
                isLeft = Sum(feature) * scale < node.Threshold;
            }
            place = isLeft ? node.Left : node.Right;
        }
        while (place > 0);
        return tree.Leaves[-place];
    }

    // The neighbours clockwise from the corner at the top left, the first the highest bit.
    private int Pattern(CascadeRectangle block)
    {
        var (x, y, w, h, _) = block;
        int centre = Block(x + w, y + h, w, h);
        int Bit(int column, int row, int bit) => Block(x + column * w, y + row * h, w, h) >= centre ? bit : 0;
        return Bit(0, 0, 128) | Bit(1, 0, 64) | Bit(2, 0, 32) | Bit(2, 1, 16) | Bit(2, 2, 8) | Bit(1, 2, 4) | Bit(0, 2, 2) | Bit(0, 1, 1);
    }

    private float Sum(CascadeFeature feature)
    {
        float sum = 0;
        foreach (var (x, y, w, h, weight) in feature.Rectangles)
        {
            sum += weight * (feature.IsTilted
                ? Tilt(x, y) - Tilt(x - h, y + h) - Tilt(x + w, y + w) + Tilt(x + w - h, y + w + h)
                : Block(x, y, w, h));
        }
        return sum;
    }

    private int Block(int x, int y, int width, int height)
    {
        int corner = at + y * step + x, below = corner + height * step;
        return sums[corner] - sums[corner + width] - sums[below] + sums[below + width];
    }

    private int Tilt(int x, int y) => tilted[at + y * step + x];

    // The window without its border: what features are divided by.
    private bool Normalize()
    {
        int corner = at + step + 1, width = cascade.Width - 2, height = cascade.Height - 2, below = corner + height * step;
        int sum = Block(1, 1, width, height);
        uint square = squares[corner] - squares[corner + width] - squares[below] + squares[below + width];
        double area = (double)width * height, variance = area * square - (double)sum * sum;
        if (variance <= 0)
        {
            return false;
        }
        scale = (float)(1 / Math.Sqrt(variance));
        return area * scale < 1e-1;
    }

    /// <summary>At [y, x] the sum of the pixels above in the cone that opens upwards by a pixel to each side with every row (Lienhart and Maydt 2002).</summary>
    private int[] Tilted(GreyImage image)
    {
        var result = new int[sums.Length];
        int Pixel(int y, int x) => y < 0 || x < 0 || x >= image.Width ? 0 : image.Pixels[y * image.Width + x];
        // Beside the image, where cones still reach into it, there is nothing to begin with: a row is made of two above it, so their ends are summed directly.
        int Cone(int y, int x)
        {
            int sum = 0;
            for (int row = y - 1, reach = 0; row >= 0; row--, reach++)
            {
                int first = Math.Max(0, x - 1 - reach), last = Math.Min(image.Width - 1, x - 1 + reach);
                for (int column = first; column <= last; column++)
                {
                    sum += image.Pixels[row * image.Width + column];
                }
            }
            return sum;
        }
        for (int y = 1; y <= image.Height; y++)
        {
            result[y * step] = Cone(y, 0);
            result[y * step + image.Width] = Cone(y, image.Width);
            for (int x = 1; x < image.Width; x++)
            {
                int above = (y - 1) * step + x;
                result[y * step + x] = result[above - 1] + result[above + 1] - (y > 1 ? result[above - step] : 0) + Pixel(y - 1, x - 1) + Pixel(y - 2, x - 1);
            }
        }
        return result;
    }
}
