/// The frames that show how time grows: with the payload, with the number of segments, with the
/// headers.
enum LinearCost {
  static let frames: [BenchFrame] =
    payloads.map { frame("payload \($0)", payload: $0) }
    + segmentSizes.map { frame("MSS \($0)", segmentSize: $0) }
    + (0...7).map { frame("\(counted($0, "tag"))", tags: $0) }

  /// The jobs that are timed with them.
  static let jobs: [BenchJob] = [.headersOnly, .copyAndSums]

  private static let payloads = [1_024, 4_096, 16_384, 65_226, 262_144, 1_048_576]
  private static let segmentSizes = [1, 8, 64, 536, 1_448, 4_000, 9_000]

  private static func frame(
    _ name: String, payload: Int = BenchFrame.usualPayload, segmentSize: Int = 1_448, tags: Int = 0
  ) -> BenchFrame {
    BenchFrame(
      name: "tcp4 \(name)", .tcp4, payload: payload, segmentSize: segmentSize, tags: tags)
  }
}
