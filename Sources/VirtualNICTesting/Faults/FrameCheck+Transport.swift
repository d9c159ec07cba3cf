internal import FrameRecipes

extension FrameCheck {
  /// Checks the length and the checksum of a TCP or UDP header.
  mutating func transport(_ index: Int) {
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
    if packetEndsEarly(index, pseudo) { return }
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

  /// Tells of a packet length that leaves out octets which the checksum proves to belong to it.
  ///
  /// - Returns: Whether it was so.
  private mutating func packetEndsEarly(_ index: Int, _ pseudo: PseudoSum) -> Bool {
    let layer = dissection.layers[index]
    let network = dissection.layers[layer.network]
    let isOutermost = !dissection.layers[..<layer.network].contains(where: \.kind.isNetwork)
    guard isOutermost, !network.isOpen, layer.limit < frame.count else { return false }
    let count = layer.limit - layer.start
    let whole =
      layer.kind == .tcp ? frame.count - layer.start : word(frame, layer.start + 4)
    guard whole > count, whole <= frame.count - layer.start,
      !pseudo.verifies(frame, layer.start, count), pseudo.verifies(frame, layer.start, whole)
    else { return false }
    let isIPv4 = network.kind == .ipv4
    let first = isIPv4 ? network.start : network.end
    add(
      layer.network, isIPv4 ? "totalLength" : "payloadLength", at: isIPv4 ? 2 : 4,
      FieldValue(count: layer.start + whole - first), FieldValue(count: layer.limit - first))
    return true
  }

  private func span(_ layer: Layer, _ count: Int) -> Range<Int> {
    layer.start..<(layer.start + count)
  }

  /// RFC 6935: a tunnel may do without a UDP checksum, even over IPv6.
  private func isTunnel(_ index: Int) -> Bool {
    let next = index + 1
    return next < dissection.layers.count && dissection.layers[next].kind != .payload
  }
}
