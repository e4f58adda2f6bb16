using System.CommandLine;
using IlgpuGan.Generation;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan import WEIGHTS</c>.</summary>
internal static class ImportCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("import", "Makes a run of weights that were exported here or trained by PyTorch.");
        var weights = new Argument<string>("WEIGHTS")
        {
            Description = $"A folder with {RunExport.GeneratorName} and {RunExport.DiscriminatorName} (also .pth, .pt), or with latest_net_G.pth and others of a published training; a generator's "
                + "file, or one of torch.save with both.",
        };
        var folder = OptionFactory.Text("--out", "The new run folder.", "FOLDER");
        var like = OptionFactory.Text("--like", "A run whose networks are built alike, for files that do not say it themselves, neither by their metadata nor by the tensors of a DCGAN or of a "
            + "published network from image to image.", "RUN");
        folder.Required = true;
        command.Add(weights);
        command.Add(folder);
        command.Add(like);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(folder)!;
            bool translates = RunImport.Create(parsed.GetValue(weights)!, parsed.GetValue(like), path, context.Error.WriteLine).Settings.Training.Translation is not null;
            string use = translates ? $"translate with it: {CliContext.Invocation} translate {Shell.Quote(path)} IMAGE{TrainCommand.Asked(path)} --out FILE.png"
                : $"draw from it with: {CliContext.Invocation} generate {Shell.Quote(path)} --out images.png";
            context.Error.WriteLine(
                $"Made the run {path}; {use}, or train on from it with: {CliContext.Invocation} train "
                    + $"DATA --from {Shell.Quote(path)}");
            return 0;
        });
        return command;
    }
}
