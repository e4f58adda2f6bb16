using System.Reflection;
using Xunit.Runner.InProc.SystemConsole;

// Tests and benchmarks in one file, for a machine that has a graphics card and neither .NET nor sources.
return args switch
{
    ["test", "kernels", .. var filters] => await Test("IlgpuGan.Kernels.Tests", filters),
    ["test", "engine", .. var filters] => await Test("IlgpuGan.Tests", filters),
    ["bench", .. var arguments] => IlgpuGan.Bench.BenchCommand.Run(arguments, Console.Out, Console.Error),
    _ => Usage(),
};

static async Task<int> Test(string assembly, string[] filters)
{
    using var runner = new ConsoleRunner(filters, Assembly.Load(assembly));
    return await runner.EntryPoint();
}

static int Usage()
{
    Console.Error.WriteLine("Give test kernels, test engine (both take the filters of xunit.v3) or bench (see bench --help).");
    return 2;
}
