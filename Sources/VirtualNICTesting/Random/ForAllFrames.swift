public import FrameRecipes

/// A frame with which something does not hold, made as small as it can be.
public struct Counterexample: Sendable {
  /// The frame.
  public var recipe: FrameRecipe
  /// Octets of payload per segment.
  public var segmentSize: Int
  /// What the random frames came from: the same seed finds the same frame.
  public var seed: UInt64
  /// How many frames held before.
  public var index: Int
  /// What is wrong with it: faults, a thrown error, or nothing but "false".
  public var reason: String
}

extension Counterexample: CustomStringConvertible {
  /// Swift source that makes the frame again, after comments that say where it comes from.
  public var description: String {
    // One line, whatever a reason looks like, so that it stays a comment.
    let line = reason.split(whereSeparator: \.isNewline).joined(separator: "; ")
    return """
      // Random frame \(index) of seed \(seed), shrunk: \(line)
      let recipe = \(recipe.swiftLiteral)
      let segmentSize = \(segmentSize)
      """
  }
}

/// Tries something with random frames, and looks for the simplest one with which it does not hold.
///
/// ```swift
/// let failure = forAllFrames(seed: 7, count: 1_000) { recipe, segmentSize in
///   let superFrame = try recipe.octets
///   nic.transmit(superFrame, segmentSize: segmentSize)
///   return segmentationFaults(
///     wire.takeAll().map(\.octets), of: superFrame, segmentSize: segmentSize)
/// }
/// XCTAssertNil(failure)
/// ```
///
/// - Parameters:
///   - seed: The same seed gives the same frames.
///   - count: How many frames to try.
///   - profile: What to draw frames from; by default Ethernet frames of all kinds without tunnels.
///   - faults: What is wrong with a frame: nothing, if the list is empty. An error that it throws
///     counts as a fault. It is called again while the frame is made smaller, so it must not depend
///     on what it did before.
/// - Returns: The frame, or nil if there is none.
public func forAllFrames(
  seed: UInt64 = 1, count: Int = 1_000, from profile: RecipeProfile = .ethernet,
  _ faults: (_ recipe: FrameRecipe, _ segmentSize: Int) throws -> [FrameFault]
) -> Counterexample? {
  counterexample(seed, count, profile) { recipe, size in
    try faults(recipe, size).first?.description
  }
}

/// Tries something with random frames, and looks for the simplest one with which it does not hold.
///
/// As the other form, but `holds` says yes or no.
public func forAllFrames(
  seed: UInt64 = 1, count: Int = 1_000, from profile: RecipeProfile = .ethernet,
  _ holds: (_ recipe: FrameRecipe, _ segmentSize: Int) throws -> Bool
) -> Counterexample? {
  counterexample(seed, count, profile) { recipe, size in
    try holds(recipe, size) ? nil : "false"
  }
}

private func counterexample(
  _ seed: UInt64, _ count: Int, _ profile: RecipeProfile,
  _ complaint: (FrameRecipe, Int) throws -> String?
) -> Counterexample? {
  func reason(_ recipe: FrameRecipe, _ size: Int) -> String? {
    do { return try complaint(recipe, size) } catch { return "thrown: \(error)" }
  }
  var generator = RecipeGenerator(SeededGenerator(seed: seed), profile: profile)
  for index in 0..<max(0, count) {
    let (recipe, size) = generator.next()
    guard let first = reason(recipe, size) else { continue }
    let (small, smallSize) = minimise(recipe, segmentSize: size) { reason($0, $1) != nil }
    return Counterexample(
      recipe: small, segmentSize: smallSize, seed: seed, index: index,
      reason: reason(small, smallSize) ?? first)
  }
  return nil
}
