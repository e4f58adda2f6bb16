
namespace IlgpuGan.Imaging;

/// <summary>
/// The 256 colours that stand for those of a picture: its colours, in cells of 4 x 4 x 4, are cut in two where that lowers the squared error most,
/// again and again (Wu 1991); up to 256 different colours stay as they are. There is no error diffusion: its noise would flicker from frame to frame
/// and not compress.
/// </summary>
internal sealed class GifPalette
{
    private const int Colours = 256, Bits = 6, Shift = 8 - Bits;

    private readonly Cell?[] cells = new Cell?[1 << (3 * Bits)];
    private readonly List<Cell> occupied = [];

    /// <summary>Chooses the colours of a picture.</summary>
    /// <param name="pixels">[height, width, channels], straight alpha, which lies on white.</param>
    /// <param name="channels">1 to 4.</param>
    /// <param name="indices">[height, width]: the colour of each pixel.</param>
    /// <returns>256 colours, RGB.</returns>
    public byte[] Reduce(ReadOnlySpan<byte> pixels, int channels, Span<byte> indices)
    {
        if (Exact(pixels, channels, indices) is { } exact)
        {
            return exact;
        }

        Collect(pixels, channels);
        var boxes = Cut([.. occupied]);
        var colours = new byte[Colours * 3];
        for (int i = 0; i < boxes.Count; i++)
        {
            boxes[i].Colour(colours.AsSpan(i * 3, 3));
            foreach (var cell in boxes[i].Cells)
            {
                cell.Index = (byte)i;
            }
        }

        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = cells[Place(Rgb(pixels, i, channels))]!.Index;
        }

        return colours;
    }

    private static byte[]? Exact(ReadOnlySpan<byte> pixels, int channels, Span<byte> indices)
    {
        var known = new Dictionary<int, byte>();
        var colours = new byte[Colours * 3];
        for (int i = 0; i < indices.Length; i++)
        {
            var (red, green, blue) = Rgb(pixels, i, channels);
            int colour = (red << 16) | (green << 8) | blue;
            if (!known.TryGetValue(colour, out byte index))
            {
                if (known.Count == Colours)
                {
                    return null;
                }

                known[colour] = index = (byte)known.Count;
                (colours[index * 3], colours[(index * 3) + 1], colours[(index * 3) + 2]) = (red, green, blue);
            }

            indices[i] = index;
        }

        return colours;
    }

    private void Collect(ReadOnlySpan<byte> pixels, int channels)
    {
        Array.Clear(cells);
        occupied.Clear();
        for (int i = 0; i < pixels.Length / channels; i++)
        {
            var colour = Rgb(pixels, i, channels);
            ref var cell = ref cells[Place(colour)];
            if (cell is null)
            {
                cell = new Cell();
                occupied.Add(cell);
            }

            cell.Add(colour);
        }
    }

    private static List<Box> Cut(Cell[] all)
    {
        var boxes = new PriorityQueue<Box, double>();
        var done = new List<Box>();
        Enqueue(new Box(all));
        while (boxes.Count > 0 && boxes.Count + done.Count < Colours)
        {
            var (low, high) = boxes.Dequeue().Split();
            Enqueue(low);
            Enqueue(high);
        }

        return [.. done, .. boxes.UnorderedItems.Select(item => item.Element)];

        void Enqueue(Box box)
        {
            if (box.Cells.Length > 1)
            {
                boxes.Enqueue(box, -box.Error);
            }
            else
            {
                done.Add(box);
            }
        }
    }

    private static int Place((byte Red, byte Green, byte Blue) colour) =>
        (((colour.Red >> Shift) << (2 * Bits)) | ((colour.Green >> Shift) << Bits) | (colour.Blue >> Shift));

    private static (byte Red, byte Green, byte Blue) Rgb(ReadOnlySpan<byte> pixels, int i, int channels)
    {
        var pixel = pixels.Slice(i * channels, channels);
        var (red, green, blue) = channels >= 3 ? (pixel[0], pixel[1], pixel[2]) : (pixel[0], pixel[0], pixel[0]);
        if (channels is 1 or 3)
        {
            return (red, green, blue);
        }

        int alpha = pixel[^1];
        return (OnWhite(red, alpha), OnWhite(green, alpha), OnWhite(blue, alpha));
    }

    private static byte OnWhite(int value, int alpha) => (byte)(255 - ((((255 - value) * alpha) + 127) / 255));

    /// <summary>Colours that lie close together.</summary>
    private sealed class Cell
    {
        public long Count, Red, Green, Blue;

        public byte Index;

        public void Add((byte Red, byte Green, byte Blue) colour)
        {
            Count++;
            Red += colour.Red;
            Green += colour.Green;
            Blue += colour.Blue;
        }

        public double Mean(int axis) => (double)(axis == 0 ? Red : axis == 1 ? Green : Blue) / Count;
    }

    /// <summary>Cells that one colour stands for.</summary>
    private sealed class Box(Cell[] cells)
    {
        public Cell[] Cells => cells;

        /// <summary>Squared distance of all pixels to their mean, summed.</summary>
        public double Error { get; } = Enumerable.Range(0, 3).Sum(axis => Spread(cells, axis));

        public void Colour(Span<byte> colour)
        {
            long count = cells.Sum(cell => cell.Count);
            colour[0] = (byte)((cells.Sum(cell => cell.Red) + (count / 2)) / count);
            colour[1] = (byte)((cells.Sum(cell => cell.Green) + (count / 2)) / count);
            colour[2] = (byte)((cells.Sum(cell => cell.Blue) + (count / 2)) / count);
        }

        /// <summary>Cuts across the longest axis where the squared error along it falls most.</summary>
        public (Box Low, Box High) Split()
        {
            int axis = Enumerable.Range(0, 3).MaxBy(axis => Spread(cells, axis));
            Cell[] sorted = [.. cells.OrderBy(cell => cell.Mean(axis))];
            double sum = sorted.Sum(cell => cell.Mean(axis) * cell.Count), count = sorted.Sum(cell => cell.Count), below = 0, passed = 0, best = -1;
            int cut = 1;
            for (int i = 1; i < sorted.Length; i++)
            {
                below += sorted[i - 1].Mean(axis) * sorted[i - 1].Count;
                passed += sorted[i - 1].Count;
                double gain = (below * below / passed) + ((sum - below) * (sum - below) / (count - passed));
                (best, cut) = gain > best ? (gain, i) : (best, cut);
            }

            return (new Box(sorted[..cut]), new Box(sorted[cut..]));
        }

        private static double Spread(Cell[] cells, int axis)
        {
            double count = 0, sum = 0, squares = 0;
            foreach (var cell in cells)
            {
                double mean = cell.Mean(axis);
                count += cell.Count;
                sum += mean * cell.Count;
                squares += mean * mean * cell.Count;
            }

            return squares - (sum * sum / count);
        }
    }
}
