using System.Runtime.InteropServices;

namespace IlgpuGan;

/// <summary>What .NET needs of the system that it runs on.</summary>
internal static class SystemLibraries
{
    private const string VersionVariable = "CLR_OPENSSL_VERSION_OVERRIDE";

    // In the order of .NET, and the next one: a version too many here does no harm.
    private static readonly string[] Versions = ["3", "4", "1.1", "1.0.2", "1.0.0", "10"];

    /// <summary>Checks that OpenSSL's libssl is there, by which .NET computes hashes on Linux: at the first hash without it .NET would abort the process.</summary>
    /// <exception cref="PlatformNotSupportedException">It is not; the message says how to install it.</exception>
    public static void Check()
    {
        if (OperatingSystem.IsLinux())
        {
            CheckOpenSsl(name => NativeLibrary.TryLoad(name, out _));
        }
    }

    /// <inheritdoc cref="Check"/>
    /// <param name="load">Loads a library by its name; false where there is none.</param>
    internal static void CheckOpenSsl(Func<string, bool> load)
    {
        string? wanted = Environment.GetEnvironmentVariable(VersionVariable);
        IEnumerable<string> versions = string.IsNullOrEmpty(wanted) ? Versions : Versions.Prepend(wanted);
        if (!versions.Any(version => load($"libssl.so.{version}")))
        {
            throw new PlatformNotSupportedException(
                "libssl.so.3 is missing, which .NET needs for hashes on Linux; install OpenSSL: on Debian and Ubuntu apt-get install libssl3 (libssl3t64 on the newest), on Fedora dnf "
                    + "install openssl-libs, on Alpine apk add libssl3.");
        }
    }
}
