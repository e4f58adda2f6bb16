using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Generation;
using SkiaSharp;

namespace IlgpuGan.Package.Tests;

/// <summary>What a user gets: packages installed from a feed into an empty folder.</summary>
public sealed class PackageTests(Packages packages, TrainedRuns runs) : IClassFixture<Packages>, IClassFixture<TrainedRuns>
{
    private const long LargestTool = 60_000_000;
    private const int LongestExample = 20;

    [Fact]
    public void The_example_of_the_readme_draws_a_face_in_a_project_of_its_own()
    {
        var project = packages["consumer"];
        CopyRun(runs.Train("faces", options => options), Path.Combine(project, "runs", "faces"));
        WriteProject(project, Assert.Single(Examples("README.md")));

        Packages.Dotnet(project, "run", "-c", "Release");

        Assert.Equal(PngStart, File.ReadAllBytes(Path.Combine(project, "face.png"))[..8]);
    }

    [Fact]
    public void Every_example_of_the_library_is_short_and_does_what_its_page_says()
    {
        var examples = Examples("src/IlgpuGan/README.md");
        Assert.Equal(9, examples.Count);
        Assert.All(examples, example => Assert.InRange(example.Split('\n').Count(line => line.Trim().Length > 0), 1, LongestExample));
        var project = packages["examples"];
        WriteProject(project, $"await (args[0] switch {{ {string.Concat(examples.Select((_, i) => $"\"{i}\" => Example{i}.RunAsync(), "))} _ => throw new ArgumentException(args[0]) }});");
        for (int i = 0; i < examples.Count; i++)
        {
            File.WriteAllText(Path.Combine(project, $"Example{i}.cs"), AsMethod(examples[i], $"Example{i}"));
        }

        Packages.Dotnet(project, "build", "-c", "Release");

        string Run(string mark, Action<string> prepare, Action<string> look, string? interruptAt = null)
        {
            int number = examples.ToList().FindIndex(example => example.Contains(mark, StringComparison.Ordinal));
            var here = packages[$"example-{number}"];
            Directory.CreateDirectory(here);
            prepare(here);
            var program = Path.Combine(project, "bin", "Release", "net10.0", "Consumer.dll");
            var output = Packages.RunUntil(interruptAt, "dotnet", here, program, $"{number}");
            look(here);
            return output;
        }

        void Trained(string here) => CopyRun(runs.Train("faces", options => options), Path.Combine(here, "runs", "faces"));
        Run("face.png", Trained, here => Assert.Equal(PngStart, File.ReadAllBytes(Path.Combine(here, "face.png"))[..8]));
        Run("SampleBitmapsAsync", Trained, here => Assert.Equal(20, Directory.GetFiles(here, "face-*.png").Length));
        Assert.Contains("16 new discs after 200 steps", Run("discs", _ => { }, here => Assert.Empty(Directory.GetFileSystemEntries(here))), StringComparison.Ordinal);
        Run("archive", here => WriteImages(Path.Combine(here, "archive"), SKEncodedImageFormat.Jpeg, "cat-{0}.jpg", "dog-{0}.jpg"), here =>
            Assert.Equal(["cat", "dog"], RunFolder.ReadRecord(Path.Combine(here, "runs", "archive")).Labels!.Columns.Single().Values));
        foreach (string run in (string[])["own", "dimmed", "gated"])
        {
            string said = Run($"runs/{run}", here => WriteImages(Path.Combine(here, "photos"), SKEncodedImageFormat.Png, "{0}.png"), here =>
                Assert.True(RunFolder.ReadRecord(Path.Combine(here, "runs", run)).Settings.Training.Steps == 50));
            Assert.Contains("Completed", said, StringComparison.Ordinal);
        }

        Assert.Contains("6, 12, 18; next 0.5, 1, 1.5", Run("VariableStore", _ => { }, _ => { }), StringComparison.Ordinal);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Nobody can press Ctrl-C here but a console.");
        var stopped = Run("photos", here => WriteImages(Path.Combine(here, "photos"), SKEncodedImageFormat.Png, "{0}.png"), here =>
            Assert.NotEmpty(RunFolder.CheckpointsIn(Path.Combine(here, "runs", "photos")).Steps()), interruptAt: "Step 50 of 5000");
        Assert.Matches(@"Stopped after \d+ steps; look into .*photos", stopped);
    }

    [Fact]
    public void The_tool_installs_trains_and_draws()
    {
        var tools = packages["tools"];
        Packages.Dotnet(packages["."], "tool", "install", "IlgpuGan.Tool", "--version", Version, "--tool-path", tools, "--configfile", packages["nuget.config"]);
        var tool = Path.Combine(tools, "ilgpugan");

        Packages.Run(tool, packages["."], "train", "faces", "--steps", "2", "--faces", "16", "--size", "16", "--out", "run", "--device", "cpu", "--no-cache");
        Packages.Run(tool, packages["."], "generate", "run", "--count", "4", "--out", "four.png");
        Packages.Run(tool, packages["."], "export", "run", "--onnx", "run.onnx");

        Assert.Equal(PngStart, File.ReadAllBytes(packages["four.png"])[..8]);
        Assert.True(File.Exists(packages["run.onnx"]));
    }

    [Fact]
    public void Each_package_has_an_icon_a_readme_a_licence_and_symbols()
    {
        var libraries = new[] { $"IlgpuGan.{Version}", $"IlgpuGan.Kernels.{Version}" };

        Assert.All(libraries, name => Assert.True(File.Exists(Path.Combine(packages.Feed, name + ".snupkg")), $"{name} has no symbols."));
        Assert.All(Files("*.nupkg"), file =>
        {
            using var package = ZipFile.OpenRead(file);
            var names = package.Entries.Select(entry => entry.FullName).ToList();
            Assert.Contains("icon.png", names);
            Assert.Contains("README.md", names);
            using var reader = new StreamReader(package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
            Assert.Contains("<license type=\"expression\">MIT</license>", reader.ReadToEnd(), StringComparison.Ordinal);
        });
    }

    /// <summary>A registry shows the page without the repository beside it.</summary>
    [Fact]
    public void The_readme_of_a_package_leads_nowhere_that_is_not_there() => Assert.All(Files("*.nupkg"), file =>
    {
        using var package = ZipFile.OpenRead(file);
        using var reader = new StreamReader(package.GetEntry("README.md")!.Open());
        var page = reader.ReadToEnd();
        Assert.StartsWith("# ", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\]\((?!https?://)", page);
    });

    [Theory]
    [InlineData("PublishTrimmed")]
    [InlineData("PublishAot")]
    public void What_would_fail_at_the_first_kernel_fails_at_publish_with_a_sentence(string property)
    {
        var project = packages["consumer-to-publish"];
        // Once for both.
        if (!Directory.Exists(project))
        {
            WriteProject(project, "System.Console.WriteLine(IlgpuGan.Devices.DeviceKind.Cpu);");
            Packages.Dotnet(project, "build", "-c", "Release");
        }

        var said = Packages.DotnetThatFails(project, "publish", "-c", "Release", "--no-restore", $"-p:{property}=true");

        Assert.Contains("ILGPUGAN001", said, StringComparison.Ordinal);
        Assert.Contains("publish without PublishTrimmed and PublishAot", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tool_is_small() => Assert.All(Files("IlgpuGan.Tool.*.nupkg"), file => Assert.InRange(new FileInfo(file).Length, 1, LargestTool));

    [Fact]
    public void No_path_of_the_machine_is_in_a_package()
    {
        var root = Encoding.UTF8.GetBytes(Packages.Root + "/");
        var assemblies =
            from file in Files("*.*nupkg")
            from entry in ZipFile.OpenRead(file).Entries
            where entry.Name.StartsWith("IlgpuGan", StringComparison.Ordinal) && Path.GetExtension(entry.Name) is ".dll" or ".pdb"
            select entry;

        Assert.All(assemblies, entry =>
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
            {
                stream.CopyTo(content);
            }

            Assert.True(content.ToArray().AsSpan().IndexOf(root) < 0, $"{entry.FullName} names {Packages.Root}.");
        });
    }

    /// <summary>A console program that uses the library's package.</summary>
    private void WriteProject(string project, string program)
    {
        Directory.CreateDirectory(project);
        File.WriteAllText(Path.Combine(project, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="IlgpuGan" Version="{Version}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(project, "Program.cs"), program);
    }

    private static IReadOnlyList<string> Examples(string readme) =>
        [.. Regex.Matches(File.ReadAllText(Path.Combine(Packages.Root, readme)), "```csharp\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value)];

    /// <summary>A program of top-level statements, and classes after them, as a method, so that several stand in one project.</summary>
    private static string AsMethod(string program, string name)
    {
        var lines = program.Split('\n').ToLookup(line => Regex.IsMatch(line, @"^using [\w.]+;$"));
        bool IsStatement(string line) => !line.StartsWith("sealed class ", StringComparison.Ordinal);
        return string.Join('\n', [
            .. lines[true],
            $"internal static class {name} {{ public static async Task RunAsync() {{ await Task.CompletedTask;", .. lines[false].TakeWhile(IsStatement), "}",
            .. lines[false].SkipWhile(IsStatement), "}",
        ]);
    }

    private static void WriteImages(string folder, SKEncodedImageFormat format, params string[] names)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < 24; i++)
        {
            using var bitmap = new SKBitmap(32, 32);
            bitmap.Erase(SKColor.FromHsv(i * 15, 80, 80));
            using var data = bitmap.Encode(format, 90);
            File.WriteAllBytes(Path.Combine(folder, string.Format(CultureInfo.InvariantCulture, names[i % names.Length], i)), data.ToArray());
        }
    }

    private static byte[] PngStart => [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

    private string Version => Regex.Match(Path.GetFileName(Files("IlgpuGan.Kernels.*.nupkg").Single()), @"^IlgpuGan\.Kernels\.(.+)\.nupkg$").Groups[1].Value;

    private string[] Files(string pattern) => Directory.GetFiles(packages.Feed, pattern);

    private static void CopyRun(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
