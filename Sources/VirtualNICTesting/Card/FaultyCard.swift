public import FrameRecipes
public import GsoEngine
public import VirtualNIC
internal import WireFormats

/// An emulated card with a bug, made of the reference: to see whether tests would notice.
///
/// ```swift
/// let card = FaultyCard(.identificationStuck)
/// let frames = try card.segments(of: superFrame, segmentSize: 1_448)
/// ```
public struct FaultyCard: Sendable {
  /// The bug; nil for a card that is right.
  public var bug: KnownBug?
  /// How fields change from segment to segment, but for the bug.
  public var rules: SegmentationRules

  /// A card with a bug, or a right one.
  public init(_ bug: KnownBug?, rules: SegmentationRules = .linux) {
    (self.bug, self.rules) = (bug, rules)
  }

  /// Segments a super-frame as this card would.
  ///
  /// - Parameters:
  ///   - superFrame: The frame, from its link header.
  ///   - segmentSize: Octets of payload per segment; nil for as many as `mtu` allows.
  ///   - mtu: The largest IP packet in octets; nil for no limit.
  ///   - link: The link header; Ethernet by default.
  /// - Returns: What the card sends, in order.
  /// - Throws: ``FrameFault`` of the field `superFrame` if the frame cannot be segmented.
  public func segments(
    of superFrame: [UInt8], segmentSize: Int? = nil, mtu: Int? = nil,
    link: FrameRecipe.LinkKind = .ethernet
  ) throws(FrameFault) -> [[UInt8]] {
    let wish = ReferenceWish(segmentSize: segmentSize, mtu: mtu, rules: rules)
    switch wish.segments(of: superFrame, link: link, udpTunnels: true) {
    case .failure(let error): throw error.fault
    case .success(.refused(let why)):
      throw FrameFault(
        field: "superFrame", expected: "a frame that the rules let be segmented", found: .text(why))
    case .success(.frames(let frames)):
      return bug?.applied(to: frames, of: superFrame, link: link) ?? frames
    }
  }
}

/// Gives the segments of every super-frame a bug, on their way from a NIC to another link.
///
/// ```swift
/// nic.link = FaultyLink(.tailLost, next: wire)
/// ```
public final class FaultyLink: Link {
  /// The bug.
  public let bug: KnownBug
  /// How many frames are not what the NIC sent: changed, missing or added.
  public private(set) var changedCount = 0
  /// The frame that the next segments are made of; without it the bug knows of no trailer.
  public var superFrame: [UInt8] = []
  private let next: any Link
  private let kind: FrameRecipe.LinkKind

  /// A link before `next`; `link` is the link header of all frames.
  public init(_ bug: KnownBug, next: any Link, link kind: FrameRecipe.LinkKind = .ethernet) {
    (self.bug, self.next, self.kind) = (bug, next, kind)
  }

  /// Gives the frames the bug, if they are several, and sends them on.
  ///
  /// - Complexity: O(*n*) in the octets, with many allocations.
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
    guard frames.count > 1 else { return next.send(frames, at: time) }
    let right = (0..<frames.count).map { frames[$0].array() }
    let wrong = bug.applied(to: right, of: superFrame, link: kind)
    changedCount += zip(right, wrong).count { $0 != $1 } + abs(right.count - wrong.count)
    for frame in wrong { next.send(frame, at: time) }
  }

  /// Passes time on.
  public func advance(to time: VirtualTime) { next.advance(to: time) }

  /// When the next frame arrives after this link.
  public var nextArrival: VirtualTime? { next.nextArrival }
}
