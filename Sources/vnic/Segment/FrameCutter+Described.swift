import GsoEngine
import PacketCapture
import WireFormats

/// Records that start with a virtio-net header: it says what is to be done, nothing is guessed.
extension FrameCutter {
  /// Takes a header off a record, and does what it asks for.
  mutating func processDescribed(_ record: CaptureRecord, _ form: VirtioNetHeader.Form) throws {
    summary.framesRead += 1
    let header: VirtioNetHeader
    do throws(WireError) {
      header = try VirtioNetHeader(parsing: record.octets, form: form)
    } catch {
      throw Failure("\(summary.input): frame \(record.frameNumber): \(error)")
    }
    let frame = record.octets.extracting(droppingFirst: form.byteCount)
    let link = try LinkLayer(of: record, in: summary.input)
    if record.isTruncatedBySnapLength { return try keep(frame, record, form, .cutShort(record)) }
    let work: OffloadWork
    do throws(SegmentationError) {
      work = try OffloadWork(
        on: frame, describedBy: header, link: link, rules: limit.rulesName.rules,
        fragmentIdentification: UInt32(truncatingIfNeeded: record.frameNumber))
    } catch {
      return try keep(frame, record, form, KeptReason(error))
    }
    switch work {
    case .nothing: try pass(frame, record, link)
    case .checksum(let completion):
      summary.checksums.finishedInPassedFrames += 1
      let finished = try completion.applied(to: frame.array(0..<frame.byteCount))
      try pass(finished.octets, record, link)
    case .segmentation(let plan) where plan.count == 1:
      summary.checksums.finishedInPassedFrames += 1
      let whole = try plan.frames(of: frame)[0]
      try pass(whole.octets, record, link)
    case .segmentation(let plan):
      summary.checksums.finishedInCutFrames += 1
      try cut(frame, of: record, plan)
    case .fragmentation(let plan) where plan.count == 1:
      summary.checksums.finishedInPassedFrames += 1
      let whole = try plan.frames(of: frame)[0]
      try pass(whole.octets, record, link)
    case .fragmentation(let plan):
      summary.checksums.finishedInCutFrames += 1
      summary.datagramsFragmented += 1
      try cut(frame, of: record, plan)
    }
  }

  private mutating func pass(
    _ frame: RawSpan, _ record: CaptureRecord, _ link: LinkLayer
  ) throws {
    summary.framesPassed += 1
    summary.framesWritten += 1
    if let layout = try? PacketLayout(parsing: frame, link: link), let outer = layout.outerNetwork {
      note(packetLength: outer.end - layout.linkHeaderLength)
    }
    try output.write(frame, from: record)
  }

  private mutating func keep(
    _ frame: RawSpan, _ record: CaptureRecord, _ form: VirtioNetHeader.Form, _ reason: KeptReason
  ) throws {
    if isStrict {
      throw Failure(
        "\(summary.input): frame \(record.frameNumber): \(reason.category): \(reason.detail)")
    }
    summary.addKept(record.frameNumber, reason)
    summary.framesWritten += 1
    let originalLength = Int(record.originalLength) - form.byteCount
    try output.write(frame, from: record, originalLength: max(frame.byteCount, originalLength))
  }
}
