using System.Text;
using IlgpuGan.Data;

namespace IlgpuGan.Tests.Data;

/// <summary>Which images a table says are for training, in whatever way tables say it.</summary>
public sealed class TablePartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("test\n1,0\n2,0\n3,1\n4,1\n", "the column 'test' of 'table.csv' has it (2 images); left out: 1 (2).")]
    [InlineData("Test\n1,no\n2,no\n3,yes\n4,yes\n", "left out: yes (2).")]
    [InlineData("in_train\n1,1\n2,1\n3,0\n4,0\n", "left out: 0 (2).")]
    [InlineData("test_set\n1,0\n2,0\n3,1\n4,1\n", "left out: 1 (2).")]
    [InlineData("holdout\n1,0\n2,0\n3,1\n4,1\n", "left out: 1 (2).")]
    [InlineData("split\n1,0\n2,0\n3,1\n4,2\n", "left out: 1 (1), 2 (1).")]
    [InlineData("data_split\n1,0\n2,0\n3,1\n4,1\n", "left out: 1 (2).")]
    [InlineData("SplitId\n1,0\n2,0\n3,2\n4,2\n", "left out: 2 (2).")]
    public void A_column_that_is_named_for_parts_names_them(string columns, string remark) => AssertTaken(columns, remark);

    [Theory]
    [InlineData("val,test\n1,0,0\n2,0,0\n3,1,0\n4,0,1\n", "as the column 'val' of 'table.csv' and the column 'test' of 'table.csv' have it (2 images); left out: test 1 (1), val 1 (1).")]
    [InlineData("train,val,test\n1,1,0,0\n2,1,0,0\n3,0,1,0\n4,0,0,1\n", "as the column 'train' of 'table.csv' has it (2 images); left out: 0 (2).")]
    [InlineData("split,is_train\n1,train,1\n2,train,1\n3,test,0\n4,val,0\n", "as the column 'split' of 'table.csv' has it (2 images); left out: test (1), val (1).")]
    [InlineData("split,is_test\n1,train,0\n2,,0\n3,test,1\n4,,1\n", "left out: is_test 1 (1), split test (1).")]
    public void Several_columns_hold_out_what_one_of_them_does(string columns, string remark) => AssertTaken(columns, remark);

    [Fact]
    public void A_column_of_few_images_holds_out_what_it_names_beside_one_of_all()
    {
        Table("split,is_val\n1,train,\n2,train,0\n3,train,1\n4,test,\n5,train,\n6,test,\n");
        folder.File("5.png", TestImages.Png(16, 16, 0, 0, 0));
        folder.File("6.png", TestImages.Png(16, 16, 0, 0, 0));
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(3, set.Count);
        Assert.Contains(set.Warnings, warning => warning.Contains("contradict each other about 1 image, '3.png' the first", StringComparison.Ordinal));
        Assert.DoesNotContain(set.Warnings, warning => warning.Contains("all are taken", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("split,is_train\n1,train,1\n2,train,1\n3,train,0\n4,test,0\n", "The column 'split' of 'table.csv' and the column 'is_train' of 'table.csv' contradict each other about 1 "
        + "image, '3.png' the first, which is left out; correct one of them.", 2)]
    [InlineData("split,is_train\n1,train,1\n2,train,1\n3,train,0\n4,test,1\n", "contradict each other about 2 images, '3.png' the first, which are left out; correct one of them.", 2)]
    [InlineData("split,is_train\n1,train,0\n2,train,0\n3,test,1\n4,test,1\n", "contradict each other about 4 images, '1.png' the first, and leave none for training, so all are taken; "
        + "correct one of them.", 4)]
    public void Columns_that_contradict_each_other_are_told_and_what_they_disagree_about_is_not_trained_on(string columns, string remark, int count)
    {
        Table(columns);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(count, set.Count);
        Assert.Contains(set.Warnings, warning => warning.EndsWith(remark, StringComparison.Ordinal));
        Assert.Empty(set.Labels);
    }

    [Theory]
    [InlineData("split\n1,test\n2,test\n3,test\n4,test\n", "By the column 'split' of 'table.csv' no image is for training (test (4)), so all are taken.")]
    [InlineData("split\n1,test\n2,val\n3,val\n4,\n", "no image is for training (test (1), val (2)), so all are taken.")]
    [InlineData("is_train\n1,0\n2,0\n3,0\n4,0\n", "By the column 'is_train' of 'table.csv' no image is for training (0 (4)), so all are taken.")]
    [InlineData("val,test\n1,1,0\n2,1,0\n3,0,1\n4,0,1\n", "no image is for training (test 1 (2), val 1 (2)), so all are taken.")]
    [InlineData("split\n1,1\n2,2\n3,1\n4,1\n", "no image is for training (1 (3), 2 (1)), so all are taken.")]
    public void A_table_without_a_training_part_is_told(string columns, string remark)
    {
        Table(columns);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(4, set.Count);
        Assert.EndsWith(remark, Assert.Single(set.Warnings), StringComparison.Ordinal);
        Assert.Empty(set.Labels);
    }

    [Theory]
    [InlineData("split_lip\n1,0\n2,1\n3,0\n4,1\n", "split_lip")]
    [InlineData("valid\n1,0\n2,1\n3,0\n4,1\n", "valid")]
    [InlineData("split\n1,3\n2,4\n3,3\n4,5\n", "split")]
    [InlineData("latest\n1,0\n2,1\n3,0\n4,1\n", "latest")]
    public void What_may_be_something_else_is_a_label(string columns, string label)
    {
        Table(columns);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal((4, label), (set.Count, Assert.Single(set.Labels).Name));
        Assert.Empty(set.Warnings);
    }

    [Fact]
    public void Numbers_by_which_most_images_are_held_out_are_explained()
    {
        Table("split\n1,0\n2,1\n3,1\n4,1\n");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(1, set.Count);
        Assert.Equal("In the column 'split' of 'table.csv' 0 is taken for training; write train and test there if it is not.", set.Warnings[^1]);
    }

    [Fact]
    public void What_a_table_holds_out_of_the_folder_for_training_is_left_out_too()
    {
        foreach (string path in new[] { "train/1.png", "train/2.png", "train/3.png", "test/1.png", "test/4.png" })
        {
            folder.File(path, TestImages.Png(16, 16, 0, 0, 0));
        }

        folder.File("table.csv", Encoding.UTF8.GetBytes("file,split\ntrain/1.png,train\ntrain/2.png,train\ntrain/3.png,val\ntest/1.png,test\ntest/4.png,test\n"));
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(2, set.Count);
        Assert.Contains("The training part is taken: train (3 images); left out: test (2).", set.Warnings);
        Assert.Contains("The training part is taken, as the column 'split' of 'table.csv' has it (2 images); left out: val (1).", set.Warnings);
    }

    [Fact]
    public void A_class_that_is_written_as_zeros_and_a_one_stands_beside_parts_that_are()
    {
        Table("cat,dog,train,test\n1,1,0,1,0\n2,0,1,1,0\n3,1,0,0,1\n4,0,1,0,1\n");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(["cat", "dog"], Assert.Single(set.Labels).ValueNames);
        Assert.Equal([0, 1], set.Labels[0].Values);
    }

    [Fact]
    public void A_line_of_metadata_is_quoted_as_it_is_written()
    {
        Images();
        folder.File("metadata.jsonl", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 4).Select(i =>
            $"{{\"file_name\": \"{i}.png\", \"is_train\": {(i < 3 ? "true" : "false")}}}\n"))));
        using ImageSet set = Loading.Load(folder);
        Assert.EndsWith("left out: false (2).", Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    private void AssertTaken(string columns, string remark)
    {
        Table(columns);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(2, set.Count);
        Assert.Empty(set.Labels);
        Assert.EndsWith(remark, Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    // Rows begin with the image's number.
    private void Table(string columns)
    {
        Images();
        var lines = columns.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        folder.File("table.csv", Encoding.UTF8.GetBytes($"file,{lines[0]}\n{string.Join('\n', lines.Skip(1).Select(line => line.Insert(1, ".png")))}\n"));
    }

    private void Images()
    {
        for (int i = 1; i <= 4; i++)
        {
            folder.File($"{i}.png", TestImages.Png(16, 16, 0, 0, 0));
        }
    }
}
