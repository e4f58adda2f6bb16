using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IlgpuGan.Options;

namespace IlgpuGan.Runs;

/// <summary>
/// The folder of one run: <c>options.json</c>, <c>log.jsonl</c>, <c>samples/</c>, <c>reals.png</c>, <c>losses.png</c>, <c>gradients.png</c> and <c>checkpoints/</c>.
/// While it is open no other process can open it; where it is moved or removed all the same, <see cref="Keep"/> follows or makes it anew.
/// </summary>
public sealed class RunFolder : IRunStore
{
    private const string OptionsName = "options.json";
    private const string SampleWords = "the samples of the run belong";

    private static readonly string[] PictureNames = ["reals.png", "losses.png", "gradients.png"];

    private RunClaim claim;

    private RunFolder(string path, RunRecord record)
    {
        Path = path;
        Record = record;
        Log = new RunLog(LogOf(path));
        Checkpoints = new CheckpointStore(CheckpointsOf(path));
        claim = RunClaim.Take(path);
        SweepUnfinished();
    }

    /// <summary>The folder, where it lies now.</summary>
    public string Path { get; private set; }

    /// <summary>What <c>options.json</c> holds.</summary>
    public RunRecord Record { get; private set; }

    /// <summary>The reports.</summary>
    public RunLog Log { get; private set; }

    /// <summary>The checkpoints.</summary>
    public CheckpointStore Checkpoints { get; private set; }

    IRunLog IRunStore.Log => Log;

    ICheckpointStore IRunStore.Checkpoints => Checkpoints;

    string? IRunStore.Keep(ReportHistory reports) => Keep(reports);

    /// <summary>Picture of real images.</summary>
    public string RealsFile => System.IO.Path.Combine(Path, PictureNames[0]);

    /// <summary>Plot of the losses.</summary>
    public string LossesFile => System.IO.Path.Combine(Path, PictureNames[1]);

    /// <summary>Plot of the gradient norms of D's layers.</summary>
    public string GradientsFile => System.IO.Path.Combine(Path, PictureNames[2]);

    /// <summary>Folder of the event files for TensorBoard, where a run writes such.</summary>
    public string TensorBoardFolder => TensorBoardOf(Path);

    /// <summary>Picture of generated images at a step.</summary>
    public string SampleFile(long step) =>
        System.IO.Path.Combine(SamplesOf(Path), $"step-{step.ToString("D6", CultureInfo.InvariantCulture)}.png");

    /// <summary>Says early, before data is loaded, whether <see cref="Create"/> would accept a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="force">Whether a run that is there is to be replaced; null where that cannot be asked for, nor that it goes on.</param>
    /// <exception cref="RunFolderException">It holds something and <paramref name="force"/> is not given, is no run folder at all, or cannot be written.</exception>
    public static void CheckCreate(string path, bool? force)
    {
        if (File.Exists(path))
        {
            throw new RunFolderException($"{path} is a file; give the name of a folder to --out.");
        }

        if (OutputCheck.Fault(path) is { } fault)
        {
            throw new RunFolderException($"{path} cannot be made: {fault}; give another --out.");
        }

        if (!Directory.Exists(path) || IsUnbegun(path))
        {
            RunClaim.Check(path);
            return;
        }

        var isRun = LooksLikeRun(path);
        if (force != true)
        {
            throw new RunFolderException(isRun
                ? $"{path} holds a run already; {(force is null ? "" : "continue it with --resume, replace it with --force, or ")}give another --out."
                : $"{path} is not empty; give another --out.");
        }

        if (!isRun)
        {
            throw new RunFolderException($"{path} does not look like a run folder, so --force does not delete it; give another --out.");
        }

        CheckPlaces(path);
    }

