namespace IlgpuGan.Imaging;

/// <summary>What the markers of a JPEG file say that the decoder does not tell (ITU-T T.81, annex B). Pixels are not looked at.</summary>
/// <param name="IsWhole">
/// Whether the picture ends with its own marker, EOI. Of a progressive picture that was cut the decoder makes a blurred one
/// without a word, of a file whose end was never written (zeros) a grey one.
/// </param>
/// <param name="Process">Number of the start of frame: 0 baseline, 1 extended, 2 progressive, others are rare; -1 where none was found.</param>
/// <param name="BitsPerChannel">Bits of one stored value: 8, or 12 in pictures of some devices.</param>
internal readonly record struct JpegMarkers(bool IsWhole, int Process, int BitsPerChannel)
{
    private const byte EndOfImage = 0xD9;

    /// <summary>Walks the markers of the first picture.</summary>
    public static JpegMarkers Read(ReadOnlySpan<byte> file)
    {
        int process = -1;
        int bits = 8;
        int at = 2;
        while (NextMarker(file, ref at) is byte marker and not 0)
        {
            if (marker == EndOfImage)
            {
                return new JpegMarkers(true, process, bits);
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
            }

            at += Math.Max(2, length);
        }

        return new JpegMarkers(false, process, bits);
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
