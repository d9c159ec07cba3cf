/// The rules by which ``referenceSegments(of:segmentSize:rules:)`` segments.
public struct ReferenceRules: Equatable, Sendable {
  /// How the IPv4 identification runs on, in inner and outer headers alike.
  public enum Identification: Equatable, Sendable {
    /// Base plus index, modulo 2^16.
    case incrementing16
    /// Base plus index, modulo 2^15.
    case incrementing15
    /// The same in every segment.
    case fixed
  }

  /// Which segments keep the CWR flag.
  public enum CongestionWindowReduced: Equatable, Sendable {
    /// The first one.
    case firstSegment
    /// Every one.
    case everySegment
  }

  /// The result of a checksum field that is 0 in the input, which for UDP may mean "not used".
  public enum ZeroChecksum: Equatable, Sendable {
    /// It is computed like any other.
    case computeAnyway
    /// It stays 0.
    case copied
  }

  /// What the transport checksum field holds.
  public enum Output: Equatable, Sendable {
    /// The complete checksum.
    case complete
    /// The sum of the segment's own pseudo-header, folded and not inverted.
    case pseudoHeader
    /// The octets of the input.
    case copied
  }

  /// How the IPv4 identification runs on.
  public var identification = Identification.incrementing16
  /// Which segments keep CWR.
  public var congestionWindowReduced = CongestionWindowReduced.firstSegment
  /// The result of an (inner) UDP checksum field of 0.
  public var zeroUDPChecksum = ZeroChecksum.computeAnyway
  /// The result of an outer UDP checksum field of 0.
  public var zeroOuterUDPChecksum = ZeroChecksum.copied
  /// What the transport checksum field holds.
  public var transportChecksum = Output.complete
  /// Whether a frame that makes one segment only has a TCP checksum of 0 stored as 0xFFFF, as Linux
  /// does where a virtio-net header asks for it.
  public var allOnesWhenSingle = false
  /// Whether a UDP checksum that computes to 0 is stored as 0xFFFF (RFC 768), or as 0.
  public var allOnesForUDP = true
  /// Whether IPv4 header checksums are computed, or those of the input.
  public var computesHeaderChecksum = true
  /// Whether the IPv6 payload length counts the extension headers (RFC 8200, section 3).
  public var countsExtensionHeaders = true
  /// Whether the outer UDP checksum of a tunnel over IPv4 is 0, whatever the input has.
  public var clearsOuterUDPChecksumOverIPv4 = false

  /// The rules of the Linux kernel.
  public init() {}

  /// The rules of the Linux kernel, changed by `change`.
  public init(_ change: (inout ReferenceRules) -> Void) { change(&self) }
}
