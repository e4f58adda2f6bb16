using System.Collections;
using System.Reflection;
using PureHDF.VOL.Native;

namespace IlgpuGan.Hdf5;

/// <summary>A link of a group.</summary>
/// <param name="Name">Its name in the group.</param>
/// <param name="File">The file that it leads into; null where it leads nowhere out of its own.</param>
internal readonly record struct GroupLink(string Name, string? File);

/// <summary>
/// What leads out of a file: links into other files, and numbers that lie in files of their own. The library follows it to whatever lies there on this machine, and has no
/// public word for it; so the headers that it has read are asked.
/// </summary>
internal static class OtherFiles
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly MethodInfo ManyLinks = typeof(NativeGroup).GetMethod("EnumerateLinkMessagesFromLinkInfoMessage", Hidden)
        ?? throw new MissingMethodException(nameof(NativeGroup), "EnumerateLinkMessagesFromLinkInfoMessage");

    /// <summary>The links of a group, none of them followed; none for a group of the old kind, which holds no links into other files.</summary>
    public static IReadOnlyList<GroupLink> LinksOf(NativeGroup group)
    {
        object[] messages = [.. MessagesOf(group)];
        IEnumerable links = messages.FirstOrDefault(message => message.GetType().Name == "LinkInfoMessage") is { } info && !IsNowhere(group, Get<ulong>(info, "BTree2NameIndexAddress"))
            ? (IEnumerable)ManyLinks.Invoke(group, BindingFlags.DoNotWrapExceptions, null, [info], null)!
            : messages.Where(message => message.GetType().Name == "LinkMessage");
        return [.. links.Cast<object>().Select(link => (Name: Get<string>(link, "LinkName"), Target: Get<object>(link, "LinkInfo")))
            .Select(link => new GroupLink(link.Name, link.Target.GetType().Name == "ExternalLinkInfo" ? Get<string>(link.Target, "FilePath") : null))];
    }

    /// <summary>Whether the numbers of an array lie in other files.</summary>
    public static bool HoldNumbersOf(NativeDataset dataset) => MessagesOf(dataset).Any(message => message.GetType().Name == "ExternalFileListMessage");

    /// <summary>The file that an object was found in.</summary>
    public static NativeFile FileOf(NativeObject found) => Get<NativeFile>(Get<object>(found, "Context"), "File");

    /// <summary>Where an object lies in its file.</summary>
    public static ulong AddressOf(NativeObject found) => Get<ulong>(Get<object>(found, "Reference"), "Value");

    private static IEnumerable<object> MessagesOf(NativeObject found) =>
        Get<IEnumerable>(Get<object>(found, "Header"), "HeaderMessages").Cast<object>().Select(message => Get<object>(message, "Data"));

    private static bool IsNowhere(NativeObject found, ulong address)
    {
        object superblock = Get<object>(Get<object>(found, "Context"), "Superblock");
        return (bool)superblock.GetType().GetMethod("IsUndefinedAddress", Hidden)!.Invoke(superblock, [address])!;
    }

    private static T Get<T>(object of, string name)
    {
        PropertyInfo property = of.GetType().GetProperty(name, Hidden) ?? throw new MissingMemberException(of.GetType().Name, name);
        return (T)property.GetValue(of, BindingFlags.DoNotWrapExceptions, null, null, null)!;
    }
}