    /// <summary>Makes a new run folder; with <paramref name="force"/> the run that was there is deleted, and nothing else that lies in the folder.</summary>
    /// <exception cref="RunFolderException">See <see cref="CheckCreate"/>, or another process is using the folder.</exception>
    /// <exception cref="RunWriteException">The folder cannot be written.</exception>
    public static RunFolder Create(string path, RunRecord record, bool force)
    {
        CheckCreate(path, force);
        RunWriteException.Guard(path, () => Directory.CreateDirectory(path), hint: "");
        var folder = new RunFolder(path, record);
        try
        {
            RunWriteException.Guard(path, folder.DeleteRun);
            folder.Save(record);
            RunWriteException.Guard(path, () => Directory.CreateDirectory(SamplesOf(path)));
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing run folder to continue it.</summary>
    /// <exception cref="RunFolderException">There is no run in it, something else lies where its files belong, or another process is using it.</exception>
    /// <exception cref="RunWriteException">The folder cannot be written.</exception>
    public static RunFolder Open(string path)
    {
        var record = ReadRecord(path);
        CheckPlaces(path);
        return new(path, record);
    }

    /// <summary>Reads <c>options.json</c> of a run folder without opening it; a run that goes on meanwhile is not disturbed.</summary>
    /// <exception cref="RunFolderException">There is no run in the folder, or its options cannot be read.</exception>
    public static RunRecord ReadRecord(string path)
    {
        var file = System.IO.Path.Combine(path, OptionsName);
        if (!Directory.Exists(path))
        {
            throw new RunFolderException($"{path} {(File.Exists(path) ? "is a file" : "does not exist")}; give the folder of a run that was started with train.");
        }

        if (Directory.Exists(file))
        {
            PlaceCheck.File(file, "the options of the run belong");
        }

        if (!File.Exists(file) && Directory.EnumerateFileSystemEntries(path).Any() && IsUnbegun(path))
        {
            throw new RunFolderException($"{path} holds a run that was killed before it had begun; begin it again without --resume.");
        }

        if (!File.Exists(file) && OtherThanRun(path) is { } other)
        {
            throw new RunFolderException($"{path} {other}.");
        }

        if (!File.Exists(file))
        {
            throw new RunFolderException($"{path} is not a run folder: it has no {OptionsName}; give the folder of a run that was started with train.");
        }

        try
        {
            var json = RegularFile.Is(file) ? RegularFile.ReadText(file) : "";
            return json.Length > 0 ? ParseRecord(file, json) : throw Damaged(file, "it is empty or no regular file", null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RunFolderException($"{file} cannot be read: {Excerpt.Of(fault, file)}; allow reading it, or give another run.", fault);
        }
    }

    /// <summary>Reads the record of a run from the JSON that some file holds.</summary>
    /// <exception cref="RunFolderException">The JSON is damaged, or of another version.</exception>
    internal static RunRecord ParseRecord(string file, string json)
    {
        try
        {
            var saved = JsonNode.Parse(json) ?? throw new JsonException("it holds nothing");
            AddDefaults(saved["settings"]);
            var record = saved.Deserialize(RecordJson.Default.RunRecord);
            return record is { Format: RunRecord.CurrentFormat }
                ? record
                : throw new RunFolderException($"{file} has format {record?.Format} where this program reads {RunRecord.CurrentFormat}; use the version that wrote it.");
        }
        // A name twice is an argument, half of a surrogate pair an operation that is not valid, to the reader of JSON.
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            throw Damaged(file, JsonWords.Of(fault), fault);
        }
    }

    private static RunFolderException Damaged(string file, string why, Exception? fault) =>
        new($"{file} is damaged ({why}); restore it from a copy, or start the run again with another --out.", fault);

    /// <summary>
    /// Whether a process has the run open. Where none has, the look holds the lock for an instant: ask when something has changed, not all the time.
    /// </summary>
    public static bool IsInUse(string path) => RunClaim.IsTaken(path);

    /// <summary>Whether a folder has the options of a run, readable or not.</summary>
    public static bool HasOptions(string path) => File.Exists(System.IO.Path.Combine(path, OptionsName));

    /// <summary>What a folder without the options of a run has to do with runs all the same, and what can be done, as the rest of a sentence; null where it has nothing to do with any.</summary>
    internal static string? OtherThanRun(string path)
    {
        string store = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        bool hasCheckpoints = Directory.Exists(CheckpointsOf(store)) && CheckpointsIn(store).Steps().Count > 0;
        return RunOf(System.IO.Path.Combine(store, OptionsName)) is { } run ? $"holds the checkpoints of the run {run}; give that folder, or one of the files in this one"
            : hasCheckpoints ? $"holds the checkpoints of a run without its {OptionsName}, which says what networks they are of; put that back from a copy"
            : new CheckpointStore(store).Steps().Count > 0
                ? $"holds the checkpoints of a run, but {System.IO.Path.GetDirectoryName(store)} has no {OptionsName}, which says what networks they are of; put that back from a copy"
            : null;
    }

    /// <summary>The run folder that a checkpoint file lies in; null where it lies in none.</summary>
    public static string? RunOf(string checkpoint) =>
        System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(checkpoint)) is { } store
        && System.IO.Path.GetDirectoryName(store) is { } run && CheckpointsOf(run) == store && File.Exists(System.IO.Path.Combine(run, OptionsName)) ? run : null;

    /// <summary>The checkpoints of a run folder that is not opened.</summary>
    public static CheckpointStore CheckpointsIn(string path) => new(CheckpointsOf(path));

    /// <summary>The pictures of generated images in a run folder that is not opened, in the order of their steps.</summary>
    /// <exception cref="RunFolderException">A file lies where their folder belongs.</exception>
    public static IReadOnlyList<(long Step, string File)> SamplesIn(string path)
    {
        var folder = SamplesOf(path);
        PlaceCheck.Folder(folder, SampleWords);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "step-*.png").Select(file => (StepOf(file), file)).Where(sample => sample.Item1 >= 0).OrderBy(sample => sample.Item1)]
            : [];

