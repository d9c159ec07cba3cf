/// Checksum actions or evaluations of a packet: `NET_PACKET_CHECKSUM`, extension
/// ``PacketExtension/checksum``.
///
/// One octet, two bits for each layer. They hold an ``Action`` in packets to send and an
/// ``Evaluation`` in received ones.
public struct NetPacketChecksum: Hashable, Sendable, BitwiseCopyable {
  /// What the hardware does with a checksum of a packet to send: `NET_PACKET_TX_CHECKSUM_ACTION`.
  public enum Action: UInt8, Hashable, Sendable, CaseIterable {
    /// `NetPacketTxChecksumActionPassthrough`: the field is copied.
    case passthrough = 0
    /// `NetPacketTxChecksumActionRequired`: the hardware completes it.
    case required = 2
  }

  /// The hardware's check of a received checksum: `NET_PACKET_RX_CHECKSUM_EVALUATION`.
  public enum Evaluation: UInt8, Hashable, Sendable, CaseIterable {
    /// `NetPacketRxChecksumEvaluationNotChecked`.
    case notChecked = 0
    /// `NetPacketRxChecksumEvaluationValid`.
    case valid = 1
    /// `NetPacketRxChecksumEvaluationInvalid`.
    case invalid = 2
  }

  @usableFromInline internal var bits: UInt8 = 0

  /// No action, or not checked: all zero.
  @inlinable
  public init() {}

  /// Actions on a packet to send.
  @inlinable
  public init(layer2: Action = .passthrough, layer3: Action, layer4: Action) {
    bits = layer2.rawValue | layer3.rawValue << 2 | layer4.rawValue << 4
  }

  /// Evaluations of a received packet.
  @inlinable
  public init(layer2: Evaluation = .notChecked, layer3: Evaluation, layer4: Evaluation) {
    bits = layer2.rawValue | layer3.rawValue << 2 | layer4.rawValue << 4
  }

  /// `Layer2` of a packet to send; undefined numbers read as passthrough.
  @inlinable public var layer2Action: Action {
    get { Action(rawValue: bits & 3) ?? .passthrough }
    set { bits = bits & ~0x03 | newValue.rawValue }
  }

  /// `Layer3` of a packet to send; undefined numbers read as passthrough.
  @inlinable public var layer3Action: Action {
    get { Action(rawValue: bits >> 2 & 3) ?? .passthrough }
    set { bits = bits & ~0x0C | newValue.rawValue << 2 }
  }

  /// `Layer4` of a packet to send; undefined numbers read as passthrough.
  @inlinable public var layer4Action: Action {
    get { Action(rawValue: bits >> 4 & 3) ?? .passthrough }
    set { bits = bits & ~0x30 | newValue.rawValue << 4 }
  }

  /// `Layer2` of a received packet; undefined numbers read as not checked.
  @inlinable public var layer2Evaluation: Evaluation {
    get { Evaluation(rawValue: bits & 3) ?? .notChecked }
    set { bits = bits & ~0x03 | newValue.rawValue }
  }

  /// `Layer3` of a received packet; undefined numbers read as not checked.
  @inlinable public var layer3Evaluation: Evaluation {
    get { Evaluation(rawValue: bits >> 2 & 3) ?? .notChecked }
    set { bits = bits & ~0x0C | newValue.rawValue << 2 }
  }

  /// `Layer4` of a received packet; undefined numbers read as not checked.
  @inlinable public var layer4Evaluation: Evaluation {
    get { Evaluation(rawValue: bits >> 4 & 3) ?? .notChecked }
    set { bits = bits & ~0x30 | newValue.rawValue << 4 }
  }
}
