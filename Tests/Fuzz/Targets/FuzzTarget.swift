/// Code that is called with arbitrary octets, and that must never trap, loop, or break what its
/// checks say.
///
/// A target throws a ``Finding``, or an error of the library that should not have been thrown.
///
/// A new target is a file below `Targets`, a line in ``all``, and a function in `seeds.py`.
public struct FuzzTarget: Sendable {
  /// The name on the command line, and of its kept inputs in `Fixtures/Fuzz`.
  public let name: String
  private let body: @Sendable ([UInt8]) throws -> Void

  init(_ name: String, _ body: @escaping @Sendable ([UInt8]) throws -> Void) {
    (self.name, self.body) = (name, body)
  }

  /// Attacks the library with one input.
  ///
  /// - Throws: A ``Finding``, or an error that the library should not have thrown.
  public func run(_ input: [UInt8]) throws { try body(input) }

  /// All targets.
  public static let all = [
    // The engine, from octets to octets.
    FuzzTarget("segment", attackSegmentation),
    FuzzTarget("change", attackChangingFrames),
    FuzzTarget("checksum", attackChecksums),
    FuzzTarget("fragment", attackFragmentation),
    FuzzTarget("virtio", attackVirtioNetHeaders),
    FuzzTarget("ndis", attackNdisRecords),
    FuzzTarget("handshake", attackAnnouncedSegmentSizes),
    FuzzTarget("coalescer", attackCoalescers),
    // Text and files.
    FuzzTarget("address", attackAddressTexts),
    FuzzTarget("capture", attackCaptures),
    FuzzTarget("writer", attackCaptureWriters),
    // The emulated NIC.
    FuzzTarget("nic", attackNIC),
    FuzzTarget("queue", attackQueues),
    FuzzTarget("driver", attackWithHostileDriver),
    FuzzTarget("link", attackLinks),
    // Entry points for C and the rings of vhost-user come here, as they exist.
  ]
}
