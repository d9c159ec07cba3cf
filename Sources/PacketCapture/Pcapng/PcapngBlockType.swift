/// The block types whose content this module reads or writes.
///
/// Blocks of other types are copied unread or skipped.
///
/// - SeeAlso: draft-ietf-opsawg-pcapng, sections 4.1 to 4.4, 4.6 and A (Packet Block).
enum PcapngBlockType: UInt32 {
  /// Starts a section and states its byte order; the same number in either order.
  case sectionHeader = 0x0A0D_0D0A
  /// Describes the next interface of its section.
  case interfaceDescription = 1
  /// The obsolete form of an enhanced packet, with a 16-bit interface index and a drop count.
  case packet = 2
  /// A frame of the section's first interface, without a timestamp.
  case simplePacket = 3
  /// Counters of an interface, of which only the option list is checked.
  case interfaceStatistics = 5
  /// A frame.
  case enhancedPacket = 6

  /// Octets of a block's type and leading length.
  static let headerByteCount = 8
  /// Octets of a block's trailing length.
  static let trailerByteCount = 4
  /// Octets of a block without content.
  static let emptyByteCount: UInt32 = 12

  /// Octets of the fixed fields between leading length and options or frame.
  var fixedByteCount: Int {
    switch self {
    case .sectionHeader: 16
    case .interfaceDescription: 8
    case .interfaceStatistics: 12
    case .packet, .enhancedPacket: 20
    case .simplePacket: 4
    }
  }

  /// Whether a block of this type is a frame.
  var isFrame: Bool {
    switch self {
    case .sectionHeader, .interfaceDescription, .interfaceStatistics: false
    case .packet, .simplePacket, .enhancedPacket: true
    }
  }
}

/// The option codes that this module reads or writes; all others are copied unread or skipped.
///
/// - SeeAlso: draft-ietf-opsawg-pcapng, sections 3.5, 4.1 and 4.2.
enum PcapngOptionCode {
  static let endOfOptions: UInt16 = 0
  static let comment: UInt16 = 1
  /// A text that may be copied to other captures.
  static let customText: UInt16 = 2988
  /// Octets that may be copied to other captures.
  static let customOctets: UInt16 = 2989
  /// A text that must not be copied if the frame changes.
  static let customTextNotToCopy: UInt16 = 19372
  /// Octets that must not be copied if the frame changes.
  static let customOctetsNotToCopy: UInt16 = 19373

  // Of frames.
  static let flags: UInt16 = 2
  static let hash: UInt16 = 3
  static let dropCount: UInt16 = 4
  static let packetID: UInt16 = 5
  static let queue: UInt16 = 6
  static let verdict: UInt16 = 7

  // Of interfaces.
  static let interfaceName: UInt16 = 2
  static let timestampResolution: UInt16 = 9
  static let frameCheckSequenceLength: UInt16 = 13
  static let timestampOffset: UInt16 = 14
}
