/// Why a ``WireEnd`` could not be opened or is of no use any more.
public enum WireEndError: Error, Hashable, Sendable {
  /// A call of the kernel failed.
  ///
  /// `call` is the name of the call or of its request, for example `TUNSETIFF`; `device` is the
  /// device or path that it was for.
  case system(call: String, device: String, errno: Int32)
  /// The device, or the network namespace that it was in, does not exist any more.
  case gone(device: String)
  /// No interface can have the name: it is empty, has a slash, a blank or a colon, or has more than
  /// `limit` octets.
  case interfaceName(String, limit: Int)
  /// A device cannot have this number of queues.
  case queueCount(Int, limit: Int)
  /// An end of a bridge, `left` or `right`, has a clock of its own.
  case noVirtualTime(side: String)
}
