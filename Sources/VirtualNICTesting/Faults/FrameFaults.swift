public import FrameRecipes

/// What to do about fields that a sender left to its NIC.
public enum PartialFields: Hashable, Sendable {
  /// They are right: the frame is on its way to a NIC.
  case allowed
  /// They are faults, of kind ``FrameFault/Kind/partial``: the frame is on the wire.
  case reported
}

/// The lengths, checksums and the size of a frame: what is wrong with them.
///
/// Every IP packet in the frame is looked at, through VXLAN, Geneve, GRE and IP in IP. Of a fragment,
/// and of what is neither TCP nor UDP, the IP header is checked alone; what is not IP has no faults.
///
/// - Parameters:
///   - frame: The octets from the link header, without a frame check sequence.
///   - mtu: The largest IP packet in octets; nil to allow any.
///   - partial: What to do about fields that a sender left to its NIC; reported by default.
///   - link: The link header; Ethernet by default.
///   - allowsTrailer: Whether octets may follow an IP packet in its Ethernet frame, also inside a
///     tunnel. Padding to 60 octets always may.
///   - udpTunnels: Whether UDP to the ports of VXLAN (4789, 8472) and Geneve (6081) is a tunnel.
/// - Returns: One value for each fault, in the order of the octets; empty when the frame is sound.
/// - Complexity: O(n) in the octets of the frame, and of each packet inside another.
public func frameFaults(
  _ frame: [UInt8], mtu: Int? = nil, partial: PartialFields = .reported,
  link: FrameRecipe.LinkKind = .ethernet, allowsTrailer: Bool = false, udpTunnels: Bool = true
) -> [FrameFault] {
  var check = FrameCheck(
    frame, dissect(frame, link: link, udpTunnels: udpTunnels), allowsTrailer: allowsTrailer)
  check.run(mtu: mtu)
  var faults = check.faults
  if partial == .allowed { faults.removeAll { $0.kind == .partial } }
  // A stable order, whatever order the headers were looked at in.
  return faults.enumerated().sorted {
    ($0.element.octet ?? .max, $0.offset) < ($1.element.octet ?? .max, $1.offset)
  }.map(\.element)
}

/// Looks at the lengths from the outside in, then at the checksums from the inside out.
private struct FrameCheck {
  let frame: [UInt8]
  let dissection: Dissection
  let allowsTrailer: Bool
  var faults: [FrameFault] = []
  /// The frame as its NIC would complete it: an outer checksum may count on the inner one.
  var completed: [UInt8]

  init(_ frame: [UInt8], _ dissection: Dissection, allowsTrailer: Bool) {
    (self.frame, self.dissection, self.allowsTrailer) = (frame, dissection, allowsTrailer)
    completed = frame
  }

  mutating func run(mtu: Int?) {
    if let fault = dissection.fault { faults.append(fault) }
    guard lengths(mtu: mtu) else { return }
    for index in dissection.layers.indices.reversed() {
      switch dissection.layers[index].kind {
      case .ipv4: headerChecksum(index)
      case .tcp: transport(index)
      case .udp: transport(index)
      case .gre: gre(index)
      default: break
      }
    }
  }

  mutating func add(
    _ index: Int, _ field: String, at offset: Int, _ expected: FieldValue, _ found: FieldValue,
    _ kind: FrameFault.Kind = .wrong
  ) {
    faults.append(
      FrameFault(
        field: "\(dissection.name(ofLayer: index)).\(field)",
        octet: dissection.layers[index].start + offset, expected: expected, found: found,
        kind: kind))
  }

  /// Checks where the packets end; false if no checksum can be computed.
  private mutating func lengths(mtu: Int?) -> Bool {
    var around = frame.count
    var isOutermost = true
    for (index, layer) in dissection.layers.enumerated() where layer.kind.isNetwork {
      let isIPv4 = layer.kind == .ipv4
      let name = isIPv4 ? "totalLength" : "payloadLength"
      let first = isIPv4 ? layer.start : layer.end
      let found = FieldValue(count: word(frame, layer.start + (isIPv4 ? 2 : 4)))
      if layer.isOpen {
        add(index, name, at: isIPv4 ? 2 : 4, FieldValue(count: around - first), found, .partial)
      } else if layer.limit != around && !mayFollow(index, around: around, isOutermost) {
        add(index, name, at: isIPv4 ? 2 : 4, FieldValue(count: around - first), found)
      }
      if isOutermost, let mtu, layer.limit - layer.start > mtu {
        faults.append(
          FrameFault(
            field: "mtu", expected: FieldValue(count: mtu),
            found: FieldValue(count: layer.limit - layer.start)))
      }
      if layer.limit < layer.end || layer.limit > frame.count { return false }
      around = layer.limit
      isOutermost = false
    }
    return true
  }

