import FrameRecipes
import PacketCapture
import VirtualNICTesting
import WireFormats

/// One frame of a capture, its lengths and checksums checked.
struct CheckedFrame: Encodable {
  /// What came of it.
  enum State: String, CaseIterable, Encodable {
    /// Everything that can be checked is right.
    case right
    /// A sender left something to its NIC.
    case partial
    /// Something is wrong.
    case wrong
    /// There is nothing that can be checked.
    case unchecked
  }

  /// A fault in the form of `--json`.
  struct Fault: Encodable {
    let field: String
    let octet: Int?
    let expected: String
    let found: String
    let kind: String

    init(_ fault: FrameFault) {
      (field, octet, kind) = (fault.field, fault.octet, fault.kind.rawValue)
      (expected, found) = (fault.expected.description, fault.found.description)
    }

    /// For people: `octet 18, ipv4.identification: expected 4661, found 4660`.
    var text: String {
      let place = octet.map { "octet \($0), " } ?? ""
      return "\(place)\(field): expected \(expected), found \(found)"
    }
  }

  let number: UInt64
  let state: State
  /// Why it is unchecked.
  let reason: String?
  let faults: [Fault]

  /// Checks a frame of a capture.
  init(_ record: CaptureRecord, mtu: Int?, headerLength: Int) {
    guard record.frame.byteCount >= headerLength else {
      self.init(
        record,
        unchecked: "\(record.frame.byteCount) octets, a virtio-net header has \(headerLength)")
      return
    }
    let octets = record.frame.array(headerLength..<record.frame.byteCount)
    guard let link = FrameRecipe.LinkKind(record.linkType, startingWith: octets.first) else {
      self.init(record, unchecked: "\(record.linkType)")
      return
    }
    guard !record.isTruncatedBySnapLength else {
      self.init(
        record,
        unchecked: "\(record.capturedLength) of \(record.originalLength) octets were captured")
      return
    }
    let dissection = dissect(octets, link: link)
    guard dissection.fault != nil || dissection.layers.contains(where: \.kind.isNetwork) else {
      self.init(record, unchecked: dissection.notRead ?? "no IP packet")
      return
    }
    var found = frameFaults(octets, mtu: mtu, link: link, allowsTrailer: true)
    if let fault = Self.sequenceFault(record, octets) { found.append(fault) }
    let isPartial = found.allSatisfy { $0.kind == .partial }
    self.init(record, found.isEmpty ? .right : isPartial ? .partial : .wrong, found)
  }

  private init(_ record: CaptureRecord, unchecked reason: String) {
    self.init(record, .unchecked, [], reason)
  }

  private init(
    _ record: CaptureRecord, _ state: State, _ faults: [FrameFault], _ reason: String? = nil
  ) {
    (number, self.state, self.reason) = (record.frameNumber, state, reason)
    self.faults = faults.map { Fault($0) }
  }

  /// A frame check sequence that is there and wrong.
  private static func sequenceFault(_ record: CaptureRecord, _ frame: [UInt8]) -> FrameFault? {
    let found = record.frameCheckSequence.array()
    guard found.count == EthernetFrameCheckSequence.byteCount, record.linkType == .ethernet else {
      return nil
    }
    let value = EthernetFrameCheckSequence.value(of: frame.octets)
    let right = (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    guard found != right else { return nil }
    return FrameFault(
      field: "ethernet.frameCheckSequence", octet: frame.count, expected: .octets(right),
      found: .octets(found))
  }

  /// For people: a line for the frame, and one for each fault.
  var text: String {
    let note = reason.map { "  \($0)" } ?? ""
    let first = "\(aligned("\(number)", 6))  \(state.rawValue)\(note)\n"
    return faults.reduce(first) { $0 + "        \($1.text)\($1.note)\n" }
  }
}

extension CheckedFrame.Fault {
  fileprivate var note: String { kind == "partial" ? " (left to the NIC)" : "" }
}

extension FrameRecipe.LinkKind {
  /// The link header of a link type; BSD loopback is in the order of the machine that captured it.
  init?(_ type: LinkType, startingWith octet: UInt8?) {
    if type == .null && octet == 0 {
      self = .bsdLoopbackNetworkOrder
    } else {
      self.init(type)
    }
  }
}
