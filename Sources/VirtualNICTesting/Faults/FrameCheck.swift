internal import FrameRecipes

/// Looks at the lengths from the outside in, then at the checksums from the inside out.
struct FrameCheck {
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
      if index > 0 {
        let before = dissection.layers[index - 1].kind
        if before == .pppoe { pppoe(index - 1, layer.limit) }
        if before == .gtpU { gtp(index - 1, inner: layer.limit, around) }
      }
      around = layer.limit
      isOutermost = false
    }
    return true
  }

  /// Checks that a PPPoE header counts from the PPP protocol to the end of the packet.
  private mutating func pppoe(_ index: Int, _ end: Int) {
    let start = dissection.layers[index].start
    let (expected, found) = (end - start - 6, word(frame, start + 4))
    guard expected != found else { return }
    add(index, "length", at: 4, FieldValue(count: expected), FieldValue(count: found))
  }

  /// Checks that a GTP-U header counts from its ninth octet to the end of the packet around it, or
  /// of the packet in it.
  private mutating func gtp(_ index: Int, inner: Int, _ outer: Int) {
    let start = dissection.layers[index].start
    let (expected, found) = (outer - start - 8, word(frame, start + 2))
    guard expected != found, inner - start - 8 != found else { return }
    add(
      index, "length", at: 2, FieldValue(count: expected), FieldValue(count: found),
      found == 0 ? .partial : .wrong)
  }

  /// Whether octets may follow the packet of an IP header within what is around it.
  private func mayFollow(_ index: Int, around: Int, _ isOutermost: Bool) -> Bool {
    let layers = dissection.layers
    guard layers[index].limit < around else { return false }
    // VLAN tags and the like may stand between the Ethernet header and the packet.
    let between: [Layer.Kind] = [.vlan, .mpls, .pppoe]
    let link = layers[..<index].lastIndex { !between.contains($0.kind) }
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

  mutating func store(_ value: UInt16, at offset: Int) {
    completed[offset] = UInt8(value >> 8)
    completed[offset + 1] = UInt8(value & 0xFF)
  }
}
