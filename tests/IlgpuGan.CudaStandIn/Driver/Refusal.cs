using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>
/// Calls that fail, written <c>FUNCTION:CALL:ERROR</c>: the function, or <c>*</c> for all of them together but cuGetErrorString, which asks no card; which of its calls,
/// from 1, with a <c>+</c> behind it also all that follow; and the error.
/// </summary>
/// <param name="Function">The function's name, or <c>*</c>.</param>
/// <param name="Call">The number of the call.</param>
/// <param name="IsLasting">Whether all calls after it fail, too: a card that is lost.</param>
/// <param name="Error">What it answers.</param>
public sealed record Refusal(string Function, long Call, bool IsLasting, CudaError Error)
{
    private const string All = "*", TextOfError = "cuGetErrorString";

    /// <summary>Reads one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Refusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(text);
        refusal = text.Split(':') is [{ Length: > 0 } function, { Length: > 0 } call, var error]
            && long.TryParse(call.TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            && int.TryParse(error, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code > 0
                ? new(function, number, call[^1] == '+', (CudaError)code)
                : null;
        return refusal is not null;
    }

    /// <summary>Whether it refuses a call.</summary>
    /// <param name="function">The function.</param>
    /// <param name="ofFunction">Which of the function's calls it is, from 1.</param>
    /// <param name="ofAll">Which of all calls it is.</param>
    public bool Meets(string function, long ofFunction, long ofAll)
    {
        var call = Function == All ? function == TextOfError ? 0 : ofAll : Function == function ? ofFunction : 0;
        return call == Call || (IsLasting && call > Call);
    }
}
