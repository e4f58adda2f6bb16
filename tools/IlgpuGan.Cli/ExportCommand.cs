using System.CommandLine;
using IlgpuGan.Generation;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan export RUN</c>.</summary>
internal static class ExportCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("export", "Writes the networks of a run's last good checkpoint for other programs.");
        var run = OptionFactory.Run();
        var onnx = OptionFactory.Text(
            "--onnx", "Write the averaged generator as an ONNX model: latents and labels in, images out; of a run that translates images in, of any height and width.", "FILE.onnx");
        var back = OptionFactory.Switch("--back", "Of a run that learnt both ways (cyclegan), write the ONNX model of the generator that translates back.");
        var weights = OptionFactory.Text("--safetensors",
            $"Write {RunExport.GeneratorName} and {RunExport.DiscriminatorName} (and those back, of cyclegan), as PyTorch modules load them, into a folder, or all into one file.",
            "FOLDER|FILE.safetensors");
        command.Add(run);
        command.Add(onnx);
        command.Add(back);
        command.Add(weights);
        command.SetAction(parsed => Export(context, parsed.GetValue(run)!, parsed.GetValue(onnx), parsed.GetValue(back), parsed.GetValue(weights)));
        return command;
    }

    private static int Export(CliContext context, string run, string? onnx, bool isBack, string? weights)
    {
        GeneratorSource.CheckIsThere(run);
        if (onnx is null && weights is null)
        {
            throw new OptionException("Nothing to write; give --onnx FILE.onnx, --safetensors FOLDER, or both.");
        }

        if (onnx is not null && (!Path.GetExtension(onnx).Equals(".onnx", StringComparison.OrdinalIgnoreCase) || Directory.Exists(onnx)))
        {
            throw new OptionException($"--onnx {onnx}: give a name that ends with .onnx.");
        }

        if (isBack && onnx is null)
        {
            throw new OptionException("--back says which ONNX model to write, and weights are written of all networks; give --onnx FILE.onnx, too, or leave --back out.");
        }

        bool isOneFile = weights is not null && Path.GetExtension(weights).Equals(".safetensors", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(weights);
        if (!isOneFile && File.Exists(weights))
        {
            throw new OptionException($"--safetensors {weights} is a file; give a folder, or a name that ends with .safetensors.");
        }

        if (onnx is not null)
        {
            OutputCheck.File("--onnx", onnx);
        }

        if (isOneFile)
        {
            OutputCheck.File("--safetensors", weights!);
        }
        else if (weights is not null)
        {
            OutputCheck.Folder("--safetensors", weights);
        }

        var export = RunExport.Open(run, context.Error.WriteLine);
        var files = new List<string>();
        if (onnx is not null)
        {
            export.SaveOnnx(onnx, isBack);
            files.Add(onnx);
        }

        if (isOneFile)
        {
            export.SaveOneFile(weights!);
            files.Add(weights!);
        }
        else if (weights is not null)
        {
            files.AddRange(export.SaveWeights(weights));
        }

        context.Error.WriteLine($"Wrote {string.Join(", ", files)} of step {export.Step}.");
        return 0;
    }
}
