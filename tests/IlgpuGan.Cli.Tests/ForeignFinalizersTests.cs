using System.Reflection;
using ILGPU.Util;

namespace IlgpuGan.Cli.Tests;

public sealed class ForeignFinalizersTests
{
    [Fact]
    public void An_exception_of_a_finalizer_of_ilgpu_is_told_from_all_others()
    {
        using var half = new HalfMade();
        var finalize = typeof(DisposeBase).GetMethod("Finalize", BindingFlags.Instance | BindingFlags.NonPublic)!;
        var theirs = Record.Exception(() => finalize.Invoke(half, BindingFlags.DoNotWrapExceptions, null, null, null));
        Assert.IsType<NotSupportedException>(theirs);
        Assert.True(ForeignFinalizers.IsTheirs(theirs));

        Assert.False(ForeignFinalizers.IsTheirs(Assert.Throws<InvalidOperationException>(Ours)));
        Assert.False(ForeignFinalizers.IsTheirs(new InvalidOperationException("never thrown")));
    }

    private static void Ours() => throw new InvalidOperationException("ours");

    private sealed class HalfMade : DisposeBase
    {
        private bool isOver;

        protected override void Dispose(bool disposing)
        {
            if (!isOver)
            {
                isOver = true;
                throw new NotSupportedException("half made");
            }
            base.Dispose(disposing);
        }
    }
}
