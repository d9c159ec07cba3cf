import PacketCapture

/// The frames that cases of a corpus became: a capture that is written as they come, and counted.
struct NumberedFrames: ~Copyable {
  /// Frames so far, which is the index of the next one.
  private(set) var count = 0
  private let file: OutputFile
  private var writer = PcapWriter(linkType: .ethernet)

  init(_ file: OutputFile) { self.file = file }

  mutating func write(_ frame: [UInt8]) throws {
    try writer.write(frame, at: CaptureTimestamp(nanoseconds: 0))
    count += 1
    if writer.pendingByteCount > 65_536 { try drain() }
  }

  mutating func finish() throws {
    try drain()
    try file.finish()
  }

  private mutating func drain() throws {
    let file = file
    try writer.drain { (octets) throws(Failure) in try file.write(octets) }
  }
}
