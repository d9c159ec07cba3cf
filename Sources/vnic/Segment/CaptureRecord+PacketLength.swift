import PacketCapture
import WireFormats

extension CaptureRecord {
  /// Whether a frame of which a part was captured is too large, as far as its headers tell.
  func exceeds(mtu: Int?, mss: Int?, _ link: LinkLayer, _ layout: PacketLayout?) -> Bool {
    guard let layout else {
      let byteCount = frameLength - link.headerLength
      return byteCount > mtu ?? Int.max || byteCount > mss ?? Int.max
    }
    let packetLength = packetLength(layout)
    if let mtu, packetLength > mtu { return true }
    guard let mss else { return false }
    let headers = (layout.headerLength ?? layout.linkHeaderLength) - layout.linkHeaderLength
    return packetLength - headers > mss
  }

  /// Length on the wire of the outermost IP packet of a frame of which a part was captured, or of
  /// what it has instead, in octets.
  func packetLength(_ layout: PacketLayout) -> Int {
    let rest = max(0, frameLength - layout.linkHeaderLength)
    guard let declared = layout.outerNetwork?.declaredLength, declared > 0 else { return rest }
    // A packet that is longer than its field can say has the field modulo 65,536.
    let isModulo = rest > 65_535 && (rest - declared) % 65_536 == 0
    return isModulo ? rest : min(declared, rest)
  }
}

extension PacketLayout {
  /// Length of the outermost IP packet, in octets; nil if there is none.
  var packetLength: Int? {
    guard let end = tunnel?.network.end ?? network?.end else { return nil }
    return end - linkHeaderLength
  }
}
