using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Training;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Runs;

public sealed class RunDiskTests : SessionFixture
{
    // Checkpoints of more than a page of 4096 bytes, so that a full disk cuts them in the middle.
    private static RunSettings Large => Settings with { Training = Settings.Training with { Width = 1000 } };

    private RunOutcome StartOn(SmallDisk disk)
    {
        using var session = TrainingSession.Start(disk["run"], Large, false, Engine, Observer, Engine.Clock, Token);
        return session.Run(new FakePictures(session.Folder), Token);
    }

    private RunOutcome ResumeOn(SmallDisk disk)
    {
        using var session = TrainingSession.Resume(disk["run"], saved => saved, Engine, Observer, Engine.Clock, Token);
        return session.Run(new FakePictures(session.Folder), Token);
    }

    [Fact]
    public void A_full_disk_stops_the_run_with_its_cause_and_loses_nothing_that_was_saved()
    {
        using var disk = new SmallDisk(kilobytes: 2048);
        Start("whole", Large);
        Engine.OnStep = step =>
        {
            if (step == 41)
            {
                disk.Fill();
            }
        };
        var fault = Assert.Throws<RunWriteException>(() => StartOn(disk));
        Assert.StartsWith(disk["run/checkpoints/step-000050.safetensors could"], fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("free space or allow writing there and try again; a run goes on with ExistingRun.Resume.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(25, RunFolder.CheckpointsIn(disk["run"]).ReadNewest(Assert.Fail)!.Step);
        Assert.Empty(Directory.EnumerateFiles(disk["run"], "*.tmp", SearchOption.AllDirectories));

        Engine.OnStep = _ => { };
        disk.MakeRoom();
        Assert.Equal(RunEnd.Completed, ResumeOn(disk).End);
        Assert.Equal(LastCheckpoint("whole"), File.ReadAllBytes(disk["run/checkpoints/step-000100.safetensors"]));
    }

    [Fact]
    public void A_full_disk_at_the_start_leaves_no_run_behind_that_looks_whole()
    {
        using var disk = new SmallDisk(kilobytes: 64);
        disk.Fill();
        var fault = Assert.Throws<RunWriteException>(() => StartOn(disk));
        Assert.Contains("could not be written", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(disk["run/options.json"]));
    }

    [Fact]
    public void A_read_only_run_folder_cannot_be_resumed_but_stays_whole()
    {
        using var disk = new SmallDisk(kilobytes: 2048);
        StartOn(disk);
        disk.MakeReadOnly();
        Assert.StartsWith($"{disk["run"]} cannot be written:", Assert.Throws<RunWriteException>(() => ResumeOn(disk)).Message, StringComparison.Ordinal);
        Assert.Equal(100, RunFolder.CheckpointsIn(disk["run"]).ReadNewest(Assert.Fail)!.Step);
    }

    [Fact]
    public void A_new_run_on_a_read_only_disk_says_so()
    {
        using var disk = new SmallDisk(kilobytes: 64);
        disk.MakeReadOnly();
        Assert.StartsWith($"{disk["run"]} cannot be made: no file can be made in {disk.Path}", Assert.Throws<RunFolderException>(() => StartOn(disk)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_may_not_be_written_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "permissions do not bind root, nor Windows this way");
        Start("run");
        MakeUnwritable(this["run"]);
        Assert.StartsWith($"{this["run"]} cannot be written:", Assert.Throws<RunWriteException>(() => Resume("run")).Message, StringComparison.Ordinal);
        MakeWritable(this["run"]);
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Interoperability", "CA1416", Justification = "The test is skipped on Windows.")]
    private static void MakeUnwritable(string path) => File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Interoperability", "CA1416", Justification = "The test is skipped on Windows.")]
    private static void MakeWritable(string path) =>
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
