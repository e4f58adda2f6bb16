namespace IlgpuGan.Devices;

/// <summary>The device that was asked for does not exist, was misspelt or cannot be used; the message names it, the devices there are and the remedy.</summary>
public class DeviceException : Exception
{
    internal DeviceException(string message) : this(message, null) { }

    internal DeviceException(string message, Exception? inner) : base(OptionWords.In(message), inner) { }

    /// <summary>Whether the device is there, and it or its driver failed; otherwise another choice is all that is needed.</summary>
    internal bool HasFailed { get; init; }
}
