public import FrameRecipes
public import GsoEngine

/// What is wrong with the segments that a NIC, a driver or an engine has made of a frame.
///
/// ```swift
/// let faults = segmentationFaults(sent, of: superFrame, segmentSize: 1_448, mtu: 1_500)
/// XCTAssertEqual(faults, [])
/// ```
///
/// The segments are compared with those of a slow and obvious reference, which shares no code with
/// `GsoEngine`. A field that is wrong is told once: a checksum that is right for the octets it
/// covers is no fault of its own.
///
/// A frame that fits may be sent as it is if nothing is wrong with it, and a frame that `rules`
/// refuse may be sent as it is or not at all.
///
/// - Parameters:
///   - frames: What was sent, in order.
///   - superFrame: The frame that was to be segmented, with any checksums, and lengths that are
///     right or 0.
///   - segmentSize: Octets of payload per segment, at least 1; nil for as many as `mtu` allows.
///   - mtu: The largest IP packet in octets; nil for no limit.
///   - rules: How header fields change from segment to segment; those of Linux by default.
///   - link: The link header of all frames; Ethernet by default.
///   - udpTunnels: Whether UDP to the well-known ports of tunnels is one.
/// - Returns: The faults, frame by frame and in the order of the octets, `frames` last if there are
///   too few or too many; one of `superFrame` if that is no TCP or UDP frame or cannot be
///   segmented.
/// - Complexity: O(n) in the octets of the frame, with large constants.
public func segmentationFaults(
  _ frames: [[UInt8]], of superFrame: [UInt8], segmentSize: Int? = nil, mtu: Int? = nil,
  rules: SegmentationRules = .linux, link: FrameRecipe.LinkKind = .ethernet,
  udpTunnels: Bool = true
) -> [FrameFault] {
  let wish = ReferenceWish(segmentSize: segmentSize, mtu: mtu, rules: rules)
  let expected: [[UInt8]]
  switch wish.segments(of: superFrame, link: link, udpTunnels: udpTunnels) {
  case .failure(let error): return [error.fault]
  case .success(.refused(let why)):
    if frames.isEmpty || frames == [superFrame] { return [] }
    return [
      FrameFault(
        field: "frames", expected: .text("none, or the frame as it is: \(why)"),
        found: FieldValue(count: frames.count))
    ]
  case .success(.frames(let frames)): expected = frames
  }
  if expected.count == 1 && mayPass(frames, superFrame, expected[0], link, udpTunnels) { return [] }
  var out: [FrameFault] = []
  for index in frames.indices {
    if index < expected.count {
      out += faults(expected[index], frames[index], index, link, udpTunnels)
    }
    let size = frames[index].count - link.byteCount
    if let mtu, size > mtu {
      out += frameFaults(frames[index], mtu: mtu, link: link, udpTunnels: udpTunnels)
        .filter { $0.field == "mtu" }.map { $0.inFrame(index) }
    }
  }
  if frames.count != expected.count {
    out.append(
      FrameFault(
        frame: min(frames.count, expected.count), field: "frames",
        expected: FieldValue(count: expected.count), found: FieldValue(count: frames.count)))
  }
  return out
}

/// Whether a frame that fits was sent as it is, or completed and with its trailer.
private func mayPass(
  _ frames: [[UInt8]], _ superFrame: [UInt8], _ expected: [UInt8], _ link: FrameRecipe.LinkKind,
  _ udpTunnels: Bool
) -> Bool {
  guard frames.count == 1 else { return false }
  let trailer = superFrame.dropFirst(expected.count)
  if frames[0] == expected + trailer { return true }
  return frames[0] == superFrame
    && frameFaults(superFrame, link: link, allowsTrailer: true, udpTunnels: udpTunnels).isEmpty
}

private func faults(
  _ expected: [UInt8], _ found: [UInt8], _ index: Int, _ link: FrameRecipe.LinkKind,
  _ udpTunnels: Bool
) -> [FrameFault] {
  let all = frameDifferences(
    expected: expected, actual: found, frame: index, link: link, udpTunnels: udpTunnels)
  guard all.contains(where: { !$0.isOfChecksum }) else { return all }
  // With other octets to cover, another checksum is right.
  let own = frameFaults(found, link: link, allowsTrailer: true, udpTunnels: udpTunnels)
  return all.filter { fault in !fault.isOfChecksum || own.contains { $0.field == fault.field } }
}

extension FrameFault {
  fileprivate var isOfChecksum: Bool {
    field.hasSuffix(".checksum") || field.hasSuffix(".headerChecksum")
  }

  /// The same fault of another frame.
  func inFrame(_ index: Int) -> FrameFault {
    var out = self
    out.frame = index
    return out
  }
}
