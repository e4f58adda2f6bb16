namespace IlgpuGan.Imaging;

/// <summary>A channel of a JPEG.</summary>
/// <param name="Id">Its number, by which scans name it.</param>
/// <param name="Across">Its blocks beside each other in a unit of the picture (MCU).</param>
/// <param name="Down">Its blocks above each other in a unit.</param>
internal sealed record JpegComponent(int Id, int Across, int Down);

/// <summary>What a JPEG's start of frame says of the picture's size in blocks of 8 x 8 pixels.</summary>
internal sealed record JpegFrame(int Height, int Width, JpegComponent[] Components)
{
    private int Widest => Components.Max(component => component.Across);

    private int Highest => Components.Max(component => component.Down);

    /// <summary>Units (MCU) of the picture.</summary>
    public int Units => Blocks(Width, Widest) * Blocks(Height, Highest);

    /// <summary>Reads the segment of a start of frame; null where it makes no picture whose blocks can be counted.</summary>
    public static JpegFrame? Read(ReadOnlySpan<byte> segment)
    {
        int count = segment.Length > 5 ? segment[5] : 0;
        if (count is < 1 or > 4 || segment.Length < 6 + (3 * count))
        {
            return null;
        }

        var components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            int factors = segment[7 + (3 * i)];
            components[i] = new JpegComponent(segment[6 + (3 * i)], factors >> 4, factors & 15);
        }

        var frame = new JpegFrame((segment[1] << 8) | segment[2], (segment[3] << 8) | segment[4], components);
        // A height of nought is told behind the first scan (DNL), which nobody writes.
        return frame is { Height: > 0, Width: > 0 } && Array.TrueForAll(components, component => component is { Across: >= 1 and <= 4, Down: >= 1 and <= 4 }) ? frame : null;
    }

    /// <summary>Blocks of a channel, where a scan holds no other.</summary>
    public int BlocksOf(JpegComponent component) => Own(Width, component.Across, Widest) * Own(Height, component.Down, Highest);

    private static int Blocks(int side, int factor) => (side + (8 * factor) - 1) / (8 * factor);

    private static int Own(int side, int factor, int largest) => ((((side * factor) + largest - 1) / largest) + 7) / 8;
}
