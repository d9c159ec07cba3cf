import LinuxWire
import WireFormats

/// An end without a kernel: a test says what the kernel sends, and looks at what it gets.
final class ScriptedEnd: WireEnd, OffloadSettingWireEnd {
  struct Frame: Equatable {
    var header = VirtioNetHeader()
    var octets: [UInt8]
  }

  /// What the kernel sends next.
  var outbox: [Frame] = []
  /// What the kernel got; empty if ``keeps`` is false.
  private(set) var inbox: [Frame] = []
  /// Whether frames are kept.
  var keeps = true
  private(set) var offloads: WireOffloads
  /// What the kernel takes of what is asked for; nil for a guest, which has negotiated.
  private let possible: WireOffloads?
  /// What the next calls of `send` answer.
  var results: [WireSendResult] = []
  /// What the next call throws.
  var error: WireEndError?
  private(set) var isClosed = false

  /// A kernel that takes what is set.
  init(possible: WireOffloads = .all) { (offloads, self.possible) = ([], possible) }

  /// A guest that has negotiated.
  init(negotiated: WireOffloads) { (offloads, possible) = (negotiated, nil) }

  var descriptors: [Int32] { isClosed ? [] : [-1] }

  func setOffloads(_ offloads: WireOffloads) -> WireOffloads {
    if let possible { self.offloads = offloads.intersection(possible).usable }
    return self.offloads
  }

  /// The guest negotiates again.
  func negotiate(_ offloads: WireOffloads) { self.offloads = offloads }

  func process(
    limit: Int, _ body: (VirtioNetHeader, RawSpan) -> Void
  ) throws(WireEndError) -> Int {
    if let error { throw error }
    let count = min(limit, outbox.count)
    for index in 0..<count {
      let frame = outbox[index]
      body(frame.header, frame.octets.octets)
    }
    outbox.removeFirst(count)
    return count
  }

  func send(
    _ header: VirtioNetHeader, _ frame: RawSpan
  ) throws(WireEndError) -> WireSendResult {
    if let error { throw error }
    if keeps { inbox.append(Frame(header: header, octets: frame.array())) }
    return results.isEmpty ? .sent : results.removeFirst()
  }

  /// Takes what has arrived.
  func takeInbox() -> [Frame] {
    defer { inbox = [] }
    return inbox
  }

  func close() { isClosed = true }
}
