using System.Text.Json;
using IlgpuGan.Cli;
using IlgpuGan.CudaStandIn.Commands;

// With the name of what else there is to run behind the driver's file: that. Else: runs one command line after another on the stand-in, each on a card that has seen nothing yet: what a process
// compiles once it need not compile for each. A line of input is an array of the words for the stand-in, the folder and the arguments; a line of output one of exit code, output and errors.
string library = args[0];
if (args is [_, RefusedMemory.Name])
{
    return RefusedMemory.Run(library, Console.Error);
}

TextWriter answers = Console.Out;
Console.SetOut(TextWriter.Null);
ForeignFinalizers.Outlive();
while (Console.ReadLine() is { } line)
{
    var (words, folder, arguments) = JsonSerializer.Deserialize<string[]>(line) switch
    {
        [var first, var second, .. var rest] => (first, second, rest),
        _ => throw new InvalidDataException(line),
    };
    Directory.SetCurrentDirectory(folder);
    StandIn.Restart(library, words);
    using StringWriter output = new(), error = new();
    int code = CommandLine.Run(arguments, output, error);
    // What is left behind calls a card that writes to this folder no more.
    StandIn.Restart(library, "");
    answers.WriteLine(JsonSerializer.Serialize<object[]>([code, output.ToString(), error.ToString()]));
    answers.Flush();
}

return 0;
