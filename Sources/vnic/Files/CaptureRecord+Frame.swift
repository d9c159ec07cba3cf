import PacketCapture
import WireFormats

// What the commands ask of a captured frame.

extension CaptureRecord {
  /// When the frame was captured, or the start of its interface's time.
  var time: CaptureTimestamp {
    if let timestamp { return timestamp }
    let start = CaptureTimestamp(
      ticks: 0, resolution: interface.resolution, offset: interface.timestampOffset)
    return start ?? CaptureTimestamp(nanoseconds: 0)
  }

  /// Whether the frame can be changed: it has no frame check sequence, or one that is whole and
  /// of a known kind.
  var canRenewFrameCheckSequence: Bool {
    let byteCount = frameCheckSequenceLength
    if byteCount == 0 { return true }
    return byteCount == EthernetFrameCheckSequence.byteCount && linkType == .ethernet
      && !isTruncatedBySnapLength
  }
}

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
