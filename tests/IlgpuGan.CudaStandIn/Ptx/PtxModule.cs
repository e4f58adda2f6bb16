namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>A text of PTX, read once.</summary>
public sealed class PtxModule
{
    private PtxModule(IReadOnlyList<PtxKernel> kernels) => Kernels = kernels;

    /// <summary>Its kernels, in the order of the text.</summary>
    public IReadOnlyList<PtxKernel> Kernels { get; }

    /// <summary>Reads a text.</summary>
    /// <exception cref="PtxException">It is no PTX, or holds a form that the executor does not know.</exception>
    public static PtxModule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new Tokens(text);
        var shared = new List<Action<SharedLayout>>();
        var kernels = new List<PtxKernel>();
        while (!tokens.IsAtEnd)
        {
            int line = tokens.Line;
            string word = tokens.Take();
            switch (word)
            {
                case ".version":
                    tokens.Take();
                    break;
                case ".target":
                    do
                    {
                        tokens.Take();
                    }
                    while (tokens.TakeIf(","));
                    break;
                case ".address_size":
                    if (tokens.Number() != 64)
                    {
                        throw new PtxException("addresses have 64 bits here", line);
                    }
                    break;
                case ".visible" or ".extern" or ".weak":
                    break;
                case ".func":
                    SkipFunction(tokens);
                    break;
                case ".shared":
                    shared.Add(ReadOnce(tokens));
                    break;
                case ".entry":
                    kernels.Add(new KernelReader(tokens, shared).Read());
                    break;
                default:
                    throw new PtxException($"'{word}' is not known here", line);
            }
        }
        return new(kernels);
    }

    /// <summary>A declaration that stands before the kernels, to be laid out in each of them.</summary>
    private static Action<SharedLayout> ReadOnce(Tokens tokens)
    {
        var words = new List<string>();
        while (tokens.Next != ";")
        {
            words.Add(tokens.Take());
        }
        tokens.Take();
        string declaration = string.Join(' ', words) + ";";
        return layout => layout.Read(new(declaration));
    }

    /// <summary>Functions are never called: a call is a form that is not known.</summary>
    private static void SkipFunction(Tokens tokens)
    {
        while (tokens.Next is not ("{" or ";"))
        {
            tokens.Take();
        }
        int depth = 0;
        do
        {
            string word = tokens.Take();
            depth += word == "{" ? 1 : word == "}" ? -1 : 0;
        }
        while (depth > 0);
    }
}
