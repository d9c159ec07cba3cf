import GsoEngine
import PacketCapture
import WireFormats

/// Records that start with a virtio-net header, which says what is to be done.
extension FrameSegmenter {
  /// Takes a header off a record, and does what it asks for.
  mutating func processDescribed(
    _ record: CaptureRecord, _ link: LinkLayer, _ form: VirtioNetHeader.Form
  ) throws {
    summary.framesRead += 1
    let header: VirtioNetHeader
    do throws(WireError) {
      header = try VirtioNetHeader(parsing: record.frame, form: form)
    } catch {
      throw Failure("\(summary.input): frame \(record.frameNumber): \(error)")
    }
    let frame = record.frame.extracting(droppingFirst: form.byteCount)
    if record.isTruncatedBySnapLength { return try skip(frame, record, form, .truncated(record)) }
    let action: OffloadAction
    do throws(SegmentationError) {
      action = try OffloadAction(
        on: frame, describedBy: header, link: link, rules: limit.preset.rules,
        fragmentIdentification: UInt32(truncatingIfNeeded: record.frameNumber))
    } catch {
      return try skip(frame, record, form, SkipReason(error))
    }
    switch action {
    case .unmodified: try pass(frame, record, link)
    case .checksum(let completion):
      summary.checksums.completedInFittingFrames += 1
      // It throws only for a frame of another length than the one that it was found for.
      try pass(frame, record, link) { octets in try? completion.apply(to: &octets) }
    case .segmentation(let plan) where plan.count == 1: try pass(frame, record, link, plan)
    case .segmentation(let plan):
      if limit.preset.computesChecksums { summary.checksums.completedInSegmentedFrames += 1 }
      try segment(frame, of: record, plan)
    case .fragmentation(let plan) where plan.count == 1: try pass(frame, record, link, plan)
    case .fragmentation(let plan):
      summary.checksums.completedInSegmentedFrames += 1
      try segment(frame, of: record, plan)
    }
  }

  /// Writes a frame whose plan is one segment, which has a complete checksum.
  private mutating func pass(
    _ frame: RawSpan, _ record: CaptureRecord, _ link: LinkLayer, _ plan: some FramePlan
  ) throws {
    summary.checksums.completedInFittingFrames += 1
    arena.reset()
    try plan.render(frame, into: &arena)
    noteFitting(packetLength: try Self.writeFirst(of: arena, record, link, to: &output))
  }

  private mutating func pass(
    _ frame: RawSpan, _ record: CaptureRecord, _ link: LinkLayer,
    edit: (inout MutableRawSpan) -> Void = { _ in }
  ) throws {
    let length = try Self.write(frame, record, link, to: &output, edit: edit)
    noteFitting(packetLength: length)
  }

  private static func writeFirst(
    of arena: borrowing SegmentArena, _ record: CaptureRecord, _ link: LinkLayer,
    to output: inout CaptureOutput
  ) throws -> Int? {
    try write(arena[0], record, link, to: &output)
  }

  /// Writes a frame that is not segmented.
  ///
  /// - Returns: The length of its IP packet, if it has one.
  private static func write(
    _ frame: RawSpan, _ record: CaptureRecord, _ link: LinkLayer, to output: inout CaptureOutput,
    edit: (inout MutableRawSpan) -> Void = { _ in }
  ) throws -> Int? {
    var packetLength: Int?
    try output.write(frame, madeOf: record, isFirst: true) { octets in
      edit(&octets)
      packetLength = (try? PacketLayout(parsing: octets.bytes, link: link))?.packetLength
    }
    return packetLength
  }

  private mutating func noteFitting(packetLength: Int?) {
    summary.framesFitting += 1
    summary.framesWritten += 1
    note(packetLength: packetLength)
  }

  /// Writes a frame that cannot be segmented as its header asks, without the header.
  private mutating func skip(
    _ frame: RawSpan, _ record: CaptureRecord, _ form: VirtioNetHeader.Form, _ reason: SkipReason
  ) throws {
    try noteSkipped(record, reason)
    summary.framesWritten += 1
    let originalLength = max(frame.byteCount, record.frameLength - form.byteCount)
    try output.write(frame, madeOf: record, isFirst: true, originalLength: originalLength)
  }
}
