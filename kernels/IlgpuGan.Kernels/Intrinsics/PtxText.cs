using ILGPU.Backends.PTX;
using ILGPU.IR;
using Registers = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>;

namespace IlgpuGan.Kernels.Intrinsics;

/// <summary>Registers and numbers of PTX in the place of an intrinsic's call.</summary>
internal static class PtxText
{
    /// <summary>An argument that must be a number known when the kernel is compiled.</summary>
    public static int Constant(this PTXCodeGenerator generator, Value value) => generator.LoadPrimitive(value) is Registers.ConstantRegister constant
        ? constant.Value.Int32Value
        : throw new InvalidOperationException("an argument of an intrinsic is not a constant where it must be");

    /// <summary>The registers of an argument's fields.</summary>
    public static Registers.HardwareRegister[] LoadAll(this PTXCodeGenerator generator, Value value) =>
        [.. Flat(generator.Load(value)).Select(generator.EnsureHardwareRegister)];

    /// <summary>Registers for the fields of a call's result.</summary>
    public static Registers.PrimitiveRegister[] AllocateAll(this PTXCodeGenerator generator, Value value) => [.. Flat(generator.Allocate(value))];

    /// <summary>A register as it is written.</summary>
    public static string Name(Registers.HardwareRegister register) => $"%{PTXRegisterAllocator.GetStringRepresentation(register)}";

    private static IEnumerable<Registers.PrimitiveRegister> Flat(Registers.Register register) => register is Registers.CompoundRegister compound
        ? compound.Children.SelectMany(Flat)
        : [(Registers.PrimitiveRegister)register];
}
