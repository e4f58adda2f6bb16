using System.Text;
using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Tests.Data;

public sealed class LabelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_dataset_json_below_holds_where_the_images_begin()
    {
        Images("my/data/00000/1.png", "my/data/00000/2.png", "my/data/00001/3.png");
        Text("my/data/dataset.json", """{"labels": [["00000/1.png", 0], ["00000/2.png", 1], ["00001/3.png", 0]]}""");
        AssertLabels("class", ["0", "1"], [0, 1, 0]);
    }

    [Fact]
    public void A_dataset_json_of_some_of_the_images_is_not_used_and_it_is_said()
    {
        Images("a/1.png", "b/1.png");
        Text("a/dataset.json", """{"labels": [["1.png", 4]]}""");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal("folder", Assert.Single(set.Labels).Name);
        Assert.Contains("a/dataset.json", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_json_that_begins_with_a_byte_order_mark_is_read()
    {
        Images("1.png", "2.png");
        Text("dataset.json", "\uFEFF" + """{"labels": [["1.png", 0], ["2.png", 1]]}""");
        AssertLabels("class", ["0", "1"], [0, 1]);
    }

    [Fact]
    public void Whole_numbers_written_as_floats_are_classes()
    {
        Images("1.png", "2.png");
        Text("dataset.json", """{"labels": [["1.png", 0.0], ["2.png", 1e0]]}""");
        AssertLabels("class", ["0", "1"], [0, 1]);
    }

    [Fact]
    public void A_one_hot_vector_is_a_class()
    {
        Images("1.png", "2.png");
        Text("dataset.json", """{"labels": [["1.png", [0, 0, 1.0]], ["2.png", [1, 0, 0]]]}""");
        AssertLabels("class", ["0", "1", "2"], [2, 0]);
    }

    [Fact]
    public void A_vector_of_several_ones_is_yes_and_no()
    {
        Images("1.png", "2.png");
        Text("dataset.json", """{"labels": [["1.png", [0, 1, 1]], ["2.png", [0, 0, 1]]]}""");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(["class-0", "class-1", "class-2"], set.Labels.Select(column => column.Name));
        Assert.All(set.Labels, column => Assert.Equal(["no", "yes"], column.ValueNames));
        Assert.Equal([0, 0, 1, 0, 1, 1], set.Labels.SelectMany(column => column.Values));
    }

    [Theory]
    [InlineData("[0.5, 0.5]", "[1, 0]")]
    [InlineData("[0, 1]", "[0, 1, 0]")]
    [InlineData("0.5", "1")]
    [InlineData("1", "[0, 1]")]
    [InlineData("\"cat\"", "\"dog\"")]
    public void Labels_of_no_class_are_not_taken_and_it_is_said(string one, string other)
    {
        Images("1.png", "2.png");
        Text("dataset.json", $$"""{"labels": [["1.png", {{one}}], ["2.png", {{other}}]]}""");
        using ImageSet set = Loading.Load(folder);
        Assert.Empty(set.Labels);
        Assert.Contains("were not taken", Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void One_file_with_two_labels_is_refused_and_with_one_twice_it_is_said()
    {
        Images("1.png");
        Text("dataset.json", """{"labels": [["1.png", 0], ["1.png", 1]]}""");
        Loading.Refuses<SourceCorruptException>(folder, null, "'1.png' has two different labels", "dataset.json");
        Text("dataset.json", """{"labels": [["1.png", 1], ["1.png", 1], ["gone.png", 1]]}""");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal([1], Assert.Single(set.Labels).Values);
        Assert.Equal(2, set.Warnings.Count);
        Assert.Contains("names 1 file that is no image", set.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("more than once", set.Warnings[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("images1024x1024/00000/00000.png", "images1024x1024/00000/00999.png", "images1024x1024/01000/01000.png")]
    [InlineData("00000/img00000000.png", "00000/img00000001.png", "00001/img00001000.png")]
    public void Folders_that_only_number_the_images_are_labels_only_to_who_names_them(string one, string two, string three)
    {
        Images(one, two, three);
        using ImageSet set = Loading.Load(folder);
        Assert.Empty(set.Labels);
        Assert.Empty(set.Summary.Labels);
        Assert.Contains("only number the images", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
        LabelChoice choice = LabelChoice.Of(set, "folder");
        Assert.Equal([2, 1], Assert.Single(choice.Columns).Counts);
        Assert.Equal([0, 0, 1], choice.ValuesOf(set));
        Assert.Throws<OptionException>(() => LabelChoice.Of(set, "all"));
    }

    [Theory]
    [InlineData("0/5.png", "1/7.png", "2/9.png")]
    [InlineData("00000/00000_00001.png", "00001/00000_00001.png", "00002/00000_00001.png")]
    [InlineData("001/17.png", "002/3.png", "003/x.png")]
    public void Folders_of_numbers_whose_images_begin_anew_are_classes(string one, string two, string three)
    {
        Images(one, two, three);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(3, Assert.Single(set.Labels).ValueNames.Count);
        Assert.Empty(set.Warnings);
    }

    [Theory]
    [InlineData("file,label\n1.png,cat\n2.png,dog\n")]
    [InlineData("label;file\r\ncat;1.png\r\ndog;2.png")]
    [InlineData("\uFEFF\"image_id\"\t\"label\"\n\"1\"\t\"cat\"\n\"2\"\t\"dog\"\n")]
    [InlineData("path,label\nsomewhere/else/1.png,cat\n.\\2.png,dog")]
    [InlineData("1.png,cat\n2.png,dog\n")]
    [InlineData("file,label\n1.jpg,cat\nbefore/2.JPEG,dog\n")]
    public void A_table_beside_the_images_labels_them(string text)
    {
        Images("1.png", "2.png");
        Text(text.Contains('\t', StringComparison.Ordinal) ? "labels.tsv" : "labels.csv", text);
        AssertLabels("label", ["cat", "dog"], [0, 1]);
    }

    [Fact]
    public void Each_column_of_a_table_that_holds_classes_is_a_label()
    {
        Images([.. Enumerable.Range(0, 40).Select(i => $"images/{i:D2}.png")]);
        string rows = string.Concat(Enumerable.Range(0, 40).Select(i =>
            $"{i},{i:D2}.png,\"Cat, {(i % 2 == 0 ? "big" : "small")}\",{i % 3},{(i % 4 == 0 ? 1 : -1)},{i % 5 / 4},{i * 0.37},\"what {i} says, \"\"so\"\"\",{(i == 7 ? "" : "x")}\n"));
        Text("meta.csv", ",file,kind,size,smiling,hat,age,caption,gap\n" + rows);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(["kind", "size", "smiling", "hat"], set.Labels.Select(column => column.Name));
        Assert.Equal(["Cat, big", "Cat, small"], set.Labels[0].ValueNames);
        Assert.Equal(["0", "1", "2"], set.Labels[1].ValueNames);
        Assert.Equal(["no", "yes"], set.Labels[2].ValueNames);
        Assert.Equal(["no", "yes"], set.Labels[3].ValueNames);
        Assert.Equal([1, 0, 0, 0], set.Labels[2].Values.Take(4));
        Assert.Contains("column 1, age, caption, gap", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_with_a_single_one_in_each_row_are_one_class()
    {
        Images("1.png", "2.png", "3.png");
        Text("truth.csv", "image,melanoma,nevus,other\n1,0.0,1.0,0.0\n2,1.0,0.0,0.0\n3,0,0,1\n");
        AssertLabels("class", ["melanoma", "nevus", "other"], [1, 0, 2]);
    }

    [Fact]
    public void CelebAs_list_labels_images_in_another_folder()
    {
        Images("Img/img_align_celeba/000001.png", "Img/img_align_celeba/000002.png");
        Text("Anno/list_attr_celeba.txt", "2\nSmiling Young \n000001.png -1  1\n000002.png  1 -1\n");
        Text("Anno/list_bbox_celeba.txt", "2\nimage_id x_1 y_1\n000001.png 95 71\n000002.png 72 94\n");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(["Smiling", "Young"], set.Labels.Select(column => column.Name));
        Assert.Equal([0, 1, 1, 0], set.Labels.SelectMany(column => column.Values));
        Assert.Empty(set.Warnings);
    }

    [Fact]
    public void A_table_that_names_none_of_the_images_is_told()
    {
        Images("0001.png", "0002.png");
        Text("labels.csv", "id,label\n1,cat\n2,dog\n");
        using ImageSet set = Loading.Load(folder);
        Assert.Empty(set.Labels);
        Assert.Equal(
            "No row of 'labels.csv' names an image of the set, so no labels were taken from there; to label them, a column has to hold their file names, such as '0001.png'.",
            Assert.Single(set.Warnings));
    }

    [Fact]
    public void A_column_that_parts_the_images_is_no_label_and_its_training_part_is_taken()
    {
        Images("1.png", "2.png", "3.png");
        Text("labels.csv", "file,label,split\n1.png,cat,train\n2.png,dog,train\n3.png,cat,test\n");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal((2, "label"), (set.Count, Assert.Single(set.Labels).Name));
        Assert.Equal([0, 1], set.Labels[0].Values);
        Assert.Equal("The training part is taken, as the column 'split' of 'labels.csv' has it (2 images); left out: test (1).", Assert.Single(set.Warnings));
    }

    [Theory]
    [InlineData("labels.csv", "file,label,split\n1.png,a,train\n2.png,b,train\n3.png,a,test\n4.png,b,\n", "left out: test (1), and 1 that it places nowhere, '4.png' the first.")]
    [InlineData("labels.csv", "file,label,split\n1.png,a,train\n2.png,b,train\n3.png,a,test\n", "left out: test (1), and 1 that it places nowhere, '4.png' the first.")]
    [InlineData("labels.csv", "file,label,split\n1.png,a,train\n2.png,b,train\n3.png,a,test\n4.png,a,test\n4.png,b,test\n", "left out: test (2).")]
    [InlineData("labels.csv", "file,label,split\n1.png,a,train\n2.png,b,train\n3.png,a,test\n4.png,a,test\n4.png,a,train\n", "and 1 that it places nowhere, '4.png' the first.")]
    [InlineData("list_eval_partition.txt", "1.png 0\n2.png 0\n3.png 1\n", "left out: 1 (1), and 1 that it places nowhere, '4.png' the first.")]
    [InlineData("metadata.jsonl", "{\"file_name\": \"1.png\", \"split\": \"train\"}\n{\"file_name\": \"2.png\", \"split\": \"train\"}\n{\"file_name\": \"3.png\", \"split\": "
        + "\"test\"}\n{\"file_name\": \"4.png\", \"split\": null}\n", "'4.png' the first.")]
    public void What_a_split_does_not_place_is_left_out_and_counted_whatever_is_wrong_with_the_labels(string file, string text, string remark)
    {
        Images("1.png", "2.png", "3.png", "4.png");
        Text(file, text);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(2, set.Count);
        Assert.Contains(set.Warnings, warning => warning.EndsWith(remark, StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_above_parts_that_use_the_same_names_labels_the_one_that_is_taken()
    {
        Images("train/1.png", "train/2.png", "test/1.png", "test/2.png");
        Text("labels.csv", "file,label\ntest/1.png,b\ntrain/1.png,a\ntrain/2.png,b\ntest/2.png,a\n");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(["a", "b"], Assert.Single(set.Labels).ValueNames);
        Assert.Equal([0, 1], set.Labels[0].Values);
        Assert.DoesNotContain(set.Warnings, warning => warning.Contains("differ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("split.csv", "file,is_train\n1.png,1\n2.png,1\n3.png,0\n4.png,0\n", "column 'is_train' of 'split.csv' has it (2 images); left out: 0 (2)")]
    [InlineData("split.csv", "file,Training\n1.png,True\n2.png,True\n3.png,False\n4.png,False\n", "left out: False (2)")]
    [InlineData("split.csv", "file,is_test\n1.png,no\n2.png,no\n3.png,yes\n4.png,yes\n", "left out: yes (2)")]
    [InlineData("split.csv", "file,subset\n1.png,training\n2.png,training\n3.png,validation\n4.png,test\n", "left out: test (1), validation (1)")]
    [InlineData("list_eval_partition.txt", "1.png 0\n2.png 0\n3.png 1\n4.png 2\n", "of 'list_eval_partition.txt' has it (2 images); left out: 1 (1), 2 (1)")]
    [InlineData("list_eval_partition.csv", "image_id,partition\n1.png,0\n2.png,0\n3.png,1\n4.png,2\n", "column 'partition'")]
    [InlineData("metadata.jsonl", "{\"file_name\": \"1.png\", \"split\": \"train\"}\n{\"file_name\": \"2.png\", \"split\": \"train\"}\n{\"file_name\": \"3.png\", \"split\": "
        + "\"test\"}\n{\"file_name\": \"4.png\", \"split\": \"test\"}\n", "left out: test (2)")]
    public void What_a_table_says_is_for_training_is_trained_on(string table, string text, string words)
    {
        Images("1.png", "2.png", "3.png", "4.png");
        Text(table, text);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(2, set.Count);
        Assert.Empty(set.Labels);
        Assert.Contains(words, Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file,is_valid\n1.png,1\n2.png,1\n3.png,0\n4.png,0\n", "is_valid")]
    [InlineData("file,wears_train\n1.png,1\n2.png,1\n3.png,0\n4.png,0\n", "wears_train")]
    [InlineData("file,vehicle\n1.png,train\n2.png,train\n3.png,test\n4.png,bus\n", "vehicle")]
    public void A_column_that_may_say_something_else_parts_nothing(string text, string label)
    {
        Images("1.png", "2.png", "3.png", "4.png");
        Text("labels.csv", text);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal((4, label), (set.Count, Assert.Single(set.Labels).Name));
    }

    [Fact]
    public void Labels_of_the_training_part_are_those_of_its_own_rows_whichever_table_has_them()
    {
        Images("1.png", "2.png", "3.png");
        Text("list_eval_partition.txt", "3.png 0\n2.png 2\n1.png 0\n");
        Text("list_attr.csv", "file,Male,Smiling\n1.png,1,1\n2.png,1,0\n3.png,0,1\n");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(["Male", "Smiling"], set.Labels.Select(column => column.Name));
        Assert.Equal([1, 0], set.Labels[0].Values);
        Assert.Equal([1, 1], set.Labels[1].Values);
        Assert.StartsWith("The training part is taken", Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_metadata_label_the_images_that_they_name()
    {
        Images("a/1.png", "a/2.png", "a/3.png");
        Text("metadata.jsonl", "{\"file_name\": \"a/1.png\", \"label\": \"cat\", \"text\": \"a cat\", \"boxes\": [1, 2]}\n{\"file_name\": \"a/2.png\", \"label\": "
            + "\"dog\"}\n\n{\"file_name\": \"a/3.png\", \"label\": \"cat\"}\n");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(("label", 3), (Assert.Single(set.Labels).Name, set.Count));
        Assert.Equal([0, 1, 0], set.Labels[0].Values);
    }

    [Fact]
    public void Metadata_that_is_no_JSON_is_said_not_to_be_understood()
    {
        Images("1.png", "2.png");
        Text("metadata.jsonl", "{\"file_name\": \"1.png\", \"label\": 1}\n{\"file_name\"\n");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal("'metadata.jsonl' was not taken for labels: line 2 is no JSON object.", Assert.Single(set.Warnings));
    }

    [Theory]
    [InlineData("images", "masks")]
    [InlineData("images", "labels")]
    [InlineData("Images", "Annotations")]
    [InlineData("JPEGImages", "SegmentationClass")]
    public void Pictures_and_what_was_drawn_of_them_are_no_classes(string pictures, string drawn)
    {
        Images($"{pictures}/1.png", $"{pictures}/2.png", $"{drawn}/1.png", $"{drawn}/2.png");
        using ImageSet set = Loading.Load(folder);
        Assert.Empty(set.Labels);
        Assert.Equal(4, set.Count);
        string warning = Assert.Single(set.Warnings);
        Assert.Contains($"'{pictures}' and '{drawn}' look like pictures and what was drawn of them", warning, StringComparison.Ordinal);
        Assert.Contains($"name the folder '{pictures}' as the data", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file,label\n1.png,cat\n", "no row for 1 of 2 images, '2.png'")]
    [InlineData("file,label\n1.png,cat\n2.png,dog\n1.png,dog\n", "two rows that differ for '1.png'")]
    [InlineData("file,label\n1.png,cat,big\n2.png,dog\n", "row 2 has 3 fields where 2 were expected")]
    [InlineData("file,label\n1.png,\"cat\n2.png,dog\n", "quote that does not end")]
    public void A_table_that_does_not_label_all_images_is_not_taken_and_it_is_said(string text, string said)
    {
        Images("1.png", "2.png");
        Text("labels.csv", text);
        using ImageSet set = Loading.Load(folder);
        Assert.Empty(set.Labels);
        Assert.Contains(said, Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_the_training_part_labels_it_though_the_other_uses_the_same_names()
    {
        Images("train/1.png", "train/2.png", "test/1.png", "test/2.png");
        Text("train/labels.csv", "file,year\n1.png,1999\n2.png,2024\n");
        Text("test/labels.csv", "file,year\n1.png,7\n2.png,8\n");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(["1999", "2024"], Assert.Single(set.Labels).ValueNames);
        Assert.Equal([0, 1], set.Labels[0].Values);
    }

    [Fact]
    public void Folders_stay_a_label_beside_those_of_a_table()
    {
        Images("cat/1.png", "dog/1.png");
        Text("labels.csv", "file,mood\ncat/1.png,glad\ndog/1.png,sad\nrat/1.png,sad\n");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(["mood", "folder"], set.Labels.Select(column => column.Name));
        Assert.Contains("1 row of files that are no images", Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_says_what_was_taken()
    {
        Images("cat/1.png", "cat/2.png", "dog/1.png");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(Path.GetFileName(folder.FullName), set.Summary.Source);
        Assert.Equal(3, set.Summary.Count);
        LabelSummary labels = Assert.Single(set.Summary.Labels);
        Assert.Equal([new ClassCount("cat", 2), new ClassCount("dog", 1)], labels.Classes);
    }

    private void Images(params string[] paths)
    {
        foreach (string path in paths)
        {
            folder.File(path, TestImages.Png(16, 16, 0, 0, 0));
        }
    }

    private void Text(string path, string text) => folder.File(path, Encoding.UTF8.GetBytes(text));

    private void AssertLabels(string name, string[] valueNames, int[] values)
    {
        using ImageSet set = Loading.Load(folder);
        LabelColumn column = Assert.Single(set.Labels);
        Assert.Equal(name, column.Name);
        Assert.Equal(valueNames, column.ValueNames);
        Assert.Equal(values, column.Values);
        Assert.Empty(set.Warnings);
    }
}
