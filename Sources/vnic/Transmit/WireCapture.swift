import PacketCapture
import VirtualNIC

/// The far end of the wire: writes what arrives to a capture, with the virtual time of its arrival.
final class WireCapture: Link {
  private static let flushByteCount = 65_536

  /// Frames that were written.
  private(set) var frameCount = 0
  private let file: OutputFile
  private var pcap: PcapWriter?
  private var pcapng: PcapngWriter?
  /// Why writing ended; a link cannot throw.
  private var failure: (any Error)?

  init(_ file: OutputFile, format: OutputFormat) throws {
    self.file = file
    switch format {
    case .pcap: pcap = PcapWriter(linkType: .ethernet, resolution: .nanoseconds)
    case .pcapng:
      var writer = PcapngWriter()
      _ = try writer.addInterface(CaptureInterface(linkType: .ethernet, name: "vnic"))
      pcapng = consume writer
    }
  }

  func send(_ frame: RawSpan, at time: VirtualTime) {
    guard failure == nil else { return }
    do {
      try write(frame, at: VirtualClock.timestamp(time))
      frameCount += 1
      if (pcap?.pendingByteCount ?? 0) + (pcapng?.pendingByteCount ?? 0) > Self.flushByteCount {
        try drain()
      }
    } catch let error as CaptureWriteError {
      failure = Failure("\(file.name): frame \(frameCount + 1): \(error)")
    } catch {
      failure = error
    }
  }

  /// Throws what went wrong while frames arrived.
  func checkFailure() throws {
    if let failure { throw failure }
  }

  /// Writes what is left, and puts the file in its place.
  func finish() throws {
    try checkFailure()
    try drain()
    try file.finish()
  }

  private func write(_ frame: RawSpan, at time: CaptureTimestamp) throws(CaptureWriteError) {
    try pcap?.write(frame, at: time)
    try pcapng?.write(frame, interface: 0, at: time)
  }

  private func drain() throws {
    let file = file
    try pcap?.drain { (octets) throws(Failure) in try file.write(octets) }
    try pcapng?.drain { (octets) throws(Failure) in try file.write(octets) }
  }
}
