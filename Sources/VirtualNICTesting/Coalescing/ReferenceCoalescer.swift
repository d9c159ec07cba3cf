public import FrameRecipes

/// Merges received frames the slow and obvious way: frames are taken apart into their fields, kept
/// as lists, and built anew when their unit ends.
///
/// Nothing of it is shared with `GsoEngine`, whose oracle it is.
///
/// ```swift
/// var coalescer = ReferenceCoalescer()
/// for (index, frame) in frames.enumerated() { coalescer.receive(frame) }
/// coalescer.endBatch()
/// coalescer.delivered                              // [ReferenceUnit]
/// ```
public struct ReferenceCoalescer {
  /// Which frames are merged.
  public var rules: ReferenceCoalescingRules
  /// What the checksums of merged frames are.
  public var checksum: ReferenceMergedChecksum
  /// The most units that are held at a time; one more ends the oldest.
  public var capacity: Int
  /// The link header of all frames.
  public var link: FrameRecipe.LinkKind
  /// What the receiver got, in order.
  public private(set) var delivered: [ReferenceUnit] = []
  /// The units, the oldest first.
  private var held: [HeldFrames] = []
  private var count = 0

  /// Makes one that holds nothing.
  public init(
    rules: ReferenceCoalescingRules = ReferenceCoalescingRules(),
    checksum: ReferenceMergedChecksum = .complete, capacity: Int = 64,
    link: FrameRecipe.LinkKind = .ethernet
  ) {
    (self.rules, self.checksum, self.capacity, self.link) = (rules, checksum, capacity, link)
  }

  /// Takes a frame.
  ///
  /// - Parameters:
  ///   - octets: The frame, from its link header.
  ///   - isPartial: Whether its sender says that the transport checksum is partial.
  ///   - segmentSize: The segment size, if its sender says that it is a super-frame already; such
  ///     a frame is delivered after the units of its flow.
  public mutating func receive(
    _ octets: [UInt8], isPartial: Bool = false, segmentSize: Int? = nil
  ) {
    let frame = ReceivedFrame(octets, number: count, link: link, isPartial: isPartial, rules)
    count += 1
    if let segmentSize {
      endUnits(ofFlowOf: frame)
      let checksums: ReferenceUnit.Checksums = isPartial ? .partial : .notChecked
      return deliver(frame, checksums, segmentSize: segmentSize)
    }
    guard let recipe = frame.recipe, frame.kind != .single else {
      if rules.keepsOrderOfAll { endUnits(before: frame) }
      return deliver(frame, frame.checksums.public)
    }
    let index = held.firstIndex { $0.isFlow(of: recipe, rules) }
    if frame.kind == .endsItsFlow {
      if rules.keepsOrderOfAll {
        endUnits(ofFlowOf: frame)
      } else if let index {
        end(index)
      }
      return deliver(frame, frame.checksums.public)
    }
    if let index, held[index].takes(recipe, rules) {
      held[index].recipes.append(recipe)
      held[index].numbers.append(frame.number)
      if frame.checksums == .partial { held[index].isPartial = true }
      if held[index].isOver(rules) { end(index) }
      return
    }
    if let index { end(index) }
    // A segment after which a unit ends does not start one.
    if let flags = recipe.transport.tcp?.flags, !flags.isDisjoint(with: rules.endingFlags) {
      return deliver(frame, frame.checksums.public)
    }
    if held.count >= capacity { end(0) }
    held.append(HeldFrames(frame, recipe))
    if held[held.count - 1].isOver(rules) { end(held.count - 1) }
  }

  /// Ends all units, as at the end of a batch of received frames.
  public mutating func endBatch() {
    while !held.isEmpty { end(0) }
  }

  private mutating func end(_ index: Int) {
    delivered.append(held.remove(at: index).unit(checksum, rules))
  }

  private mutating func deliver(
    _ frame: ReceivedFrame, _ checksums: ReferenceUnit.Checksums, segmentSize: Int = 0
  ) {
    delivered.append(
      ReferenceUnit(
        frame: frame.octets, inputs: [frame.number], segmentSize: segmentSize, timestampDelta: 0,
        checksums: checksums))
  }

  /// Ends the units with the addresses and ports of a frame.
  private mutating func endUnits(ofFlowOf frame: ReceivedFrame) {
    guard let recipe = frame.recipe else { return }
    while let index = held.firstIndex(where: {
      $0.recipes.first?.hasAddressesAndPorts(of: recipe) ?? false
    }) {
      end(index)
    }
  }

  /// Ends the units that a frame must not overtake: those of its flow; of all flows between its
  /// addresses, if it is a fragment; all, if nobody can say.
  private mutating func endUnits(before frame: ReceivedFrame) {
    if frame.recipe != nil { return endUnits(ofFlowOf: frame) }
    if frame.isUnreadable { return endBatch() }
    guard frame.isFragment, let addresses = frame.outerAddresses else { return }
    while let index = held.firstIndex(where: {
      $0.recipes.first?.allNetworks.first?.addresses == addresses
    }) {
      end(index)
    }
  }
}

extension ReceivedFrame {
  /// Whether it is an IP fragment, even one that is the whole packet.
  fileprivate var isFragment: Bool {
    dissection.layers.contains { $0.kind == .fragment || $0.kind == .fragmentHeader }
  }

  /// The addresses of its outermost packet.
  fileprivate var outerAddresses: [FrameRecipe.Address]? {
    guard let network = dissection.layers.first(where: \.kind.isNetwork) else { return nil }
    let (start, size) = network.kind == .ipv4 ? (12, 4) : (8, 16)
    let at = network.start + start
    guard at + 2 * size <= octets.count else { return nil }
    return [
      FrameRecipe.Address(Array(octets[at..<(at + size)])),
      FrameRecipe.Address(Array(octets[(at + size)..<(at + 2 * size)])),
    ]
  }
}

extension ReceivedFrame.Checksums {
  fileprivate var `public`: ReferenceUnit.Checksums {
    switch self {
    case .valid: .valid
    case .partial: .partial
    case .invalid: .invalid
    case .notChecked: .notChecked
    }
  }
}
