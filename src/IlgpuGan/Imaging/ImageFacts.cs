namespace IlgpuGan.Imaging;

/// <summary>What decoding an image showed beyond its pixels, so that a set can say what became of it.</summary>
/// <param name="BitsPerChannel">Bits of one stored value.</param>
/// <param name="Largest">The largest colour value, in 255ths of what the bits can hold; measured where <paramref name="BitsPerChannel"/> is above 8, else 255.</param>
/// <param name="Frames">Pages or frames of the file, of which the first was taken.</param>
public readonly record struct ImageFacts(int BitsPerChannel, byte Largest, int Frames);
