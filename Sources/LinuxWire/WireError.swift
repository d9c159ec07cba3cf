/// Why a ``WireEnd`` could not be opened or is of no use any more.
public enum WireError: Error, Hashable, Sendable {
  /// A call of the kernel failed.
  ///
  /// `call` is the name of the call or of its request, for example `TUNSETIFF`; `device` is the
  /// device or path that it was for.
  case system(call: String, device: String, errno: Int32)
}
