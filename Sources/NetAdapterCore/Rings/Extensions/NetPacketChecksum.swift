/// Work on checksums, or what came of it: `NET_PACKET_CHECKSUM`, extension
/// ``PacketExtension/checksum``.
///
/// One octet, two bits for each layer. They mean an ``Action`` in packets to send and a ``Verdict`` in
/// received ones.
public struct NetPacketChecksum: Hashable, Sendable, BitwiseCopyable {
  /// What becomes of a checksum: `NET_PACKET_TX_CHECKSUM_ACTION`.
  public enum Action: UInt8, Hashable, Sendable, CaseIterable {
    /// `NetPacketTxChecksumActionPassthrough`: it stays.
    case passthrough = 0
    /// `NetPacketTxChecksumActionRequired`: the hardware computes it.
    case required = 2
  }

  /// What the hardware found: `NET_PACKET_RX_CHECKSUM_EVALUATION`.
  public enum Verdict: UInt8, Hashable, Sendable, CaseIterable {
    /// `NetPacketRxChecksumEvaluationNotChecked`.
    case notChecked = 0
    /// `NetPacketRxChecksumEvaluationValid`.
    case valid = 1
    /// `NetPacketRxChecksumEvaluationInvalid`.
    case invalid = 2
  }

  @usableFromInline internal var bits: UInt8 = 0

  /// Nothing to do, nothing checked: all zero.
  @inlinable
  public init() {}

  /// Work on a packet to send.
  @inlinable
  public init(layer2: Action = .passthrough, layer3: Action, layer4: Action) {
    bits = layer2.rawValue | layer3.rawValue << 2 | layer4.rawValue << 4
  }

  /// What was found in a received packet.
  @inlinable
  public init(layer2: Verdict = .notChecked, layer3: Verdict, layer4: Verdict) {
    bits = layer2.rawValue | layer3.rawValue << 2 | layer4.rawValue << 4
  }

  /// `Layer2` of a packet to send; numbers without a meaning read as passthrough.
  @inlinable public var layer2Action: Action {
    get { Action(rawValue: bits & 3) ?? .passthrough }
    set { bits = bits & ~0x03 | newValue.rawValue }
  }

  /// `Layer3` of a packet to send; numbers without a meaning read as passthrough.
  @inlinable public var layer3Action: Action {
    get { Action(rawValue: bits >> 2 & 3) ?? .passthrough }
    set { bits = bits & ~0x0C | newValue.rawValue << 2 }
  }

  /// `Layer4` of a packet to send; numbers without a meaning read as passthrough.
  @inlinable public var layer4Action: Action {
    get { Action(rawValue: bits >> 4 & 3) ?? .passthrough }
    set { bits = bits & ~0x30 | newValue.rawValue << 4 }
  }

  /// `Layer2` of a received packet; numbers without a meaning read as not checked.
  @inlinable public var layer2Verdict: Verdict {
    get { Verdict(rawValue: bits & 3) ?? .notChecked }
    set { bits = bits & ~0x03 | newValue.rawValue }
  }

  /// `Layer3` of a received packet; numbers without a meaning read as not checked.
  @inlinable public var layer3Verdict: Verdict {
    get { Verdict(rawValue: bits >> 2 & 3) ?? .notChecked }
    set { bits = bits & ~0x0C | newValue.rawValue << 2 }
  }

  /// `Layer4` of a received packet; numbers without a meaning read as not checked.
  @inlinable public var layer4Verdict: Verdict {
    get { Verdict(rawValue: bits >> 4 & 3) ?? .notChecked }
    set { bits = bits & ~0x30 | newValue.rawValue << 4 }
  }
}
