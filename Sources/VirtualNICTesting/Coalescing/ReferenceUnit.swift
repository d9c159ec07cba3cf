internal import FrameRecipes

/// A frame that the reference delivers, merged or not.
public struct ReferenceUnit: Equatable, Sendable {
  /// What is known about the transport checksums of its frames.
  public enum Checksums: Equatable, Sendable {
    /// They were checked, and are right.
    case valid
    /// Their sender says that they are partial.
    case partial
    /// One of the frame is wrong.
    case invalid
    /// They were not looked at.
    case notChecked
  }

  /// The octets, from the link header.
  public var frame: [UInt8]
  /// The numbers of the frames that went in, in the order of their payload.
  public var inputs: [Int]
  /// Payload octets of the longest segment; 0 in a frame that was never held.
  public var segmentSize: Int
  /// The latest timestamp value less the earliest, if the rules compare them.
  public var timestampDelta: UInt32
  /// What is known about checksums.
  public var checksums: Checksums

  /// Takes all of it.
  public init(
    frame: [UInt8], inputs: [Int], segmentSize: Int = 0, timestampDelta: UInt32 = 0,
    checksums: Checksums = .notChecked
  ) {
    (self.frame, self.inputs, self.segmentSize) = (frame, inputs, segmentSize)
    (self.timestampDelta, self.checksums) = (timestampDelta, checksums)
  }
}

/// What the checksums of a merged frame are.
public enum ReferenceMergedChecksum: Equatable, Sendable {
  /// Complete ones.
  case complete
  /// The sum of the pseudo header, for the receiver to complete.
  case pseudoHeader
  /// 0, that of the IPv4 header as well.
  case zero
}

extension HeldFrames {
  /// The frame that the receiver gets.
  func unit(
    _ checksum: ReferenceMergedChecksum, _ rules: ReferenceCoalescingRules
  ) -> ReferenceUnit {
    let stamps = recipes.compactMap { recipe in
      recipe.transport.tcp?.options.compactMap { $0.timestamps?.value }.first
    }
    let delta = rules.options == .timestamps ? (stamps.last ?? 0) &- (stamps.first ?? 0) : 0
    return ReferenceUnit(
      frame: recipes.count == 1 ? first : merged(checksum, rules), inputs: numbers,
      segmentSize: segmentSize, timestampDelta: delta, checksums: isPartial ? .partial : .valid)
  }

  /// The fields of the first frame, but for those that follow from all.
  private func merged(
    _ checksum: ReferenceMergedChecksum, _ rules: ReferenceCoalescingRules
  ) -> [UInt8] {
    guard var out = recipes.first, let last = recipes.last else { return [] }
    out.payload = .octets(recipes.flatMap { $0.payload.octets() })
    out.trailerCount = 0
    out.checksum = field(checksum, isUnused: !out.transport.isTCP && out.checksumField == 0)
    out.network = merged(\.network, checksum, rules)
    if let latest = last.transport.tcp {
      out.transport.tcp?.flags = recipes.compactMap(\.transport.tcp?.flags).reduce([]) {
        $0.union($1)
      }
      if rules.takesLatestAcknowledgement {
        out.transport.tcp?.acknowledgement = latest.acknowledgement
      }
      if rules.takesLatestWindow { out.transport.tcp?.window = latest.window }
      if rules.options == .timestamps { out.transport.tcp?.options = latest.options }
    }
    guard let tunnel = out.encapsulation else { return out.build() }
    let isUnused = out.outerChecksumField == 0
    out.encapsulation?.network = merged(\.tunnelNetwork, checksum, rules)
    out.encapsulation?.checksum = field(checksum, isUnused: isUnused)
    guard case .gre(true, _, _) = tunnel.kind, checksum == .pseudoHeader else { return out.build() }
    // The checksum of GRE has to be right once the one inside is complete.
    var complete = out
    complete.checksum = .complete
    let at = (complete.layout.outerTransportOffset ?? 0) + 4
    out.encapsulation?.greChecksum = .value(UInt16(word(complete.build(), at)))
    return out.build()
  }

  private func field(
    _ checksum: ReferenceMergedChecksum, isUnused: Bool
  ) -> FrameRecipe.TransportChecksum {
    switch checksum {
    case .zero: .zero
    case _ where isUnused: .zero
    case .complete: .complete
    case .pseudoHeader: .pseudoHeader
    }
  }

  private func merged(
    _ path: KeyPath<FrameRecipe, FrameRecipe.Network>, _ checksum: ReferenceMergedChecksum,
    _ rules: ReferenceCoalescingRules
  ) -> FrameRecipe.Network {
    var out = recipes[0][keyPath: path]
    out.ipv4?.headerChecksum = checksum == .zero ? .zero : .complete
    if rules.takesSmallestHopLimit(of: recipes[0]) {
      if let smallest = recipes.compactMap({ $0[keyPath: path].ipv4?.timeToLive }).min() {
        out.ipv4?.timeToLive = smallest
      }
      if let smallest = recipes.compactMap({ $0[keyPath: path].ipv6?.hopLimit }).min() {
        out.ipv6?.hopLimit = smallest
      }
    }
    return out
  }
}

extension FrameRecipe {
  /// The IP header of the tunnel; only for frames in one.
  fileprivate var tunnelNetwork: Network { encapsulation?.network ?? network }
}
