using System.CommandLine;
using IlgpuGan.Generation;

namespace IlgpuGan.Cli;

/// <summary>Options of what moves, beside a name that may be of one picture.</summary>
internal static class AnimationOption
{
    /// <summary>The name; says where an option is given that changes nothing of it.</summary>
    public static string Remarked(CliContext context, ParseResult parsed, string target, params Option[] options)
    {
        if (!PictureName.IsAnimation(target) && Array.Find(options, option => parsed.GetResult(option) is not null) is { } vain)
        {
            context.Error.WriteLine($"{vain.Name} says how fast an animation is and changes nothing of {target}, which is one picture.");
        }

        return target;
    }
}
