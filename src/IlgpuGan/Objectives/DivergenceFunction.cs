namespace IlgpuGan.Objectives;

/// <summary>Densities of two distributions at one place, by their logarithms: far out one underflows where the other does not.</summary>
/// <param name="LogP">log p; minus infinity where p is 0.</param>
/// <param name="LogQ">log q, likewise.</param>
public readonly record struct Densities(double LogP, double LogQ)
{
    /// <summary>p</summary>
    public double P => Math.Exp(LogP);

    /// <summary>q</summary>
    public double Q => Math.Exp(LogQ);

    /// <summary>p log(p / q), which is 0 where p is 0.</summary>
    public double Surprise => P == 0 ? 0 : P * (LogP - LogQ);

    /// <summary>The same with the two exchanged.</summary>
    public Densities Exchanged => new(LogQ, LogP);
}

/// <summary>
/// f of an f-divergence, stated as q f(p / q): that is what the divergence D_f(P, Q) sums, and unlike f it has a value where q is 0, which is p f'(infinity). Everything
/// that is to be known of the divergence follows.
/// </summary>
/// <param name="term">q f(p / q) of densities at one place.</param>
public sealed class DivergenceFunction(Func<Densities, double> term)
{
    /// <summary>f(1): the divergence of a distribution from itself.</summary>
    public double OfEqual => At(new(0, 0));

    /// <summary>f(0) + f'(infinity): the divergence of distributions that share nothing, which no others exceed; infinite where it is.</summary>
    public double OfDisjoint => At(new(double.NegativeInfinity, 0)) + At(new(0, double.NegativeInfinity));

    /// <summary>q f(p / q); 0 where both underflow and nothing else is known.</summary>
    /// <exception cref="InvalidOperationException">It is not a number: f is stated wrongly.</exception>
    public double At(Densities at) => term(at) is var value && !double.IsNaN(value) ? value
        : at.P + at.Q == 0 ? 0
        : throw new InvalidOperationException(FormattableString.Invariant(
            $"q f(p / q) is not a number at p = {at.P}, q = {at.Q}; state f so that it has its limits where one of them is 0."));
}
