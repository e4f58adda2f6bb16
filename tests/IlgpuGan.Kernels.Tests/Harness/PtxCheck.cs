namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>What the PTX of every kernel must look like to run fast, or at all.</summary>
internal static class PtxCheck
{
    private static readonly string[] LocalMemory = [".local", "ld.local", "st.local", "__local_depot"];

    /// <summary>
    /// Fails when the kernel keeps variables in local memory (slow by an order of magnitude), calls a function (an intrinsic that is not registered ends
    /// as a call of a wrong body), or needs a symbol from outside.
    /// </summary>
    public static void AssertClean(string ptx)
    {
        Assert.DoesNotContain(".extern .func", ptx, StringComparison.Ordinal);
        var faults = Entry(ptx).Split('\n')
            .Where(line => LocalMemory.Any(word => line.Contains(word, StringComparison.Ordinal)) || line.TrimStart().StartsWith("call", StringComparison.Ordinal))
            .Select(line => line.Trim())
            .ToArray();
        Assert.True(faults.Length == 0, $"{faults.Length} lines of PTX use local memory or call a function: {string.Join(" | ", faults.Take(5))}\n{ptx}");
    }

    /// <summary>The body of the kernel, without the unused copies of intrinsic bodies that ILGPU writes in front of it.</summary>
    public static string Entry(string ptx)
    {
        int start = ptx.IndexOf(".entry", StringComparison.Ordinal);
        Assert.True(start >= 0, $"There is no kernel in the PTX:\n{ptx}");
        return ptx[start..];
    }
}
