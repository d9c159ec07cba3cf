public import FrameRecipes

/// One field of one frame: its full name, and where it lies.
struct FrameField {
  var name: String
  /// Counted from the first bit of the frame.
  var bits: Range<Int>
  var format: HeaderField.Format
  var movesOthers: Bool

  /// The octets that hold at least a part of it.
  var octets: Range<Int> { (bits.lowerBound / 8)..<((bits.upperBound + 7) / 8) }

  /// What it holds in a frame, its own or another.
  func value(in frame: [UInt8]) -> FieldValue {
    guard octets.upperBound <= frame.count else { return .missing }
    let found = Array(frame[octets])
    switch format {
    case .octets, .firstOctet: return .octets(found)
    case .address: return .text(FrameRecipe.Address(found).description)
    case .number:
      var value: UInt64 = 0
      for bit in bits { value = value << 1 | UInt64(frame[bit / 8] >> (7 - bit % 8) & 1) }
      return .number(value)
    }
  }
}

extension Dissection {
  /// The fields of a frame in order; together they cover all of its octets.
  func fields(of frame: [UInt8]) -> [FrameField] {
    var out: [FrameField] = []
    for index in layers.indices {
      let layer = layers[index]
      let prefix = name(ofLayer: index)
      var at = layer.start * 8
      for field in layer.kind.fields where at < layer.end * 8 {
        let end = min(layer.end * 8, field.bitCount.map { at + $0 } ?? layer.end * 8)
        // The payload is no header, so its one field has no name of its own.
        let name = field.format == .firstOctet ? prefix : "\(prefix).\(field.name)"
        out.append(
          FrameField(
            name: name, bits: at..<end, format: field.format, movesOthers: field.movesOthers))
        at = end
      }
    }
    let end = layers.last?.end ?? 0
    if end < frame.count {
      let isKnown = fault == nil && notRead == nil
      out.append(
        FrameField(
          name: isKnown ? "trailer" : "unknown", bits: (end * 8)..<(frame.count * 8),
          format: .firstOctet, movesOthers: false))
    }
    return out
  }

  /// The name of a header, with `outer.` or `inner.` before it in tunnels.
  func name(ofLayer number: Int) -> String {
    let layer = layers[number]
    let networks = layers.indices.filter { layers[$0].kind.isNetwork }
    // Headers belong to the IP header before them, but an inner link header to the one after it.
    let isLink = layer.kind == .ethernet || layer.kind == .vlan
    let isInner =
      networks.count > 1 && number > networks[0] && (isLink || layer.network != networks[0])
    let place = networks.count < 2 ? "" : isInner ? "inner." : "outer."
    // Headers of which several may follow each other have a number.
    guard layer.kind == .vlan || layer.kind == .mpls else { return place + layer.kind.rawValue }
    var count = 0
    for index in (0...number).reversed() {
      guard layers[index].kind == layer.kind else { break }
      count += 1
    }
    return "\(place)\(layer.kind.rawValue)\(count)"
  }
}

/// The name of the field that octet `index` of a frame lies in.
public func fieldName(
  _ frame: [UInt8], _ index: Int, link: FrameRecipe.LinkKind = .ethernet
) -> String {
  dissect(frame, link: link).fields(of: frame).first { $0.octets.contains(index) }?.name ?? "length"
}
