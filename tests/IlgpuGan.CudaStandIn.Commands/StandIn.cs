using System.Runtime.InteropServices;
using System.Text;

namespace IlgpuGan.CudaStandIn.Commands;

/// <summary>The stand-in that this process has for its driver.</summary>
public static class StandIn
{
    /// <summary>Gives this process another card.</summary>
    /// <param name="library">The driver's file.</param>
    /// <param name="words">Words for the stand-in.</param>
    public static unsafe void Restart(string library, string words)
    {
        // What the program before has left behind lets its handles go while they still name something.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        fixed (byte* first = Encoding.UTF8.GetBytes($"{words}\0"))
        {
            ((delegate* unmanaged<byte*, void>)NativeLibrary.GetExport(NativeLibrary.Load(library), "standInRestart"))(first);
        }
    }
}
