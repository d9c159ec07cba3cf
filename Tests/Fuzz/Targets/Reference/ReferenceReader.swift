import WireFormats

/// Reads a frame by the RFCs, slowly, and without code of the library.
struct ReferenceReader {
  let frame: [UInt8]

  /// The type of what a frame carries, and where that starts; nil for no link header.
  func link(_ link: LinkLayer) -> (type: Int, end: Int)? {
    switch link {
    case .ethernet: return ethernet(at: 0, limit: frame.count)
    case .rawIP:
      guard let version = frame.first.map({ $0 >> 4 }), version == 4 || version == 6 else {
        return nil
      }
      return (version == 4 ? 0x0800 : 0x86DD, 0)
    case .bsdLoopback:
      guard frame.count >= 4 else { return nil }
      // The family is in the byte order of the recording system, or in network order.
      switch min(frame.double(0), frame.double(0).byteSwapped) {
      case 2: return (0x0800, 4)
      case 10, 24, 28, 30: return (0x86DD, 4)
      default: return nil
      }
    case .linuxCooked:
      return frame.count >= 16 ? tags(frame.word(14), at: 16, limit: frame.count) : nil
    case .linuxCooked2:
      return frame.count >= 20 ? tags(frame.word(0), at: 20, limit: frame.count) : nil
    }
  }

  func ethernet(at offset: Int, limit: Int) -> (type: Int, end: Int)? {
    guard offset + 14 <= limit else { return nil }
    return tags(frame.word(offset + 12), at: offset + 14, limit: limit)
  }

  /// Steps over VLAN tags; the library reads at most seven.
  private func tags(_ type: Int, at offset: Int, limit: Int) -> (type: Int, end: Int)? {
    var (type, at, count) = (type, offset, 0)
    while type == 0x8100 || type == 0x88A8 {
      guard count < VLANTag.maximumCount, at + 4 <= limit else { return nil }
      type = frame.word(at + 2)
      at += 4
      count += 1
    }
    return (type, at)
  }

  /// The IP packet that an EtherType announces; nil if it is none.
  func packet(_ type: Int, at offset: Int, limit: Int) -> ReferenceIP? {
    guard type == 0x0800 || type == 0x86DD else { return nil }
    return ReferenceIP(frame, at: offset, version: type == 0x0800 ? 4 : 6, limit: limit)
  }

  /// The outermost IP packet of a frame; nil if there is none.
  func packet(_ link: LinkLayer) -> ReferenceIP? {
    self.link(link).flatMap { packet($0.type, at: $0.end, limit: frame.count) }
  }

  /// False if a packet carries neither TCP nor UDP, nil if it carries what is no such header.
  func hasTransport(_ packet: ReferenceIP) -> Bool? {
    guard !packet.isFragment else { return false }
    let at = packet.upperOffset
    switch packet.upperProtocol {
    case 6:
      guard at + 20 <= packet.end else { return nil }
      let length = Int(frame[at + 12] >> 4) * 4
      return length >= 20 && at + length <= packet.end ? true : nil
    case 17: return at + 8 <= packet.end ? true : nil
    default: return false
    }
  }
}
