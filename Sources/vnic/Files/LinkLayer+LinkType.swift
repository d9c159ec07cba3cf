import PacketCapture
import WireFormats

extension LinkLayer {
  /// What the frames of a capture start with; nil if the engine does not know it.
  init?(_ type: LinkType) {
    switch type {
    case .ethernet: self = .ethernet
    case .raw, .ipv4, .ipv6: self = .rawIP
    case .null, .loop: self = .bsdLoopback
    case .linuxSLL: self = .linuxCooked
    case .linuxSLL2: self = .linuxCooked2
    default: return nil
    }
  }

  /// What the frame starts with.
  ///
  /// - Throws: ``Failure`` that names the frame and the link type.
  init(of record: CaptureRecord, in file: String) throws(Failure) {
    guard let link = LinkLayer(record.linkType) else {
      throw Failure(
        "\(file): frame \(record.frameNumber): \(record.linkType) is not supported; Ethernet, "
          + "raw IP, BSD loopback and Linux cooked are")
    }
    self = link
  }
}
