using System.Globalization;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>What the images of a set hold that their pixels no longer show. Any thread may add; the same image may be added again.</summary>
internal sealed class ImageRemarks
{
    private readonly Lock adding = new();
    private readonly SortedSet<int> firstOfSeveral = [];
    private int largest;
    private bool anyDeep;

    /// <summary>Takes note of an image that was decoded.</summary>
    public void Add(int index, ImageFacts facts)
    {
        if (facts.BitsPerChannel <= 8 && facts.Frames <= 1)
        {
            return;
        }

        lock (adding)
        {
            if (facts.BitsPerChannel == 16)
            {
                anyDeep = true;
                largest = Math.Max(largest, facts.Largest);
            }

            if (facts.Frames > 1)
            {
                firstOfSeveral.Add(index);
            }
        }
    }

    /// <summary>What a user has to know, one sentence each.</summary>
    /// <param name="set">Name of the set.</param>
    /// <param name="itemName">Name of an image.</param>
    public IEnumerable<string> Of(string set, Func<int, string> itemName)
    {
        const int Quarter = 64;
        if (anyDeep && largest < Quarter)
        {
            int below = (largest + 1) << 8;
            yield return string.Create(CultureInfo.InvariantCulture,
                $"The 16-bit images in '{set}' use values below {below} of 65535 only, so they are nearly black: write them anew, multiplied by {65536 / below}, to train on their whole range.");
        }

        if (firstOfSeveral.Count > 0)
        {
            string others = firstOfSeveral.Count == 1 ? "holds" : $"and {firstOfSeveral.Count - 1} more in '{set}' hold";
            yield return $"'{itemName(firstOfSeveral.Min)}' {others} several pages or frames, of which the first was taken; save the others as files of their own to train on them.";
        }
    }
}
