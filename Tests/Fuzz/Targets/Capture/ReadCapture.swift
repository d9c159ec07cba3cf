import PacketCapture

/// What a reader makes of some octets.
struct ReadCapture {
  private(set) var frames: [CapturedFrame] = []
  private(set) var error: CaptureError?

  /// Reads a capture that is there as a whole.
  init(whole capture: [UInt8]) {
    do {
      try CaptureReader.forEachRecord(in: capture) { frames.append(CapturedFrame($0)) }
    } catch { self.error = error as? CaptureError }
  }

  /// Reads a capture in chunks, whose sizes a seed chooses, in one of two ways.
  init(chunks capture: [UInt8], _ seed: UInt8) throws {
    var reader = try CaptureReader(bufferByteCount: Int(seed) * 16)
    var chunks = Chunks(capture, seed)
    do {
      if seed & 0x10 != 0 {
        while let record = try reader.next(filling: { chunks.fill(&$0) }) {
          frames.append(CapturedFrame(record))
        }
      } else {
        while !reader.isAtEnd {
          while let record = try reader.next() { frames.append(CapturedFrame(record)) }
          if reader.isAtEnd { break }
          let chunk = chunks.next()
          if chunk.isEmpty { reader.finish() } else { reader.append(Array(chunk)) }
        }
      }
      try require(reader.frameCount == UInt64(frames.count), "number of frames")
    } catch let error as CaptureError {
      self.error = error
      try checkFailed(&reader, error)
    }
  }

  /// A reader that failed fails again with the same words.
  private func checkFailed(_ reader: inout CaptureReader, _ expected: CaptureError) throws {
    let again: CaptureError?
    do throws(CaptureError) {
      _ = try reader.next() != nil
      again = nil
    } catch { again = error }
    try require(again == expected, "after an error: \(String(describing: again))")
  }
}
