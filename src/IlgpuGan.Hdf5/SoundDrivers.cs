using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using PureHDF;
using PureHDF.VOL.Native;

namespace IlgpuGan.Hdf5;

/// <summary>
/// Opens files so that nothing in them claims more bytes than they have: the library takes the memory that a length claims before it reads, and has no public word for what reads. So
/// its own readers get a derived type each, which looks at the length.
/// </summary>
internal static class SoundDrivers
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Assembly Library = typeof(H5File).Assembly;

    private static readonly Type Base = Known("PureHDF.VFD.H5DriverBase");

    private static readonly MethodInfo OpenWith = typeof(NativeFile).GetMethod("InternalOpen", Hidden, [Base, typeof(string), typeof(bool), typeof(H5ReadOptions)])
        ?? throw new MissingMethodException(nameof(NativeFile), "InternalOpen");

    private static readonly Lazy<Type> OfFiles = new(() => Derived(Known("PureHDF.VFD.H5FileHandleDriver")));

    private static readonly Lazy<Type> OfStreams = new(() => Derived(Known("PureHDF.VFD.H5StreamDriver")));

    /// <summary>Opens what a stream holds from where it stands, and closes the stream with it.</summary>
    public static NativeFile Open(Stream stream)
    {
        object driver = Activator.CreateInstance((stream is FileStream ? OfFiles : OfStreams).Value, stream, false)!;
        return (NativeFile)OpenWith.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [driver, "", false, null], null)!;
    }

    // Called by the derived types.
    private static int Sound(int count, long fileBytes) =>
        count <= fileBytes ? count : throw new InvalidDataException($"A part claims {count} bytes of a file of {fileBytes}.");

    private static Type Known(string name) => Library.GetType(name) ?? throw new TypeLoadException($"{Library.GetName()} has no {name}.");

    private static Type[] Parameters(MethodBase method) => [.. method.GetParameters().Select(parameter => parameter.ParameterType)];

    private static Type Derived(Type driver)
    {
        AssemblyBuilder assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"{nameof(SoundDrivers)}.{driver.Name}"), AssemblyBuilderAccess.Run);
        ConstructorInfo opens = typeof(IgnoresAccessChecksToAttribute).GetConstructors()[0];
        foreach (Assembly opened in (Assembly[])[Library, typeof(SoundDrivers).Assembly])
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(opens, [opened.GetName().Name!]));
        }

        TypeBuilder type = assembly.DefineDynamicModule(driver.Name).DefineType($"Sound{driver.Name}", TypeAttributes.Public | TypeAttributes.Sealed, driver);
        ConstructorInfo constructor = driver.GetConstructors()[0];
        ILGenerator body = type.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, Parameters(constructor)).GetILGenerator();
        body.Emit(OpCodes.Ldarg_0);
        body.Emit(OpCodes.Ldarg_1);
        body.Emit(OpCodes.Ldarg_2);
        body.Emit(OpCodes.Call, constructor);
        body.Emit(OpCodes.Ret);
        MethodInfo read = driver.GetMethod("ReadBytes", [typeof(int)])!;
        body = type.DefineMethod(read.Name, MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, read.ReturnType, Parameters(read)).GetILGenerator();
        body.Emit(OpCodes.Ldarg_0);
        body.Emit(OpCodes.Ldarg_1);
        body.Emit(OpCodes.Ldarg_0);
        body.Emit(OpCodes.Callvirt, Base.GetProperty("Length")!.GetMethod!);
        body.Emit(OpCodes.Call, ((Func<int, long, int>)Sound).Method);
        body.Emit(OpCodes.Call, read);
        body.Emit(OpCodes.Ret);
        return type.CreateType();
    }
}
