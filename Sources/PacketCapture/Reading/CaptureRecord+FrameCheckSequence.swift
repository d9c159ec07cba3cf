/// The octets after a frame that are no part of the packet.
///
/// Three places say that they are there: the link type field of a pcap file, `if_fcslen` of a
/// pcapng interface, and `epb_flags` of a frame, which wins.
extension CaptureRecord {
  /// Octets of frame check sequence that the frame had on the wire; 0 if it had or says none.
  public var frameCheckSequenceLength: Int {
    if fields.flagsOffset == 0 { return fields.source.frameCheckSequenceLength }
    let own = flags?.frameCheckSequenceLength ?? 0
    return own > 0 ? own : fields.source.frameCheckSequenceLength
  }

  /// The captured octets without the frame check sequence.
  ///
  /// A snap length may have removed a part of the sequence, or more.
  public var frame: RawSpan {
    @_lifetime(copy self)
    get {
      // Nearly no capture has sequences, and every frame is asked.
      if frameCheckSequenceLength == 0 { return octets }
      return octets.extracting(first: min(capturedLength, frameLength))
    }
  }

  /// The captured octets of the frame check sequence; none if the capture has none, fewer than it
  /// had if a snap length removed some.
  public var frameCheckSequence: RawSpan {
    @_lifetime(copy self)
    get { octets.extracting(droppingFirst: min(capturedLength, frameLength)) }
  }

  /// Octets that the frame had on the wire, without the frame check sequence.
  public var frameLength: Int {
    max(0, max(Int(originalLength), capturedLength) - frameCheckSequenceLength)
  }

  /// What pcapng says of the frame in `epb_flags`; `nil` if it says nothing.
  public var flags: PacketFlags? {
    guard fields.flagsOffset > 0 else { return nil }
    return PacketFlags(rawValue: item.load(fields.flagsOffset, fields.optionOrder))
  }
}

/// What pcapng's `epb_flags` option says of a frame.
///
/// - SeeAlso: draft-ietf-opsawg-pcapng, section 4.3.1.
public struct PacketFlags: OptionSet, Hashable, Sendable {
  /// The 32 bits of the option.
  public let rawValue: UInt32

  /// Takes all bits unmodified.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Bit 9: the transport checksum was left to the network card, so the field is no checksum yet.
  public static let checksumNotReady = PacketFlags(rawValue: 1 << 9)
  /// Bit 10: the checksum was found right when the frame was received.
  public static let checksumValid = PacketFlags(rawValue: 1 << 10)
  /// Bit 11: segmentation of TCP was left to the network card.
  public static let segmentationOffload = PacketFlags(rawValue: 1 << 11)
  /// Bit 24: the link found the frame check sequence wrong.
  public static let frameCheckSequenceError = PacketFlags(rawValue: 1 << 24)

  /// What offloading left to be done or has found: bits 9 to 11.
  public static let offload: PacketFlags = [
    .checksumNotReady, .checksumValid, .segmentationOffload,
  ]

  /// Octets of frame check sequence, from bits 5 to 8; 0 if the flags do not say.
  public var frameCheckSequenceLength: Int { Int(rawValue >> 5 & 0xF) }
}
