using System.Runtime.InteropServices;

namespace IlgpuGan.Ranks;

/// <summary>
/// What an MPI library calls the things that it is asked about: addresses of its data in Open MPI, numbers in MPICH and its kin, other numbers in the common ABI of MPI 5.
/// </summary>
/// <param name="World">MPI_COMM_WORLD.</param>
/// <param name="Byte">MPI_BYTE.</param>
/// <param name="Funneled">MPI_THREAD_FUNNELED.</param>
/// <param name="Float">MPI_FLOAT.</param>
/// <param name="Sum">MPI_SUM.</param>
internal sealed record MpiHandles(nint World, nint Byte, int Funneled, nint Float, nint Sum)
{
    /// <summary>What MPICH, Intel MPI, MVAPICH and Cray's MPICH have in common: their ABI initiative of 2014.</summary>
    public static MpiHandles OfMpich { get; } = new(0x4400_0000, 0x4c00_010d, 1, 0x4c00_040a, 0x5800_0003);

    /// <summary>The common ABI (MPI 5.0, chapter 20).</summary>
    public static MpiHandles OfCommonAbi { get; } = new(0x101, 0x247, 1024, 0x210, 0x21);

    /// <summary>The handles of a library that says of itself what it is.</summary>
    /// <param name="name">The name that it was found by: one of the common ABI bears that in it.</param>
    /// <param name="version">What MPI_Get_library_version says.</param>
    /// <param name="export">Where a symbol of the library is; 0 where it has none.</param>
    /// <returns>The handles; null where it is none of these.</returns>
    public static MpiHandles? Of(string name, string version, Func<string, nint> export)
    {
        if (Path.GetFileName(name).StartsWith("libmpi_abi.", StringComparison.Ordinal))
        {
            return OfCommonAbi;
        }

        if (version.Contains("Open MPI", StringComparison.Ordinal))
        {
            var handles = new MpiHandles(export("ompi_mpi_comm_world"), export("ompi_mpi_byte"), 1, export("ompi_mpi_float"), export("ompi_mpi_op_sum"));
            return ((nint[])[handles.World, handles.Byte, handles.Float, handles.Sum]).Contains(0) ? null : handles;
        }

        return ((string[])["MPICH", "Intel(R) MPI", "MVAPICH"]).Any(kin => version.Contains(kin, StringComparison.OrdinalIgnoreCase)) ? OfMpich : null;
    }

    /// <summary>Where a symbol of a library is; 0 where it has none.</summary>
    public static Func<string, nint> ExportsOf(nint library) => name => NativeLibrary.TryGetExport(library, name, out nint address) ? address : 0;
}
