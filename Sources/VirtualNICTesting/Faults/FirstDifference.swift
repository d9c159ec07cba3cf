public import FrameRecipes

/// All fields in which two lists of frames differ, in order; empty if they are equal.
///
/// Fields are found by taking the expected frame apart. After one that moves others, such as a
/// header length, nothing but the length of the frame is compared. If one list has more frames, the
/// last fault says so (`frames`).
///
/// - Complexity: O(n) in the octets of all frames.
public func differences(
  expected: [[UInt8]], actual: [[UInt8]], link: FrameRecipe.LinkKind = .ethernet
) -> [FrameFault] {
  var out: [FrameFault] = []
  for (index, pair) in zip(expected, actual).enumerated() {
    out += frameDifferences(expected: pair.0, actual: pair.1, frame: index, link: link)
  }
  return out + (countDifference(expected: expected, actual: actual).map { [$0] } ?? [])
}

/// The first field in which two frames differ; nil if they are equal.
public func firstDifference(
  expected: [UInt8], actual: [UInt8], link: FrameRecipe.LinkKind = .ethernet
) -> FrameFault? {
  frameDifferences(expected: expected, actual: actual, frame: 0, link: link).first
}

/// The first field in which two lists of frames differ, their count included; nil if they are
/// equal.
public func firstDifference(
  expected: [[UInt8]], actual: [[UInt8]], link: FrameRecipe.LinkKind = .ethernet
) -> FrameFault? {
  for (index, pair) in zip(expected, actual).enumerated() where pair.0 != pair.1 {
    return frameDifferences(expected: pair.0, actual: pair.1, frame: index, link: link).first
  }
  return countDifference(expected: expected, actual: actual)
}

private func countDifference(expected: [[UInt8]], actual: [[UInt8]]) -> FrameFault? {
  expected.count == actual.count
    ? nil
    : FrameFault(
      frame: min(expected.count, actual.count), field: "frames",
      expected: FieldValue(count: expected.count), found: FieldValue(count: actual.count))
}

/// All fields in which a frame differs from the expected one.
package func frameDifferences(
  expected: [UInt8], actual: [UInt8], frame: Int, link: FrameRecipe.LinkKind,
  udpTunnels: Bool = true
) -> [FrameFault] {
  if expected == actual { return [] }
  var out: [FrameFault] = []
  for field in dissect(expected, link: link, udpTunnels: udpTunnels).fields(of: expected) {
    guard field.octets.lowerBound < actual.count else { break }
    if let fault = difference(in: field, expected, actual, frame) {
      out.append(fault)
      if field.movesOthers { break }
    }
  }
  if expected.count != actual.count {
    out.append(
      FrameFault(
        frame: frame, field: "length", expected: FieldValue(count: expected.count),
        found: FieldValue(count: actual.count)))
  }
  return out
}

private func difference(
  in field: FrameField, _ expected: [UInt8], _ actual: [UInt8], _ frame: Int
) -> FrameFault? {
  guard field.format == .firstOctet else {
    let (want, found) = (field.value(in: expected), field.value(in: actual))
    guard want != found else { return nil }
    return FrameFault(
      frame: frame, field: field.name, octet: field.octets.lowerBound, expected: want, found: found)
  }
  // Where one frame ends, its length is what differs.
  let end = min(field.octets.upperBound, actual.count)
  guard let at = (field.octets.lowerBound..<end).first(where: { expected[$0] != actual[$0] }) else {
    return nil
  }
  return FrameFault(
    frame: frame, field: field.name, octet: at, expected: .octets([expected[at]]),
    found: .octets([actual[at]]))
}
