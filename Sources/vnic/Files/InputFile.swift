import Foundation
import PacketCapture

/// A file that is read front to back; `-` is standard input.
final class InputFile {
  /// How messages call it.
  let name: String
  /// Its size in octets; nil if that is not known, as of a pipe.
  let byteCount: UInt64?
  /// Octets read so far.
  private(set) var readByteCount: UInt64 = 0
  private var firstOctets: [UInt8] = []
  /// Accesses are not checked at run time.
  ///
  /// SAFETY: nothing that gets a record, or room to read into, reads on.
  @exclusivity(unchecked) private var reader = CaptureReader()
  private let descriptor: Int32
  /// The operand: a path, or `-`.
  private let path: String

  init(_ path: String) throws(Failure) {
    self.path = path
    if path == "-" {
      (name, descriptor) = ("standard input", STDIN_FILENO)
    } else {
      name = path
      // SAFETY: the string lives for the call.
      descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw Failure("\(path): \(systemErrorText())") }
    // Whatever is printed, it must not be read again.
    try FileIdentity.refuse(output: "-", over: path)
    var status = stat()
    // SAFETY: the structure is only borrowed for the call.
    let known = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    byteCount = known ? UInt64(status.st_size) : nil
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  /// Whether the octets so far are those of a pcapng file.
  var startsAsPcapng: Bool { firstOctets == [0x0A, 0x0D, 0x0D, 0x0A] }

  /// Reads as far as it takes to tell the kind of file.
  func detectFormat() throws(Failure) {
    var isAtEnd = false
    while firstOctets.count < 4, !isAtEnd {
      isAtEnd = try unsafe !reader.fill { (room) throws(Failure) in try read(into: &room) }
    }
  }

  /// Reads some octets; none at the end of the file.
  private func read(into room: inout OutputRawSpan) throws(Failure) {
    var count = -1
    // SAFETY: read(2) gets the free part of the room, and what it filled is counted as filled.
    unsafe room.withUnsafeMutableBytes { buffer, used in
      let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[used...])
      repeat {
        count = unsafe Foundation.read(descriptor, free.baseAddress, free.count)
      } while count < 0 && errno == EINTR
      guard count > 0 else { return }
      let missing = max(0, min(4 - firstOctets.count, count))
      unsafe firstOctets.append(contentsOf: free.prefix(missing))
      used += count
    }
    guard count >= 0 else { throw Failure("\(name): \(systemErrorText())") }
    readByteCount += UInt64(count)
  }

  /// Calls `body` with each item of the capture.
  ///
  /// - Returns: Damage that nothing can be read after; nil if the capture ends where it may.
  /// - Throws: ``Failure`` if there is nothing to read, with the name of the file first.
  func forEachItem(_ body: (CaptureItem) throws -> Void) throws -> CaptureError? {
    do {
      while let item = try unsafe reader.nextItem(filling: { try read(into: &$0) }) {
        try body(item)
      }
      return nil
    } catch let error as CaptureError {
      return try damage(error)
    }
  }

  /// Calls `body` with each frame of the capture, and `blocks` with each item between frames: the
  /// same as by ``forEachItem(_:)``, and faster.
  ///
  /// - Returns: Damage that nothing can be read after; nil if the capture ends where it may.
  /// - Throws: ``Failure`` if there is nothing to read, with the name of the file first.
  func forEachRecord(
    _ body: (CaptureRecord) throws -> Void, blocks: (CaptureItem) throws -> Void
  ) throws -> CaptureError? {
    do {
      while let record = try unsafe reader.next(
        filling: { try read(into: &$0) }, blocks: { try blocks($0) })
      {
        try body(record)
      }
      return nil
    } catch let error as CaptureError {
      return try damage(error)
    }
  }

  /// Damage is an end if there was anything to read before it, else a failure.
  private func damage(_ error: CaptureError) throws(Failure) -> CaptureError {
    if unsafe reader.format == nil { throw failure(error) }
    return error
  }

  /// Calls `body` with each frame of the capture.
  ///
  /// - Throws: ``Failure``, with the name of the file before what is wrong with it.
  func forEachRecord(
    _ body: (CaptureRecord) throws -> Void
  ) throws -> [CaptureInterface] {
    do {
      while let record = try unsafe reader.next(filling: { try read(into: &$0) }) {
        try body(record)
      }
    } catch let error as CaptureError {
      throw failure(error)
    }
    return unsafe reader.interfaces
  }

  /// Thrown to stop reading once the frame is there.
  private struct Found: Error {}

  /// Calls `body` with one frame, which is the last that is read.
  ///
  /// - Parameters:
  ///   - number: The number of the frame, counted from 1.
  ///   - learn: Called with each frame before it.
  ///   - body: Called with the frame and its time in nanoseconds since the first frame.
  /// - Returns: What `body` returns.
  /// - Throws: ``Failure`` if the capture has no such frame, and what `body` throws.
  func withFrame<Result>(
    _ number: Int, learn: (CaptureRecord) -> Void,
    _ body: (CaptureRecord, Int64?) throws -> Result
  ) throws -> Result {
    var result: Result?
    var count: UInt64 = 0
    var damage = DamageReport()
    var clock = CaptureClock()
    do {
      let end = try forEachItem { item in
        if case .damage(let error) = item.kind { damage.note(error) }
        guard let record = item.record else { return }
        count = record.frameNumber
        let time = clock.time(of: record)
        guard count >= number else { return learn(record) }
        result = try body(record, time)
        throw Found()
      }
      if let end { damage.note(end) }
    } catch is Found {}
    if let result { return result }
    try damage.check(name)
    throw Failure("\(name): there is no frame \(number), only \(count)")
  }

  /// The next frame of a range, copied; nil at the end of the capture.
  ///
  /// - Throws: ``Failure``, with the name of the file before what is wrong with it.
  func nextFrame(of range: FrameRange) throws -> CapturedFrame? {
    do {
      var frame: CapturedFrame?
      while frame == nil, let record = try unsafe reader.next(filling: { try read(into: &$0) }) {
        if range.contains(record.frameNumber) { frame = CapturedFrame(record) }
      }
      return frame
    } catch let error as CaptureError {
      throw failure(error)
    }
  }

  /// Reads on to the end of the capture.
  ///
  /// - Returns: How many frames of a range there were.
  func countFrames(of range: FrameRange) throws -> Int {
    var count = 0
    while try nextFrame(of: range) != nil { count += 1 }
    return count
  }

  /// What to say of an error at which reading ends.
  private func failure(_ error: CaptureError) -> Failure {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let known =
      unsafe reader.format == nil
      ? UnusableInput.failure(path, name: name, firstOctets: firstOctets, arguments: arguments)
      : nil
    return known ?? Failure("\(name): \(error)")
  }
}
