using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using IlgpuGan.Tests;

namespace IlgpuGan.Package.Tests;

/// <summary>The packages, made once, away from the source tree, in a feed that a consumer installs from.</summary>
public sealed class Packages : IDisposable
{
    private static readonly string[] Packed =
    [
        "kernels/IlgpuGan.Kernels/IlgpuGan.Kernels.csproj",
        "src/IlgpuGan/IlgpuGan.csproj",
        "src/IlgpuGan.Hdf5/IlgpuGan.Hdf5.csproj",
        "src/IlgpuGan.Inception/IlgpuGan.Inception.csproj",
        "src/IlgpuGan.Parquet/IlgpuGan.Parquet.csproj",
        "src/IlgpuGan.Watch/IlgpuGan.Watch.csproj",
        "tools/IlgpuGan.Cli/IlgpuGan.Cli.csproj",
    ];

    private readonly TemporaryFolder folder = new();

    public Packages()
    {
        // All at once, and the platforms named to the tool alone, so that nothing is built twice; the analysers saw the same sources when the tests were built.
        var packed = folder["packed.slnf"];
        File.WriteAllText(packed, JsonSerializer.Serialize(new { solution = new { path = Path.Combine(Root, "IlgpuGan.sln"), projects = Packed } }));
        Dotnet(Root, "pack", packed, "-c", "Release", "-o", Feed, "--artifacts-path", folder["artifacts"], "-p:RunAnalyzers=false",
            $"-p:ToolPlatforms={RuntimeInformation.RuntimeIdentifier}");
        var known = Dotnet(Root, "nuget", "locals", "global-packages", "-l").Split(": ", 2)[1].Trim();
        // What the packages depend on was restored for this build already; our own packages stay out of the user's folder.
        File.WriteAllText(folder["nuget.config"], $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <packageSources><clear /><add key="feed" value="feed" /></packageSources>
              <fallbackPackageFolders><clear /><add key="known" value="{known}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <summary>The folder of the packages.</summary>
    public string Feed => folder["feed"];

    /// <summary>A path in the folder that the feed is configured for.</summary>
    public string this[string name] => folder[name];

    /// <summary>The root of the source tree.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "IlgpuGan.sln")))
            {
                folder = folder.Parent;
            }

            return folder.FullName;
        }
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Runs the SDK and returns what it printed.</summary>
    public static string Dotnet(string folder, params string[] arguments) => Run("dotnet", folder, arguments);

    /// <summary>Runs the SDK, which must fail, and returns what it printed.</summary>
    public static string DotnetThatFails(string folder, params string[] arguments)
    {
        var (code, output, _) = Start("dotnet", folder, arguments);
        Assert.True(code != 0, $"dotnet {string.Join(' ', arguments)} succeeded:\n{output}");
        return output;
    }

    /// <summary>Runs a program, which must succeed, and returns what it printed.</summary>
    public static string Run(string program, string folder, params string[] arguments) => RunUntil(null, program, folder, arguments);

    /// <summary>Runs a program, which must succeed, and returns what it printed; as soon as it prints a text, Ctrl-C is pressed.</summary>
    public static string RunUntil(string? interruptAt, string program, string folder, params string[] arguments)
    {
        var (code, output, error) = Start(program, folder, arguments, interruptAt);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{output}\n{error}");
        return output;
    }

    private static (int Code, string Output, string Error) Start(string program, string folder, string[] arguments, string? interruptAt = null)
    {
        // A shell that starts tests in the background has Ctrl-C ignored, and so would the program have it.
        var start = new ProcessStartInfo(interruptAt is not null && OperatingSystem.IsLinux() ? "env" : program) { WorkingDirectory = folder,
            RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in start.FileName == program ? arguments : ["--default-signal=INT", program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_NOLOGO"] = start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        // A test host's own settings are not for the programs that it starts.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = new StringBuilder();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            output.AppendLine(line);
            if (interruptAt is not null && line.Contains(interruptAt, StringComparison.Ordinal))
            {
                Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
            }
        }

        process.WaitForExit();
        return (process.ExitCode, output.ToString(), error.Result);
    }
}
