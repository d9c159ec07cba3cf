import GsoEngine
import PacketCapture
import WireFormats

/// Takes one frame after the other, and hands what a receiver would get to a writer.
///
/// Each interface has a coalescer of its own, and all of them one time.
final class FrameMerger {
  /// An interface, of one section.
  private struct Interface: Hashable {
    let section: Int
    let index: Int
  }

  private let request: CoalescingRequest
  private let writer: UnitWriter
  private var lanes: [Interface: Lane] = [:]

  init(request: CoalescingRequest, writer: UnitWriter) {
    (self.request, self.writer) = (request, writer)
  }

  /// Takes an item that is no frame.
  func copy(_ item: CaptureItem) throws {
    // Frames of a section cannot be written after it.
    if item.kind == .section { try flush() }
    try writer.output.copy(item)
  }

  /// Takes a frame.
  func process(_ record: CaptureRecord) throws {
    writer.summary.framesRead += 1
    guard let link = LinkLayer(record.linkType) else { return try writer.passForeign(record) }
    let interface = Interface(section: record.sectionIndex, index: record.interfaceIndex)
    let lane = try lane(interface, link)
    let time = record.time.sinceStart
    for other in lanes.values where other !== lane {
      other.coalescer.advance(to: time) { writer.write($0, other) }
    }
    if let reason = UnitWriter.reasonNotToMerge(record) {
      lane.coalescer.advance(to: time) { writer.write($0, lane) }
      lane.coalescer.flush(flowOf: record.frame) { writer.write($0, lane) }
      try writer.takeFailure()
      return try writer.pass(record, reason)
    }
    lane.kept[lane.coalescer.frameCount] = KeptRecord(record)
    let decision = lane.coalescer.receive(
      record.frame, at: time, hasPartialChecksum: record.hasPartialChecksum(lane.layout(of: record))
    ) { writer.write($0, lane) }
    writer.summary.note(decision, record.frameNumber)
    try writer.takeFailure()
  }

  /// Writes what is still held, and the end of the file.
  func finish() throws {
    try flush()
    try writer.output.finish()
    writer.summary.omissions = writer.output.omissions
  }

  private func flush() throws {
    for interface in lanes.keys.sorted(by: { ($0.section, $0.index) < ($1.section, $1.index) }) {
      guard let lane = lanes[interface] else { continue }
      lane.coalescer.flush { writer.write($0, lane) }
    }
    lanes.removeAll()
    try writer.takeFailure()
  }

  private func lane(_ interface: Interface, _ link: LinkLayer) throws -> Lane {
    if let lane = lanes[interface] { return lane }
    var request = request
    request.link = link
    let lane = try Lane(request)
    lanes[interface] = lane
    return lane
  }
}

/// The coalescer of one interface, and the records that it holds, by its numbers.
final class Lane {
  var coalescer: Coalescer
  /// What the coalescer was asked for: it must not be looked at itself while it delivers.
  let request: CoalescingRequest
  var kept: [Int: KeptRecord] = [:]

  init(_ request: CoalescingRequest) throws {
    self.request = request
    coalescer = try Coalescer(request)
  }

  /// The layout of a frame by which it is coalesced; nil if its headers cannot be read.
  func layout(of record: CaptureRecord) -> PacketLayout? {
    try? PacketLayout(
      parsing: record.frame, link: request.link,
      tunnels: request.rules.tunnels == .opaque ? .none : request.recognition)
  }

  /// Takes the records of a unit, in order.
  func take(_ inputs: Span<Int>) -> [KeptRecord] {
    inputs.indices.compactMap { kept.removeValue(forKey: inputs[$0]) }
  }
}

extension CaptureTimestamp {
  /// Nanoseconds since 1970; 0 for earlier times.
  fileprivate var sinceStart: UInt64 { UInt64(max(0, nanoseconds)) }
}

extension CaptureRecord {
  /// Whether the sender left the transport checksum to its NIC, by the flags of the frame, or by
  /// what the field holds.
  fileprivate func hasPartialChecksum(_ layout: PacketLayout?) -> Bool {
    if flags?.leavesChecksum == true { return true }
    guard let layout, flags?.contains(.checksumValid) != true else { return false }
    return layout.transportChecksum(of: frame)?.isPartial == true
  }
}
