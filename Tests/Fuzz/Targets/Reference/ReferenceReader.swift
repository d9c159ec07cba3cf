import WireFormats

/// Reads a frame by the RFCs, slowly, and without code of the library.
struct ReferenceReader {
  let frame: [UInt8]

  /// What precedes the first IP header.
  struct Link {
    /// The type of what follows: 0x0800 and 0x86DD are IP.
    var type: Int
    var end: Int
    /// Where a PPPoE session header starts.
    var pppoe: Int?
    var tagCount = 0
  }

  /// The link headers of a frame; nil if they cannot be read.
  ///
  /// `looksFurther` than tags of 802.1Q and 802.1ad: at older ones, MPLS labels and PPPoE.
  func link(_ link: LinkLayer, looksFurther: Bool) -> Link? {
    switch link {
    case .ethernet: return ethernet(at: 0, limit: frame.count).flatMap { shims($0, looksFurther) }
    case .rawIP:
      guard let version = frame.first.map({ $0 >> 4 }), version == 4 || version == 6 else {
        return nil
      }
      return Link(type: version == 4 ? 0x0800 : 0x86DD, end: 0)
    case .bsdLoopback:
      guard frame.count >= 4 else { return nil }
      // The family is in the byte order of the recording system, or in network order.
      switch min(frame.double(0), frame.double(0).byteSwapped) {
      case 2: return Link(type: 0x0800, end: 4)
      case 10, 24, 28, 30: return Link(type: 0x86DD, end: 4)
      default: return nil
      }
    case .linuxCooked:
      guard frame.count >= 16 else { return nil }
      return tags(frame.word(14), at: 16, limit: frame.count).flatMap { shims($0, looksFurther) }
    case .linuxCooked2:
      guard frame.count >= 20 else { return nil }
      return tags(frame.word(0), at: 20, limit: frame.count).flatMap { shims($0, looksFurther) }
    case .ppp: return ppp()
    }
  }

  func ethernet(at offset: Int, limit: Int) -> Link? {
    guard offset + 14 <= limit else { return nil }
    return tags(frame.word(offset + 12), at: offset + 14, limit: limit)
  }

  /// Steps over VLAN tags; the library reads at most seven.
  private func tags(_ type: Int, at offset: Int, limit: Int) -> Link? {
    var (type, at, count) = (type, offset, 0)
    while type == 0x8100 || type == 0x88A8 {
      guard count < VLANTag.maximumCount, at + 4 <= limit else { return nil }
      type = frame.word(at + 2)
      at += 4
      count += 1
    }
    return Link(type: type, end: at, tagCount: count)
  }

  /// Steps over what may follow the tags, `link` being where they end.
  private func shims(_ link: Link, _ looksFurther: Bool) -> Link? {
    guard looksFurther else { return link }
    var link = link
    while [0x8100, 0x88A8, 0x9100, 0x9200, 0x9300].contains(link.type) {
      guard link.tagCount < VLANTag.maximumCount, link.end + 4 <= frame.count else { return nil }
      link = Link(
        type: frame.word(link.end + 2), end: link.end + 4, tagCount: link.tagCount + 1)
    }
    switch link.type {
    case 0x8847, 0x8848: return labels(link)
    case 0x8864:
      guard link.end + 8 <= frame.count else { return nil }
      let version = [0x21: 0x0800, 0x57: 0x86DD][frame.word(link.end + 6)]
      guard frame.word(link.end) == 0x1100, let version else { return link }
      return Link(type: version, end: link.end + 8, pppoe: link.end)
    default: return link
    }
  }

  private func labels(_ link: Link) -> Link? {
    var at = link.end
    for _ in 0..<16 {
      guard at + 4 <= frame.count else { return nil }
      at += 4
      guard frame[at - 2] & 1 == 1 else { continue }
      guard at < frame.count else { return nil }
      switch frame[at] >> 4 {
      case 4: return Link(type: 0x0800, end: at)
      case 6: return Link(type: 0x86DD, end: at)
      default: return link
      }
    }
    return nil
  }

  private func ppp() -> Link? {
    guard frame.count >= 2 else { return nil }
    let at = frame.word(0) == 0xFF03 ? 2 : 0
    guard at < frame.count else { return nil }
    if frame[at] & 1 == 1 {
      return Link(type: [0x21: 0x0800, 0x57: 0x86DD][Int(frame[at])] ?? 0, end: at + 1)
    }
    guard at + 2 <= frame.count else { return nil }
    return Link(type: [0x21: 0x0800, 0x57: 0x86DD][frame.word(at)] ?? 0, end: at + 2)
  }

  /// The IP packet that an EtherType announces; nil if it is none.
  func packet(_ type: Int, at offset: Int, limit: Int) -> ReferenceIP? {
    guard type == 0x0800 || type == 0x86DD else { return nil }
    return ReferenceIP(frame, at: offset, version: type == 0x0800 ? 4 : 6, limit: limit)
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
