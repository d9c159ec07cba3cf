public import FrameRecipes

/// Puts the IP fragments of one datagram together, in whatever order they come.
///
/// The result is the frame with its link header, the first fragment's IP header without any trace
/// of fragmentation, and the whole datagram. Nil if the fragments do not belong together, overlap,
/// leave a gap, or lack their first or last part.
public func reassemble(_ frames: [[UInt8]], link: FrameRecipe.LinkKind = .ethernet) -> [UInt8]? {
  var parts: [Fragment] = []
  for frame in frames {
    guard let part = Fragment(frame, link: link) else { return nil }
    parts.append(part)
  }
  parts.sort { $0.offset < $1.offset }
  guard let first = parts.first, first.offset == 0 else { return nil }
  var body: [UInt8] = []
  for (index, part) in parts.enumerated() {
    let isLast = index == parts.count - 1
    guard part.key == first.key, part.offset == body.count, part.more != isLast,
      isLast || part.body.count % 8 == 0
    else { return nil }
    body += part.body
  }
  return first.frame(around: body)
}

/// One IP fragment, taken apart.
private struct Fragment {
  /// What must be equal in all fragments: addresses, protocol and identification.
  let key: [UInt8]
  /// Link and IP header, without a fragment header.
  let header: [UInt8]
  let networkOffset: Int
  /// Where the length of a PPPoE header stands; nil without one.
  let pppoeLengthOffset: Int?
  let isIPv6: Bool
  /// Where the number of what follows `header` stands.
  let nextHeaderOffset: Int
  let nextHeader: UInt8
  /// The place of `body` in the datagram, in octets.
  let offset: Int
  let more: Bool
  let body: [UInt8]

  init?(_ frame: [UInt8], link: FrameRecipe.LinkKind) {
    let dissection = dissect(frame, link: link)
    guard dissection.isComplete,
      let ip = dissection.layers.first(where: { $0.kind == .ipv4 || $0.kind == .ipv6 })
    else { return nil }
    networkOffset = ip.start
    pppoeLengthOffset = dissection.layers.first { $0.kind == .pppoe }.map { $0.start + 4 }
    isIPv6 = ip.kind == .ipv6
    guard ip.limit <= frame.count else { return nil }
    if !isIPv6 {
      let field = word(frame, ip.start + 6)
      (offset, more) = (field % 0x2000 * 8, field & 0x2000 != 0)
      key = Array(frame[(ip.start + 4)..<(ip.start + 6)] + frame[(ip.start + 12)..<(ip.start + 20)])
      header = Array(frame[..<ip.end])
      (nextHeaderOffset, nextHeader) = (ip.start + 9, frame[ip.start + 9])
      body = Array(frame[ip.end..<ip.limit])
      return
    }
    guard let at = dissection.layers.firstIndex(where: { $0.kind == .fragmentHeader }) else {
      return nil
    }
    let fragment = dissection.layers[at]
    let before = dissection.layers[at - 1]
    let field = word(frame, fragment.start + 2)
    (offset, more) = (field & 0xFFF8, field & 1 != 0)
    key = Array(
      frame[(ip.start + 8)..<(ip.start + 40)] + frame[(fragment.start + 4)..<fragment.end])
    header = Array(frame[..<fragment.start])
    nextHeaderOffset = before.kind == .ipv6 ? before.start + 6 : before.start
    nextHeader = frame[fragment.start]
    body = Array(frame[fragment.end..<ip.limit])
  }

  func frame(around body: [UInt8]) -> [UInt8] {
    var out = header
    out[nextHeaderOffset] = nextHeader
    let length = header.count - networkOffset + body.count - (isIPv6 ? 40 : 0)
    out.replaceSubrange(
      (networkOffset + (isIPv6 ? 4 : 2))..<(networkOffset + (isIPv6 ? 6 : 4)),
      with: networkOrder16(length))
    if let at = pppoeLengthOffset {
      // It counts from the PPP protocol on, which follows it.
      out.replaceSubrange(at..<(at + 2), with: networkOrder16(out.count - at - 2 + body.count))
    }
    if !isIPv6 {
      // Neither "more fragments" nor an offset; the checksum afresh.
      out[networkOffset + 6] &= 0xC0
      out[networkOffset + 7] = 0
      out[networkOffset + 10] = 0
      out[networkOffset + 11] = 0
      let sum = referenceChecksum(Array(out[networkOffset...]))
      out.replaceSubrange((networkOffset + 10)..<(networkOffset + 12), with: networkOrder16(sum))
    }
    return out + body
  }
}
