public import FrameRecipes
internal import PacketCapture

/// Compares frames with a capture that was kept: a pcap or pcapng file that Wireshark opens, too.
///
/// ```swift
/// let faults = try goldenFaults(frames, file: "Goldens/four-segments.pcap")
/// XCTAssertEqual(faults, [])
/// ```
///
/// The file is written, and nothing is compared, if `renew` is true; it defaults to whether the
/// environment variable `VNIC_RENEW_GOLDEN` is 1. A name that ends in `.pcapng` gets that format.
/// Time stamps count 0 and are not compared, so the same frames always give the same file.
///
/// - Parameters:
///   - frames: The frames, from their link headers.
///   - path: The path of the file.
///   - link: The link header of all frames; Ethernet by default.
///   - renew: Whether to write the file; nil to ask the environment.
/// - Returns: All fields in which the frames differ from the file; empty if they are equal.
/// - Throws: ``GoldenError``.
public func goldenFaults(
  _ frames: [[UInt8]], file path: String, link: FrameRecipe.LinkKind = .ethernet,
  renew: Bool? = nil
) throws(GoldenError) -> [FrameFault] {
  if renew ?? GoldenFile.isRenewalAsked {
    try GoldenFile.write(try captureOctets(of: frames, link, path), to: path)
    return []
  }
  let octets = try GoldenFile.read(path)
  var kept: [CapturedFrame] = []
  do { kept = try CaptureReader.frames(in: octets) } catch {
    throw .notACapture(path: path, reason: "\(error)")
  }
  if let other = kept.first(where: { !link.isAnnounced(by: $0.interface.linkType) }) {
    let found = other.interface.linkType
    throw .otherLink(path: path, expected: "\(link.linkType)", found: "\(found)")
  }
  return differences(expected: kept.map(\.octets), actual: frames, link: link)
}

/// Why frames cannot be compared with a file, or the file not be written.
public enum GoldenError: Error, Hashable, Sendable {
  /// There is no file yet.
  case missing(path: String)
  /// The system does not let the file be read.
  case cannotRead(path: String, reason: String)
  /// The system does not let the file be written.
  case cannotWrite(path: String, reason: String)
  /// The file is no capture, or it is damaged.
  case notACapture(path: String, reason: String)
  /// The frames in the file have another link header.
  case otherLink(path: String, expected: String, found: String)
  /// A frame has more octets than a capture can hold.
  case frameTooLong(octets: Int)
}

extension GoldenError: CustomStringConvertible {
  /// One sentence, with what to do.
  public var description: String {
    switch self {
    case .missing(let path):
      "\(path) is not there; run the test once with \(GoldenFile.variable)=1 to write it"
    case .cannotRead(let path, let reason): "cannot read \(path): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .notACapture(let path, let reason): "\(path) is no capture: \(reason)"
    case .otherLink(let path, let expected, let found):
      "\(path) holds frames of link type \(found), the test has \(expected)"
    case .frameTooLong(let octets):
      "a frame of \(octets) octets, and captures hold at most \(CaptureLimits.recordByteCount)"
    }
  }
}

private func captureOctets(
  of frames: [[UInt8]], _ link: FrameRecipe.LinkKind, _ path: String
) throws(GoldenError) -> [UInt8] {
  let start = CaptureTimestamp(nanoseconds: 0)
  if let long = frames.first(where: { $0.count > CaptureLimits.recordByteCount }) {
    throw .frameTooLong(octets: long.count)
  }
  do {
    if path.hasSuffix(".pcapng") {
      var writer = PcapngWriter()
      let interface = try writer.addInterface(CaptureInterface(linkType: link.linkType))
      for frame in frames { try writer.write(frame, interface: interface, at: start) }
      return writer.takeOctets()
    }
    var writer = PcapWriter(linkType: link.linkType)
    for frame in frames { try writer.write(frame, at: start) }
    return writer.takeOctets()
  } catch {
    throw .cannotWrite(path: path, reason: "\(error)")
  }
}
