import PacketCapture
import WireFormats

extension LinkLayer {
  /// What the frames of a capture start with; nil if the engine does not know it.
  init?(_ type: LinkType) {
    switch type {
    case .ethernet: self = .ethernet
    case .raw, .ipv4, .ipv6: self = .rawIP
    case .null, .loop: self = .bsdLoopback
    case .linuxSLL: self = .linuxCooked
    case .linuxSLL2: self = .linuxCooked2
    case .ppp, .pppHDLC: self = .ppp
    default: return nil
    }
  }
}

/// Frames of links of which this program does not know where IP packets are; they stay
/// unmodified.
struct ForeignFrames: Encodable {
  struct Group: Encodable {
    /// The `LINKTYPE_` number.
    let linkType: Int
    /// Its name in the registry; nil if this program does not know it.
    let name: String?
    let firstFrame: UInt64
    var count = 0

    /// Such as `link type 9 (PPP)`.
    var description: String { "\(LinkType(rawValue: UInt16(linkType)))" }
  }

  private(set) var groups: [Group] = []

  /// Frames of all groups.
  var count: Int { groups.reduce(0) { $0 + $1.count } }

  func encode(to encoder: any Encoder) throws { try groups.encode(to: encoder) }

  mutating func note(_ record: CaptureRecord) {
    let type = record.linkType
    let known = groups.firstIndex { $0.linkType == Int(type.rawValue) }
    if known == nil {
      groups.append(
        Group(linkType: Int(type.rawValue), name: type.name, firstFrame: record.frameNumber))
    }
    groups[known ?? groups.count - 1].count += 1
  }

  /// For people.
  var lines: [String] {
    groups.map {
      "  foreign: \(counted($0.count, "frame")) of \($0.description), unmodified, "
        + "first frame \($0.firstFrame)"
    }
  }
}
