import GsoEngine
import PacketCapture
import VirtualNIC
import WireFormats

/// The far end of the wire: writes what arrives to a capture, with the virtual time of arrival.
///
/// Frames that pass by the NIC are written unmodified, on an interface of their own.
final class WireCapture: Link {
  /// An interface of the input that passes by the NIC.
  ///
  /// Sections that describe the same interface share one in the output.
  private struct Source: Hashable {
    let index: Int
    let interface: CaptureInterface
  }

  private static let flushByteCount = 65_536

  /// Frames that arrived.
  private(set) var arrivedCount = 0
  /// Frames that passed by the NIC.
  private(set) var passedCount = 0
  private let file: OutputFile
  private let format: OutputFormat
  private var pcap: PcapWriter?
  private var pcapng: PcapngWriter?
  /// The interface of the NIC in the output; nil before its first frame.
  private var nicInterface: Int?
  private var passedInterfaces: [Source: Int] = [:]
  /// Octets of frame check sequence of every frame of the NIC.
  private var sequenceLength = 0
  /// Why writing ended; a link cannot throw.
  private var failure: (any Error)?

  init(_ file: OutputFile, format: OutputFormat) {
    (self.file, self.format) = (file, format)
    if format == .pcapng { pcapng = PcapngWriter(minimumSnapLength: file.leastSnapLength) }
  }

  /// Describes the NIC, once it is known whether its frames have a frame check sequence.
  func startNIC(sequenceLength: Int) throws {
    guard nicInterface == nil else { return }
    self.sequenceLength = sequenceLength
    let interface = CaptureInterface(
      linkType: .ethernet, name: "vnic",
      frameCheckSequenceByteCount: sequenceLength > 0 ? sequenceLength : nil)
    nicInterface = try pcapng?.addInterface(interface) ?? 0
    if format == .pcap, pcap == nil { pcap = try PcapWriter(interface) }
  }

  func send(_ frames: FrameBatch, at time: VirtualTime) {
    for index in 0..<frames.count where failure == nil { write(frames[index], at: time) }
  }

  private func write(_ frame: RawSpan, at time: VirtualTime) {
    do {
      try write(frame, at: VirtualClock.timestamp(time), originalLength: nil)
      arrivedCount += 1
    } catch {
      failure = described(error, arrivedCount + passedCount + 1)
    }
  }

  /// Writes a frame of Ethernet that was captured in part, as if it had arrived.
  func pass(inPart record: CaptureRecord) throws {
    let isSame = record.frameCheckSequenceLength == sequenceLength
    try passing(record) {
      try write(
        isSame ? record.octets : record.frame, at: record.time,
        originalLength: record.frameLength + sequenceLength)
    }
  }

  /// Writes a frame of a link that is not Ethernet.
  func pass(foreign record: CaptureRecord) throws {
    try passing(record) {
      if format == .pcap, pcap == nil {
        var interface = record.interface
        interface.resolution = .nanoseconds
        pcap = try PcapWriter(interface)
      }
      try pcap?.write(record)
      if format == .pcapng {
        let index = try interface(of: record)
        try pcapng?.write(record, interface: index)
      }
    }
  }

  private func interface(of record: CaptureRecord) throws -> Int {
    var interface = record.interface
    let sequenceLength = record.frameCheckSequenceLength
    interface.frameCheckSequenceByteCount = sequenceLength > 0 ? sequenceLength : nil
    let source = Source(index: record.interfaceIndex, interface: interface)
    if let known = passedInterfaces[source] { return known }
    let index = try pcapng?.addInterface(interface) ?? 0
    passedInterfaces[source] = index
    return index
  }

  private func passing(_ record: CaptureRecord, _ body: () throws -> Void) throws {
    do {
      try body()
      passedCount += 1
      try drainIfLarge()
    } catch {
      throw described(error, Int(record.frameNumber))
    }
  }

  /// Throws the error that ended writing, if there is one.
  func checkFailure() throws {
    if let failure { throw failure }
  }

  /// Writes what is pending, and gives the file its name.
  func finish() throws {
    try checkFailure()
    if passedCount == 0 { try startNIC(sequenceLength: 0) }
    try drain()
    let updates = (pcapng?.snapLengthUpdates ?? []) + [pcap?.snapLengthUpdate].compactMap { $0 }
    for update in updates { try file.update(update.octets, at: update.byteOffset) }
    try file.finish()
  }

  private func write(_ frame: RawSpan, at time: CaptureTimestamp, originalLength: Int?) throws {
    try pcap?.write(frame, at: time, originalLength: originalLength, linkType: .ethernet)
    try pcapng?.write(
      frame, interface: nicInterface ?? 0, at: time, originalLength: originalLength)
    try drainIfLarge()
  }

  private func described(_ error: any Error, _ frame: Int) -> any Error {
    guard let error = error as? CaptureWriteError else { return error }
    return Failure("\(file.name): frame \(frame): \(error)")
  }

  private func drainIfLarge() throws {
    if (pcap?.pendingByteCount ?? 0) + (pcapng?.pendingByteCount ?? 0) > Self.flushByteCount {
      try drain()
    }
  }

  private func drain() throws {
    let file = file
    try pcap?.drain { (octets) throws(Failure) in try file.write(octets) }
    try pcapng?.drain { (octets) throws(Failure) in try file.write(octets) }
  }
}
