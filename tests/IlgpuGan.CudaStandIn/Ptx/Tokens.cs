namespace IlgpuGan.CudaStandIn.Ptx;

/// <summary>The words and signs of a text, without its comments.</summary>
internal sealed class Tokens
{
    private readonly string text;
    private int position;
    private int line = 1;

    public Tokens(string text)
    {
        this.text = text;
        Read();
    }

    /// <summary>The token that stands next; empty at the end.</summary>
    public string Next { get; private set; } = "";

    /// <summary>Its line, counted from 1.</summary>
    public int Line { get; private set; }

    public bool IsAtEnd => Next.Length == 0;

    /// <summary>Takes the next token.</summary>
    public string Take()
    {
        if (IsAtEnd)
        {
            throw new PtxException("the text ends too early", line);
        }
        string token = Next;
        Read();
        return token;
    }

    /// <summary>Takes the next token if it is a certain one.</summary>
    public bool TakeIf(string token)
    {
        if (Next != token)
        {
            return false;
        }
        Read();
        return true;
    }

    /// <summary>Takes the next token, which must be a certain one.</summary>
    public void Expect(string token)
    {
        if (!TakeIf(token))
        {
            throw new PtxException(IsAtEnd ? $"'{token}' is missing at the end" : $"'{token}' is expected instead of '{Next}'", IsAtEnd ? line : Line);
        }
    }

    /// <summary>Takes a whole number.</summary>
    public int Number()
    {
        int at = Line;
        string token = Take();
        return int.TryParse(token, out int number) ? number : throw new PtxException($"a number is expected instead of '{token}'", at);
    }

    private static bool IsOfWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '$' or '.' or '%';

    private void Read()
    {
        SkipBlanks();
        Line = line;
        int start = position;
        if (position == text.Length)
        {
            Next = "";
            return;
        }
        if (text[position] == '"')
        {
            int end = text.IndexOf('"', position + 1);
            position = end < 0 ? text.Length : end + 1;
        }
        else if (IsOfWord(text[position]))
        {
            while (position < text.Length && IsOfWord(text[position]))
            {
                position++;
            }
        }
        else
        {
            position++;
        }
        Next = text[start..position];
    }

    private void SkipBlanks()
    {
        while (position < text.Length)
        {
            char letter = text[position];
            if (char.IsWhiteSpace(letter) || letter == '\0')
            {
                line += letter == '\n' ? 1 : 0;
                position++;
            }
            else if (letter == '/' && position + 1 < text.Length && text[position + 1] == '/')
            {
                while (position < text.Length && text[position] != '\n')
                {
                    position++;
                }
            }
            else if (letter == '/' && position + 1 < text.Length && text[position + 1] == '*')
            {
                int end = text.IndexOf("*/", position + 2, StringComparison.Ordinal);
                int stop = end < 0 ? text.Length : end + 2;
                line += text.AsSpan(position, stop - position).Count('\n');
                position = stop;
            }
            else
            {
                return;
            }
        }
    }
}
