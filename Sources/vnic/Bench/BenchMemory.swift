/// What memory a job works on.
enum WorkingSet: String, CaseIterable {
  /// One frame and one set of outputs, all in the cache.
  case hot
  /// Many frames in turn, one set of outputs.
  case coldSource = "cold-source"
  /// Many frames in turn, each with outputs of its own.
  case bothCold = "both-cold"
}

extension WorkingSet {
  /// The name in tables.
  var title: String { rawValue.replacing("-", with: " ") }
}

/// Frames full of random octets, and room for their segments.
struct BenchMemory: ~Copyable {
  let frame: BenchFrame
  var sources: BenchOctets
  var outputs: BenchOctets

  /// - Parameters:
  ///   - frame: What all frames are like.
  ///   - set: What memory to use.
  ///   - rotating: Number of frames of a set that is to be cold.
  init(_ frame: BenchFrame, _ set: WorkingSet, rotating: Int) {
    self.frame = frame
    sources = BenchOctets(
      slotCount: set == .hot ? 1 : rotating, slotLength: frame.frameLength)
    outputs = BenchOctets(
      slotCount: set == .bothCold ? rotating : 1, slotLength: frame.outputLength)
    sources.fillWithRandomOctets()
    for index in 0..<sources.slotCount {
      var source = sources.writing(index)
      for (at, octet) in frame.headers.enumerated() {
        source.storeBytes(of: octet, toByteOffset: at, as: UInt8.self)
      }
    }
  }

  /// Number of different frames.
  var frameCount: Int { sources.slotCount }
}
