extension CaptureReader {
  /// Adds octets to the end of the input.
  public mutating func append(_ octets: Span<UInt8>) { append(octets.rawOctets) }

  /// Adds octets to the end of the input.
  public mutating func append(_ octets: [UInt8]) { append(octets.span) }

  /// The next frame, getting input from `body` whenever there is not enough.
  ///
  /// - Parameter body: Appends octets to the span it is given, or nothing at the end of the input.
  /// - Returns: A record that borrows the reader until its next change, or `nil` at the end.
  /// - Throws: ``CaptureError``, as ``next()`` does, and what `body` throws.
  @_lifetime(&self)
  public mutating func next(
    filling body: (inout OutputRawSpan) throws -> Void
  ) throws -> CaptureRecord? {
    var fields = try advance(toBlocks: false)
    while fields == nil, !isAtEnd {
      _ = try fill(body)
      fields = try advance(toBlocks: false)
    }
    guard let fields else { return nil }
    return record(fields)
  }

  /// Calls `body` with each frame of a capture that is in memory as a whole.
  ///
  /// - Throws: ``CaptureError``, after `body` has seen the frames before the damage, and what
  ///   `body` throws.
  /// - Complexity: O(n); holds a copy of no more than 65,536 octets and one record or block.
  public static func forEachRecord(
    in capture: Span<UInt8>, _ body: (CaptureRecord) throws -> Void
  ) throws {
    var reader = CaptureReader()
    var rest = capture
    while true {
      while let record = try reader.next() { try body(record) }
      if reader.isAtEnd { return }
      if rest.isEmpty { reader.finish() }
      reader.append(rest.extracting(first: 65_536))
      rest = rest.extracting(droppingFirst: 65_536)
    }
  }

  /// Calls `body` with each frame of a capture that is in memory as a whole.
  ///
  /// - Throws: ``CaptureError``, after `body` has seen the frames before the damage, and what
  ///   `body` throws.
  /// - Complexity: O(n); holds a copy of no more than 65,536 octets and one record or block.
  public static func forEachRecord(
    in capture: [UInt8], _ body: (CaptureRecord) throws -> Void
  ) throws {
    try forEachRecord(in: capture.span, body)
  }

  /// The frames of a capture that is in memory as a whole.
  ///
  /// - Throws: ``CaptureError``.
  /// - Complexity: O(n), with one array for each frame.
  public static func frames(in capture: [UInt8]) throws -> [CapturedFrame] {
    var frames: [CapturedFrame] = []
    try forEachRecord(in: capture) { frames.append(CapturedFrame($0)) }
    return frames
  }
}
