namespace IlgpuGan.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("atomic-file-").FullName;

    private string Target => Path.Combine(folder, "value.bin");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_new_file_holds_what_was_written_and_nothing_lies_beside_it()
    {
        AtomicFile.Write(Target, stream => stream.Write([1, 2, 3]));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(folder));
    }

    [Fact]
    public void An_old_file_is_replaced_as_a_whole_even_by_a_shorter_one()
    {
        File.WriteAllBytes(Target, new byte[100]);

        AtomicFile.Write(Target, stream => stream.WriteByte(7));

        Assert.Equal([7], File.ReadAllBytes(Target));
    }

    [Fact]
    public void A_write_that_fails_halfway_leaves_the_old_file_and_nothing_beside_it()
    {
        File.WriteAllBytes(Target, [9, 9]);

        var error = Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write(new byte[10_000]);
            throw new InvalidOperationException("halfway");
        }));

        Assert.Equal("halfway", error.Message);
        Assert.Equal([9, 9], File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(folder));
    }

    [Fact]
    public void The_old_file_is_whole_while_the_new_one_is_being_written()
    {
        File.WriteAllBytes(Target, [9, 9]);

        AtomicFile.Write(Target, stream =>
        {
            stream.WriteByte(1);
            stream.Flush();
            Assert.Equal([9, 9], File.ReadAllBytes(Target));
        });
    }

    [Fact]
    public void Two_that_write_at_once_do_not_meet_and_the_last_to_finish_wins()
    {
        AtomicFile.Write(Target, outer =>
        {
            outer.Write([1, 1, 1, 1]);
            AtomicFile.Write(Target, inner => inner.WriteByte(2));
            Assert.Equal([2], File.ReadAllBytes(Target));
        });

        Assert.Equal([1, 1, 1, 1], File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(folder));
    }

    [Fact]
    public void Many_that_write_at_once_leave_one_file_that_is_whole()
    {
        Parallel.For(0, 200, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken, MaxDegreeOfParallelism = 8 }, i =>
            AtomicFile.Write(Target, stream => stream.Write(Enumerable.Repeat((byte)i, 1000 + i).ToArray())));

        var bytes = File.ReadAllBytes(Target);
        Assert.Equal(1000 + bytes[0], bytes.Length);
        Assert.All(bytes, value => Assert.Equal(bytes[0], value));
        Assert.Equal([Target], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_folder_in_the_way_is_an_error_and_leaves_nothing_beside_it()
    {
        Directory.CreateDirectory(Target);

        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(Target, stream => stream.WriteByte(1)));

        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_missing_folder_is_an_input_output_error() =>
        Assert.ThrowsAny<IOException>(() => AtomicFile.Write(Path.Combine(folder, "missing", "x"), stream => stream.WriteByte(1)));

    [Fact]
    public void A_link_stays_and_what_it_leads_to_is_written()
    {
        string real = Path.Combine(folder, "real.bin"), fresh = Path.Combine(folder, "fresh");
        File.WriteAllBytes(real, [1]);
        File.CreateSymbolicLink(Target, "real.bin");
        File.CreateSymbolicLink(fresh, "made.bin");

        AtomicFile.Write(Target, stream => stream.WriteByte(2));
        AtomicFile.Write(fresh, stream => stream.WriteByte(3));

        Assert.Equal(("real.bin", "made.bin"), (new FileInfo(Target).LinkTarget, new FileInfo(fresh).LinkTarget));
        Assert.Equal([2], File.ReadAllBytes(real));
        Assert.Equal([3], File.ReadAllBytes(Path.Combine(folder, "made.bin")));
    }

    [Fact]
    public void What_is_no_file_is_neither_replaced_nor_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes with names are made by mkfifo");
        string pipe = Path.Combine(folder, "pipe"), circle = Path.Combine(folder, "circle"), device = Path.Combine(folder, "device");
        using (var process = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            process.WaitForExit();
        }
        File.CreateSymbolicLink(circle, "circle");
        File.CreateSymbolicLink(device, "/dev/null");

        foreach (string path in new[] { pipe, circle, device, "/dev/null" })
        {
            Assert.Contains("which is not replaced", Assert.Throws<IOException>(() => AtomicFile.Write(path, stream => stream.WriteByte(1))).Message, StringComparison.Ordinal);
        }

        Assert.Equal(3, Directory.EnumerateFileSystemEntries(folder).Count());
        Assert.Equal("a pipe, socket or device", RegularFile.Obstacle(pipe));
        Assert.Equal("a link that leads round in a circle", RegularFile.Obstacle(circle));
        Assert.Equal("a folder", RegularFile.Obstacle(folder));
        Assert.Null(RegularFile.Obstacle(Target));
    }
}
