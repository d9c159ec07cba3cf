import FrameRecipes
import GsoEngine
import PacketCapture
import VirtualNICTesting
import WireFormats

/// Writes what a coalescer delivers, and keeps the account.
final class UnitWriter {
  var output: CaptureOutput
  var summary: CoalesceSummary
  /// The form of the header before each frame; nil for none.
  private let headerForm: VirtioNetHeader.Form?
  private let hasComments: Bool
  /// What writing failed with, inside of a call that does not throw.
  private var failure: (any Error)?

  init(
    _ output: consuming CaptureOutput, headerForm: VirtioNetHeader.Form?, hasComments: Bool,
    summary: CoalesceSummary
  ) {
    self.output = output
    (self.headerForm, self.hasComments, self.summary) = (headerForm, hasComments, summary)
  }

  /// Throws what a call of ``write(_:_:)`` failed with.
  func takeFailure() throws {
    guard let failure else { return }
    self.failure = nil
    throw failure
  }

  /// Why a frame is written unmodified without being looked at; nil if it may be merged.
  static func reasonNotToMerge(_ record: CaptureRecord) -> String? {
    if record.isTruncatedBySnapLength { return "truncated by the snap length" }
    return record.canRenewFrameCheckSequence
      ? nil : "with a frame check sequence that cannot be computed anew"
  }

  /// Writes a frame of a link that has no IP packets as far as this program knows.
  func passForeign(_ record: CaptureRecord) throws {
    summary.foreign.note(record)
    try writeUnmodified(record, VirtioNetHeader())
  }

  /// Writes a frame that is not looked at.
  func pass(_ record: CaptureRecord, _ reason: String) throws {
    summary.notMerged.add(reason, record.frameNumber)
    try writeUnmodified(record, VirtioNetHeader())
  }

  /// Writes a unit, whose records the lane has.
  func write(_ unit: CoalescedUnit, _ lane: Lane) {
    let records = lane.take(unit.inputs)
    guard failure == nil, let first = records.first else { return }
    let header = unit.metadata.virtioNetHeader
    do {
      if records.count == 1 { return try writeUnmodified(first.record, header) }
      summary.note(unit, lane.layout(ofOctets: unit.frame))
      noteLosses(of: unit, records, lane.request)
      let comment = hasComments ? Self.comment(records, unit.metadata) : nil
      try write(unit.frame, header, first.record, comment: comment)
    } catch {
      failure = error
    }
  }

  private static func comment(_ records: [KeptRecord], _ metadata: CoalescedUnit.Metadata) -> String
  {
    let numbers = records.map { kept in "\(kept.record.frameNumber)" }
    return "merged from frames \(numbers.joined(separator: ", ")); "
      + "ended by \(CoalesceSummary.category(of: metadata.end))"
  }

  private func writeUnmodified(_ record: CaptureRecord, _ header: VirtioNetHeader) throws {
    if headerForm == nil {
      summary.framesWritten += 1
      return try output.write(record)
    }
    try write(record.frame, header, record, comment: nil)
  }

  /// Writes a frame, after a header if there is to be one.
  private func write(
    _ frame: RawSpan, _ header: VirtioNetHeader, _ record: CaptureRecord, comment: String?
  ) throws {
    summary.framesWritten += 1
    guard let headerForm else {
      return try output.write(frame, madeOf: record, isFirst: true, comment: comment)
    }
    guard record.frameCheckSequenceLength == 0 else {
      throw Failure(
        "\(summary.input): frame \(record.frameNumber): it has a frame check sequence, which no "
          + "frame after a virtio-net header has; leave out --vnet-hdr")
    }
    let octets = header.octets(form: headerForm) + frame.array()
    let length =
      record.isTruncatedBySnapLength ? record.frameLength + headerForm.byteCount : octets.count
    try output.write(
      octets.octets, madeOf: record, isFirst: true, originalLength: length, comment: comment)
  }

  /// Segments a unit again, and counts the fields in which the frames that went in differ.
  private func noteLosses(
    of unit: CoalescedUnit, _ records: [KeptRecord], _ coalescing: CoalescingRequest
  ) {
    let sources = records.map { $0.record.frame.array() }
    let octets = unit.frame.array()
    var request = SegmentationRequest(segmentSize: max(1, unit.metadata.segmentSize))
    request.rules.maximumUDPSegmentCount = nil
    request.rules.zeroUDPChecksum = .copied
    if coalescing.rules == .linuxAccurateECN {
      request.rules.congestionWindowReduced = .everySegment
    }
    let isOpaque = coalescing.rules.tunnels == .opaque
    let plan = try? SegmentationPlan(
      of: octets, link: coalescing.link, tunnels: isOpaque ? .none : coalescing.recognition,
      request: request)
    guard let segments = try? plan?.frames(of: octets), segments.count == sources.count else {
      return summary.losses.add("lengths of segments", frames: sources.count)
    }
    let type = records[0].linkType
    guard let link = FrameRecipe.LinkKind(type, startingWith: octets.first) else { return }
    for (source, segment) in zip(sources, segments) where source != segment {
      for fault in differences(expected: [source], actual: [segment], link: link)
      where !fault.field.hasSuffix("hecksum") {
        summary.losses.add(fault.field, frames: 1)
      }
    }
  }
}

extension Lane {
  /// The layout of a unit.
  fileprivate func layout(ofOctets octets: RawSpan) -> PacketLayout? {
    try? PacketLayout(parsing: octets, link: request.link, tunnels: .none)
  }
}
