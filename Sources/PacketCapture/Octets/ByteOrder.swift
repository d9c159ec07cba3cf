/// The order in which a capture stores the octets of its own integers.
///
/// A capture is written in the order of the machine that made it, and says which by its magic
/// number. The frames inside are not affected.
public enum ByteOrder: Hashable, Sendable, CaseIterable {
  /// The least significant octet first, as on x86-64 and nearly all arm64 systems.
  case littleEndian
  /// The most significant octet first.
  case bigEndian
}
