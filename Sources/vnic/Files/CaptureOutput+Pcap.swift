import PacketCapture
import WireFormats

/// Frames of a pcap file, all of which have one link type, one resolution of time stamps and one
/// length of frame check sequence.
extension CaptureOutput {
  /// Notes what a pcap file, which has been started, does not hold of a frame.
  mutating func noteForPcap(_ record: CaptureRecord) {
    guard inputIsPcapng, let resolution = pcap?.resolution else { return }
    omissions.note(record)
    guard let time = record.timestamp else { return }
    let ticks = time.resolution.ticksPerSecond
    let written = resolution.timestampResolution.ticksPerSecond
    guard ticks > written, time.fraction < ticks else { return }
    let product = time.fraction.multipliedFullWidth(by: written)
    if ticks.dividingFullWidth(product).remainder != 0 { omissions.noteFineTime(resolution) }
  }

  /// Writes a frame to a pcap file, all frames of which have a frame check sequence or none has.
  mutating func writeToPcap(
    _ record: CaptureRecord, _ edit: (inout MutableRawSpan) -> Bool
  ) throws {
    if sequenceLength == 0, record.frameCheckSequenceLength == 0 {
      try pcap?.write(
        record.octets, at: record.time, originalLength: Int(record.originalLength),
        linkType: record.linkType
      ) { _ = edit(&$0) }
      return
    }
    let count = record.frame.byteCount
    if record.frameCheckSequenceLength == sequenceLength {
      try pcap?.write(
        record.octets, at: record.time, originalLength: Int(record.originalLength),
        linkType: record.linkType
      ) { _ = Self.edit(&$0, count, edit) }
      return
    }
    if record.frameCheckSequenceLength > 0 { omissions.noteFrameCheckSequence() }
    let isWhole = count == record.frameLength
    guard sequenceLength == 0 || record.canRenewFrameCheckSequence || !isWhole else {
      throw Failure(
        "\(file.name): frame \(record.frameNumber) has another frame check sequence than those "
          + "before it, and a pcap file has one kind; write pcapng")
    }
    try pcap?.write(
      record.frame, at: record.time, originalLength: record.frameLength + sequenceLength,
      linkType: record.linkType, trailerByteCount: isWhole ? sequenceLength : 0
    ) { octets in
      _ = Self.edit(&octets, count) { frame in
        _ = edit(&frame)
        return true
      }
    }
  }

  /// Starts the file by the first frame.
  ///
  /// A pcap file counts all time stamps alike: in nanoseconds if an interface that was described
  /// before its first frame counts shorter ticks than microseconds.
  mutating func startPcap(for record: CaptureRecord) throws {
    guard pcap == nil else { return }
    var interface = described(record.interface)
    sequenceLength = record.frameCheckSequenceLength
    interface.frameCheckSequenceByteCount = sequenceLength > 0 ? sequenceLength : nil
    if hasFineTime { interface.resolution = .nanoseconds }
    pcap = try PcapWriter(interface)
  }

  func described(_ interface: CaptureInterface) -> CaptureInterface {
    var interface = interface
    if interface.snapLength > 0 {
      interface.snapLength = max(interface.snapLength, file.leastSnapLength)
    }
    return interface
  }
}
