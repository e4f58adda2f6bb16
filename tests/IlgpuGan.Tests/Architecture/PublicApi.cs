using System.Reflection;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Tests.Architecture;

/// <summary>What an assembly offers to others, as text: a line for each type and, below it, for each of its members that is not inherited, in the order of their letters.</summary>
internal static class PublicApi
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(char)] = "char", [typeof(double)] = "double", [typeof(float)] = "float", [typeof(int)] = "int",
        [typeof(long)] = "long", [typeof(object)] = "object", [typeof(short)] = "short", [typeof(string)] = "string", [typeof(uint)] = "uint", [typeof(ulong)] = "ulong",
        [typeof(ushort)] = "ushort", [typeof(void)] = "void",
    };

    /// <summary>The lines of an assembly.</summary>
    public static IEnumerable<string> Of(Assembly assembly)
    {
        foreach (var type in assembly.GetTypes().Where(IsSeen).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            yield return $"{Kind(type)} {Full(type)}";
            // What every record, enumeration and delegate has says nothing of this one.
            IEnumerable<string> members = type.IsEnum
                ? Enum.GetNames(type)
                : IsDelegate(type) ? [Signature(type.GetMethod("Invoke")!)]
                : type.GetMembers(Own).Where(member => IsSeen(member) && !IsWritten(member, type)).Select(Signature).Order(StringComparer.Ordinal);
            foreach (string member in members)
            {
                yield return $"    {member}";
            }
        }
    }

    private static bool IsSeen(Type type) => type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsSeen(type.DeclaringType!));

    private static bool IsSeen(MemberInfo member) => member switch
    {
        MethodBase { IsSpecialName: true } method when method is MethodInfo && !method.Name.StartsWith("op_", StringComparison.Ordinal) => false,
        MethodBase method => IsSeen(method),
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsSeen),
        EventInfo happening => IsSeen(happening.AddMethod!),
        _ => false,
    };

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // By the compiler, or for everyone.
    private static bool IsWritten(MemberInfo member, Type type) =>
        member.GetCustomAttribute<CompilerGeneratedAttribute>() is not null
        || member.Name is "EqualityContract" or "PrintMembers" or "<Clone>$" or "Deconstruct" or "GetHashCode" or "Equals" or "op_Equality" or "op_Inequality" or "ToString"
        || (member is ConstructorInfo constructor && constructor.GetParameters() is [{ } only] && only.ParameterType == type);

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ when IsDelegate(type) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static bool IsDelegate(Type type) => typeof(MulticastDelegate).IsAssignableFrom(type.BaseType);

    private static string Signature(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"{Access(constructor)}{Name(constructor.DeclaringType!)}({Parameters(constructor)})",
        MethodInfo method => $"{Access(method)}{Name(method.ReturnType)} {method.Name}{Generic(method.GetGenericArguments())}({Parameters(method)})",
        PropertyInfo property => $"{Access(property.GetAccessors(nonPublic: true).First(IsSeen))}{Name(property.PropertyType)} {property.Name}"
            + $"{(property.GetIndexParameters() is { Length: > 0 } index ? $"[{string.Join(", ", index.Select(Parameter))}]" : "")} {{ {string.Join(" ", Accessors(property))} }}",
        FieldInfo { IsLiteral: true } constant => $"const {Name(constant.FieldType)} {constant.Name}",
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)} {field.Name}",
        EventInfo happening => $"event {Name(happening.EventHandlerType!)} {happening.Name}",
        _ => member.Name,
    };

    private static IEnumerable<string> Accessors(PropertyInfo property)
    {
        if (property.GetMethod is { } get && IsSeen(get))
        {
            yield return "get;";
        }

        if (property.SetMethod is { } set && IsSeen(set))
        {
            yield return set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;";
        }
    }

    private static string Access(MethodBase method) =>
        (method.IsPublic ? "" : "protected ") + (method.IsStatic ? "static " : "")
        + (method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal ? ""
            : method.IsAbstract ? "abstract " : ((MethodInfo)method).GetBaseDefinition() != method ? "override " : "virtual ");

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter) =>
        $"{(parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "")}{Name(parameter.ParameterType)} "
            + $"{parameter.Name}{(parameter.IsOptional ? " = ..." : "")}";

    private static string Name(Type type) =>
        Keywords.GetValueOrDefault(type)
        ?? (type.IsByRef ? Name(type.GetElementType()!)
            : type.IsArray ? $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]"
            : type.IsPointer ? $"{Name(type.GetElementType()!)}*"
            : Nullable.GetUnderlyingType(type) is { } value ? $"{Name(value)}?"
            : type.Name.Split('`')[0] + Generic(type.GetGenericArguments()));

    private static string Full(Type type) => $"{(type.IsNested ? Full(type.DeclaringType!) : type.Namespace)}.{type.Name.Split('`')[0]}{Generic(type.GetGenericArguments())}";

    private static string Generic(Type[] arguments) => arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Name))}>";
}
