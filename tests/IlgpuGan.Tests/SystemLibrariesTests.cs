namespace IlgpuGan.Tests;

public sealed class SystemLibrariesTests
{
    [Fact]
    public void A_system_without_libssl_is_told_which_package_has_it()
    {
        var asked = new List<string>();

        var fault = Assert.Throws<PlatformNotSupportedException>(() => SystemLibraries.CheckOpenSsl(name =>
        {
            asked.Add(name);
            return false;
        }));

        Assert.Contains("libssl.so.3", asked);
        Assert.Contains("apt-get install libssl3", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libssl.so.3")]
    [InlineData("libssl.so.1.1")]
    public void Any_libssl_that_dotnet_takes_is_enough(string there) => SystemLibraries.CheckOpenSsl(name => name == there);

    [Fact]
    public void This_system_has_what_is_needed() => SystemLibraries.Check();
}