        static long StepOf(string file) =>
            long.TryParse(System.IO.Path.GetFileNameWithoutExtension(file)["step-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1;
    }

    /// <summary>Replaces <c>options.json</c>.</summary>
    /// <exception cref="RunWriteException">The file cannot be written; the old one is unharmed.</exception>
    internal void Save(RunRecord record)
    {
        var file = System.IO.Path.Combine(Path, OptionsName);
        RunWriteException.Guard(file, () => AtomicFile.Write(file, stream => JsonSerializer.Serialize(stream, record, RecordJson.Default.RunRecord)));
        Record = record;
    }

    /// <summary>
    /// Makes sure that what is written next lies where it is found: follows the folder where it was moved, and makes it anew, with its options and reports,
    /// where it was removed.
    /// </summary>
    /// <param name="reports">The reports so far.</param>
    /// <returns>What happened, as a sentence; null where nothing did.</returns>
    /// <exception cref="RunWriteException">It cannot be made anew.</exception>
    internal string? Keep(ReportHistory reports)
    {
        var old = Path;
        if (claim.IsHeld(old))
        {
            if (File.Exists(System.IO.Path.Combine(old, OptionsName)))
            {
                return null;
            }

            Save(Record);
            return $"{OptionsName} was removed from {old} while it was trained; it is there again.";
        }

        if (claim.Moved() is { } moved)
        {
            MoveTo(moved);
            return $"{old} was moved to {moved} while it was trained, and the run goes on there.";
        }

        claim.Dispose();
        if (IsStillOurs(claim.Folder))
        {
            claim = RunClaim.Take(claim.Folder);
            return $"{RunClaim.FileName} was removed from {old} while it was trained; it is there again.";
        }

        MoveTo(FreePlace(claim.Folder));
        RunWriteException.Guard(Path, () => Directory.CreateDirectory(SamplesOf(Path)));
        claim = RunClaim.Take(Path);
        Save(Record);
        foreach (var report in reports)
        {
            Log.Append(report);
        }

        return $"{old} was removed while it was trained; {Path} is made with its options, {(reports.Every == 1 ? "reports" : $"one of every {reports.Every} reports")} and a checkpoint "
            + "of now, its earlier pictures and checkpoints are gone.";
    }

    /// <summary>
    /// Puts what a run made after a step into <c>left-N/</c>, a run folder of its own, so that going on from that step loses nothing. What a crash leaves
    /// half moved is a run that goes on from a checkpoint between.
    /// </summary>
    /// <param name="step">The step that the run goes on from.</param>
    /// <param name="chosen">The checkpoint of that step.</param>
    /// <returns>The folder; null where there was nothing to put there.</returns>
    /// <exception cref="RunWriteException">The folder cannot be written.</exception>
    internal string? LeaveAfter(long step, string chosen)
    {
        bool IsLeft(long other, string file) => other > step || (other == step && System.IO.Path.GetFullPath(file) != System.IO.Path.GetFullPath(chosen));
        var checkpoints = Checkpoints.Steps().Where(other => IsLeft(other, Checkpoints.FileOf(other))).ToList();
        if (checkpoints.Count == 0)
        {
            return null;
        }

        var left = Enumerable.Range(1, int.MaxValue).Select(number => System.IO.Path.Combine(Path, $"left-{number}")).First(name => !System.IO.Path.Exists(name));
        RunWriteException.Guard(left, () =>
        {
            Directory.CreateDirectory(CheckpointsOf(left));
            Directory.CreateDirectory(SamplesOf(left));
            if (File.Exists(Log.Path))
            {
                File.Copy(Log.Path, LogOf(left));
            }

            File.Copy(System.IO.Path.Combine(Path, OptionsName), System.IO.Path.Combine(left, OptionsName));
            foreach (var (_, file) in SamplesIn(Path).Where(sample => sample.Step > step))
            {
                File.Move(file, System.IO.Path.Combine(SamplesOf(left), System.IO.Path.GetFileName(file)));
            }

            var best = Log.ReadMetrics().LastOrDefault(line => line.Best)?.Step > step && File.Exists(Checkpoints.BestFile) ? [Checkpoints.BestFile] : Array.Empty<string>();
            // The newest first: at no time is there a gap between those that stay.
            foreach (var file in best.Concat(checkpoints.OrderDescending().Select(Checkpoints.FileOf)))
            {
                File.Move(file, System.IO.Path.Combine(CheckpointsOf(left), System.IO.Path.GetFileName(file)));
            }
        });
        return left;
    }

    /// <summary>Lets other processes open the folder.</summary>
    public void Dispose() => claim.Dispose();

    // Generated readers set an init-only property that a file does not mention to nought, whatever its initialiser says
    // (https://github.com/dotnet/runtime/issues/58770), so a setting newer than the run is given here what it meant before there was one.
    private static void AddDefaults(JsonNode? settings)
    {
        var defaults = JsonSerializer.SerializeToNode(
            OptionRows.Table.BeforeTheirTime(new RunSettings { Data = new() { Source = "" } }), RecordJson.Default.RunSettings)!;
        defaults["data"]!.AsObject().Remove("source");
        Add(settings, defaults);

        static void Add(JsonNode? saved, JsonNode defaults)
        {
            foreach (var (name, value) in saved is JsonObject ? defaults.AsObject() : [])
            {
                if (!saved!.AsObject().ContainsKey(name))
                {
                    saved[name] = value?.DeepClone();
                }
                else if (value is JsonObject)
                {
                    Add(saved[name], value);
                }
            }
        }
    }

    internal static string TensorBoardOf(string path) => System.IO.Path.Combine(path, "tensorboard");

    private static string CheckpointsOf(string path) => System.IO.Path.Combine(path, "checkpoints");

    private static string SamplesOf(string path) => System.IO.Path.Combine(path, "samples");

    private static string LogOf(string path) => System.IO.Path.Combine(path, "log.jsonl");

    // That somebody removed the lock alone; another run there would hold one of its own, or have other options.
    private bool IsStillOurs(string path)
    {
        try
        {
            return !RunClaim.IsTaken(path)
                && RegularFile.ReadText(System.IO.Path.Combine(path, OptionsName)) == JsonSerializer.Serialize(Record, RecordJson.Default.RunRecord);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Whoever removed the folder may have begun another run there.
    private static string FreePlace(string path) => Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? path : $"{path}-{number}")
        .First(place => !System.IO.Path.Exists(place) || (Directory.Exists(place) && !Directory.EnumerateFileSystemEntries(place).Any()));

    // A process that was killed at once leaves its lock and unfinished options behind and nothing else.
    private static bool IsUnbegun(string path) => Directory.EnumerateFileSystemEntries(path).Select(entry => System.IO.Path.GetFileName(entry)!)
        .All(name => name == RunClaim.FileName || AtomicFile.IsUnfinished(name, OptionsName));

    private static bool LooksLikeRun(string path)
    {
        try
        {
            ReadRecord(path);
            return true;
        }
        catch (RunFolderException)
        {
            return false;
        }
    }

    private static void CheckPlaces(string path)
    {
        RunClaim.Check(path);
        PlaceCheck.File(LogOf(path), "the reports of the run belong");
        foreach (var name in PictureNames)
        {
            PlaceCheck.File(System.IO.Path.Combine(path, name), "a picture of the run belongs");
        }

        PlaceCheck.Folder(SamplesOf(path), SampleWords);
        PlaceCheck.Folder(CheckpointsOf(path), CheckpointStore.Words);
        PlaceCheck.Folder(TensorBoardOf(path), "the event files of the run belong");
    }

    private void MoveTo(string path)
    {
        Path = path;
        Log = new RunLog(LogOf(path));
        Checkpoints = new CheckpointStore(CheckpointsOf(path));
    }

    private void SweepUnfinished()
    {
        foreach (var file in new[] { System.IO.Path.Combine(Path, OptionsName), Log.Path, RealsFile, LossesFile, GradientsFile })
        {
            AtomicFile.Sweep(Path, System.IO.Path.GetFileName(file), isOurs: true);
        }

        AtomicFile.Sweep(SamplesOf(Path), "step-*.png", isOurs: true);
        Checkpoints.SweepUnfinished();
    }

    private void DeleteRun()
    {
        // The options stay until others take their place: a deletion that was cut short still leaves something that looks like a run.
        foreach (var folder in new[] { Checkpoints.Path, SamplesOf(Path), TensorBoardFolder }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var file in new[] { Log.Path, RealsFile, LossesFile, GradientsFile })
        {
            File.Delete(file);
        }
    }
}