  /// Whether octets may follow the packet of an IP header within what is around it.
  private func mayFollow(_ index: Int, around: Int, _ isOutermost: Bool) -> Bool {
    let layers = dissection.layers
    guard layers[index].limit < around else { return false }
    // VLAN tags may stand between the Ethernet header and the packet.
    let link = layers[..<index].lastIndex { $0.kind != .vlan }
    let frame = link.flatMap { layers[$0].kind == .ethernet ? layers[$0].start : nil }
    if allowsTrailer { return isOutermost || frame != nil }
    return frame.map { around - $0 <= 60 } ?? false
  }

  private mutating func headerChecksum(_ index: Int) {
    let layer = dissection.layers[index]
    let header = Array(frame[layer.start..<layer.end])
    guard !isIPv4HeaderChecksumRight(header) else { return }
    let right = referenceChecksum(header.enumerated().map { 10...11 ~= $0 ? 0 : $1 })
    let found = UInt16(word(header, 10))
    store(right, at: layer.start + 10)
    add(
      index, "headerChecksum", at: 10, FieldValue(checksum: right), FieldValue(checksum: found),
      found == 0 ? .partial : .wrong)
  }

  private mutating func gre(_ index: Int) {
    let layer = dissection.layers[index]
    guard frame[layer.start] & 0x80 != 0 else { return }
    let range = layer.start..<layer.limit
    guard foldedSum(onesComplementSum(completed, range)) != 0xFFFF,
      foldedSum(onesComplementSum(frame, range)) != 0xFFFF
    else { return }
    let field = layer.start + 4
    let found = UInt16(word(frame, field))
    store(0, at: field)
    let right = ~foldedSum(onesComplementSum(completed, range))
    store(right, at: field)
    add(index, "checksum", at: 4, FieldValue(checksum: right), FieldValue(checksum: found))
  }

  private mutating func transport(_ index: Int) {
    let layer = dissection.layers[index]
    let isTCP = layer.kind == .tcp
    guard layer.end <= layer.limit else {
      let room = FieldValue(count: layer.limit - layer.start)
      let size = FieldValue(count: layer.end - layer.start)
      return faults.append(
        FrameFault(
          field: dissection.name(ofLayer: index), octet: layer.start, expected: size, found: room))
    }
    guard let pseudo = PseudoSum(frame, dissection, index) else { return }
    var count = layer.limit - layer.start
    var isShort = false
    if !isTCP {
      let length = word(frame, layer.start + 4)
      if length == 0 {
        add(index, "length", at: 4, FieldValue(count: count), 0, .partial)
      } else if length < 8 || length > count {
        return add(index, "length", at: 4, FieldValue(count: count), FieldValue(count: length))
      } else if length < count {
        // Options after the datagram (RFC 9868), if the checksum agrees with the length.
        (count, isShort) = (length, true)
      }
    }
    let field = layer.start + (isTCP ? 16 : 6)
    let found = UInt16(word(frame, field))
    let isUnused = !isTCP && found == 0 && (pseudo.isIPv4 || isTunnel(index))
    let isRight =
      pseudo.verifies(completed, layer.start, count) || pseudo.verifies(frame, layer.start, count)
    if isUnused || (isRight && (isTCP || found != 0)) {
      guard isShort && isUnused else { return }
      return add(
        index, "length", at: 4, FieldValue(count: layer.limit - layer.start),
        FieldValue(count: count))
    }
    let isPartial = found != 0 && pseudo.partial(count).contains(found)
    if isShort && !isPartial {
      return add(
        index, "length", at: 4, FieldValue(count: layer.limit - layer.start),
        FieldValue(count: count))
    }
    store(0, at: field)
    var right = ~foldedSum(pseudo.sum(count) + onesComplementSum(completed, span(layer, count)))
    if right == 0 && !isTCP { right = 0xFFFF }
    store(right, at: field)
    add(
      index, "checksum", at: isTCP ? 16 : 6, FieldValue(checksum: right),
      FieldValue(checksum: found), isPartial ? .partial : .wrong)
  }

  private func span(_ layer: Layer, _ count: Int) -> Range<Int> {
    layer.start..<(layer.start + count)
  }

  /// RFC 6935: a tunnel may do without a UDP checksum, even over IPv6.
  private func isTunnel(_ index: Int) -> Bool {
    let next = index + 1
    return next < dissection.layers.count && dissection.layers[next].kind != .payload
  }

  private mutating func store(_ value: UInt16, at offset: Int) {
    completed[offset] = UInt8(value >> 8)
    completed[offset + 1] = UInt8(value & 0xFF)
  }
}
