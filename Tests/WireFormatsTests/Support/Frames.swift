import TestSupport
import WireFormats

/// Octets of headers that tests put together by hand, where a recipe would be too sound.
enum Wire {
  /// An Ethernet header.
  static func ethernet(_ type: Int) -> [UInt8] {
    hex("0200 0000 0002 0200 0000 0001") + word(type)
  }

  /// An IPv4 header before `body`; `length` is the total length field.
  static func ipv4(
    _ number: UInt8, _ body: [UInt8], length: Int? = nil, flags: Int = 0, options: [UInt8] = []
  ) -> [UInt8] {
    let size = 20 + options.count
    return [UInt8(0x40 + size / 4), 0] + word(length ?? size + body.count)
      + hex("1234") + word(flags) + [64, number, 0, 0] + hex("C000 0201 C633 6402") + options + body
  }

  /// An IPv6 header before `body`; `length` is the payload length field.
  static func ipv6(_ next: UInt8, _ body: [UInt8], length: Int? = nil) -> [UInt8] {
    hex("6000 0000") + word(length ?? body.count) + [next, 64]
      + hex("2001 0DB8 0000 0000 0000 0000 0000 0001 2001 0DB8 0000 0000 0000 0000 0000 0002")
      + body
  }

  /// A UDP datagram without a checksum.
  static func udp(to port: Int = 443, _ payload: [UInt8] = []) -> [UInt8] {
    word(40_000) + word(port) + word(8 + payload.count) + [0, 0] + payload
  }

  /// A TCP segment without options.
  static func tcp(_ payload: [UInt8] = [], dataOffset: UInt8 = 5) -> [UInt8] {
    hex("9C40 01BB 0102 0304 0506 0708") + [dataOffset << 4, 0x10] + hex("7210 0000 0000") + payload
  }
}

extension PacketLayout {
  /// The first thing that is wrong with a layout whatever the octets were; nil if nothing is.
  ///
  /// All of it has to lie in the frame, and the parts after each other.
  func incoherence(_ count: Int) -> String? {
    if frameLength != count { return "frame length" }
    if !(0...VLANTag.maximumCount).contains(vlanTagCount) { return "tag count" }
    if linkHeaderLength > count { return "link header length" }
    if tunnel != nil && network == nil { return "tunnel without network" }
    var at = linkHeaderLength
    for layer in [tunnel?.network, network] {
      guard let layer else { continue }
      if layer.offset < at { return "network offset" }
      if let why = layer.incoherence(limit: count) { return why }
      at = layer.upperOffset
    }
    if let tunnel, let network {
      if tunnel.innerOffset < tunnel.network.upperOffset { return "inner offset" }
      if network.offset < tunnel.innerOffset + tunnel.innerVLANTagCount * 4 { return "inner tags" }
      if network.end > tunnel.network.end { return "inner end" }
    }
    guard let network, let transport else {
      return transport != nil || payloadRange != nil || headerLength != nil ? "transport" : nil
    }
    if transport.offset != network.upperOffset { return "transport offset" }
    if transport.payloadOffset > network.end { return "payload offset" }
    if payloadRange != transport.payloadOffset..<network.end { return "payload range" }
    if headerLength != transport.payloadOffset { return "header length" }
    let sizes = transport.kind == .tcp ? 20...60 : 8...8
    return sizes.contains(transport.headerLength) ? nil : "transport header length"
  }
}

extension NetworkLayout {
  fileprivate func incoherence(limit: Int) -> String? {
    let (least, addresses) = version == .ipv4 ? (20, 4) : (40, 16)
    if headerLength < least || version == .ipv4 && headerLength > 60 { return "IP header length" }
    if upperOffset > end || end > limit { return "end of the packet" }
    if !(least...headerLength).contains(perFragmentLength) { return "per-fragment length" }
    if !(offset..<(offset + perFragmentLength)).contains(perFragmentNextHeaderOffset) {
      return "next header of the per-fragment headers"
    }
    if pseudoHeaderSourceOffset < offset || pseudoHeaderSourceOffset + addresses > upperOffset {
      return "source address"
    }
    if finalDestinationOffset < offset || finalDestinationOffset + addresses > upperOffset {
      return "final destination"
    }
    return switch length {
    case .exact: declaredLength > 0 ? nil : "exact length"
    case .zero: declaredLength == 0 ? nil : "zero length"
    case .trailer(let more): more > 0 && end - offset == declaredLength ? nil : "trailer"
    case .missing(let more): more > 0 && end - offset + more == declaredLength ? nil : "missing"
    }
  }
}

extension WireError {
  /// The first thing that is wrong with an error about any `count` octets; nil if nothing is.
  ///
  /// Its numbers have to fit together.
  func incoherence(_ count: Int) -> String? {
    switch self {
    case .truncated(_, let offset, let needed, let available):
      if offset < 0 || available < 0 { return "negative numbers" }
      if available >= needed { return "enough octets" }
      // Fewer octets than that if an IP packet ends before the frame does.
      return available > max(0, count - offset) ? "more octets than there are" : nil
    case .invalidField(_, _, let offset, _):
      return (0..<count).contains(offset) ? nil : "field outside of the frame"
    case .tooMany(let layer, let limit, let offset):
      let isKnown = layer == .vlan && limit == 7 || layer == .mpls && limit == 16
      return isKnown && offset <= count ? nil : "too many"
    case .headersTooLong(let layer, let limit, let offset):
      return layer == .ipv6 && limit == 65_535 && offset < count ? nil : "headers too long"
    case .frameTooLong(let byteCount, let limit):
      return byteCount > limit ? nil : "no frame is that long"
    }
  }
}

extension Result<PacketLayout, WireError> {
  /// See ``PacketLayout/incoherence(_:)`` and ``WireError/incoherence(_:)``.
  func incoherence(_ count: Int) -> String? {
    switch self {
    case .success(let layout): layout.incoherence(count)
    case .failure(let error): error.incoherence(count)
    }
  }
}
