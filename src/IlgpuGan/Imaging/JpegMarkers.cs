namespace IlgpuGan.Imaging;

/// <summary>What the markers of a JPEG file say that the decoder does not tell (ITU-T T.81, annex B). Pixels are not looked at.</summary>
/// <param name="IsWhole">
/// Whether the picture ends with its own marker, EOI. Of a progressive picture that was cut the decoder makes a blurred one
/// without a word, of a file whose end was never written (zeros) a grey one.
/// </param>
/// <param name="Process">Number of the start of frame: 0 baseline, 1 extended, 2 progressive, others are rare; -1 where none was found.</param>
/// <param name="BitsPerChannel">Bits of one stored value: 8, or 12 in pictures of some devices.</param>
/// <param name="Skew">
/// How much more a channel is thinned out along one side than along the other: 2 for 4:2:2, 1 for 4:2:0 and 4:4:4. A decoder that
/// reduces makes up for thinning on both sides, and leaves such a channel coarser than the picture by this.
/// </param>
internal readonly record struct JpegMarkers(bool IsWhole, int Process, int BitsPerChannel, int Skew)
{
    private const byte EndOfImage = 0xD9;

    /// <summary>Walks the markers of the first picture.</summary>
    public static JpegMarkers Read(ReadOnlySpan<byte> file)
    {
        int process = -1;
        int bits = 8;
        int skew = 1;
        int at = 2;
        while (NextMarker(file, ref at) is byte marker and not 0)
        {
            if (marker == EndOfImage)
            {
                return new JpegMarkers(true, process, bits, skew);
            }

            // Restarts and TEM have no length.
            if (marker is >= 0xD0 and <= 0xD8 or 0x01)
            {
                continue;
            }

            if (at + 2 > file.Length)
            {
                break;
            }

            int length = (file[at] << 8) | file[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && at + 2 < file.Length)
            {
                process = marker - 0xC0;
                bits = file[at + 2];
                skew = SkewOf(file[at..Math.Min(at + length, file.Length)]);
            }

            at += Math.Max(2, length);
        }

        return new JpegMarkers(false, process, bits, skew);
    }

    /// <summary>From a start of frame: length 2, bits 1, height 2, width 2, channels 1, then of each channel its number, its two factors and its table.</summary>
    private static int SkewOf(ReadOnlySpan<byte> frame)
    {
        int widest = 1;
        int highest = 1;
        for (int i = 9; i < frame.Length; i += 3)
        {
            widest = Math.Max(widest, frame[i] >> 4);
            highest = Math.Max(highest, frame[i] & 15);
        }

        int skew = 1;
        for (int i = 9; i < frame.Length; i += 3)
        {
            int across = widest / Math.Max(1, frame[i] >> 4);
            int down = highest / Math.Max(1, frame[i] & 15);
            skew = Math.Max(skew, Math.Max(across, down) / Math.Min(across, down));
        }

        return skew;
    }

    /// <summary>Finds the next marker at or after a place, over the packed data of a scan too, where a byte 0 follows each FF; 0 at the end of the file.</summary>
    private static byte NextMarker(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length)
        {
            int found = file[at..].IndexOf((byte)0xFF);
            if (found < 0)
            {
                break;
            }

            at += found + 1;
            if (at < file.Length && file[at] is not (0x00 or 0xFF))
            {
                return file[at++];
            }
        }

        return 0;
    }
}
