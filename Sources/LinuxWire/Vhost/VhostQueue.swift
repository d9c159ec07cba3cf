/// One virtqueue of a session: what the front end set up, and where the device is in its rings.
///
/// A queue runs while it is enabled and has rings. A fault ends it: it is not looked at until the
/// front end sets its rings up again.
internal final class VhostQueue {
  /// The largest number of descriptors (VIRTIO 1.3, section 2.7).
  static let maximumSize = 32_768
  /// The longest frame, in octets: an IPv6 packet with the longest payload length, 65,575 octets,
  /// after an Ethernet header with seven VLAN tags.
  static let maximumFrameByteCount = 65_617

  let index: Int
  /// Number of descriptors, as the front end announced it.
  var size = 0
  var addresses: VirtqueueRings.Addresses?
  var kick: QueueEvent?
  var call: QueueEvent?
  var error: QueueEvent?
  var isEnabled = false
  /// Whether a message said that there are new chains.
  var isKicked = false
  /// Entries of the available ring before this one were taken.
  var nextAvailable: UInt16 = 0
  private(set) var nextUsed: UInt16 = 0
  private(set) var rings: VirtqueueRings?
  private(set) var fault: VhostUserFault?
  private var chains: DescriptorChains

  /// Receive queues, which the device writes, have even numbers.
  init(_ index: Int) {
    self.index = index
    chains = DescriptorChains(isWritable: index % 2 == 0, queue: index)
  }

  var isRunning: Bool { isEnabled && rings != nil }

  /// Finds the rings in memory, and continues from where the used ring is.
  func resolve(in memory: GuestMemory?) throws(VhostUserFault) {
    rings = nil
    guard let memory, let addresses, size > 0 else { return }
    let found = try VirtqueueRings(addresses, size: size, queue: index, in: memory)
    nextUsed = found.usedIndex
    (rings, fault) = (found, nil)
  }

  /// Stops the queue until it gets addresses again.
  func stop() {
    (rings, addresses) = (nil, nil)
    (kick, call, isKicked) = (nil, nil, false)
  }

  /// Ends the queue after a fault in its rings, and tells the front end.
  func end(_ fault: VhostUserFault) {
    self.fault = fault
    (rings, kick, isKicked) = (nil, nil, false)
    error?.signal()
  }

  /// The number of chains that the driver has made available.
  private func available(_ rings: VirtqueueRings) throws(VhostUserFault) -> Int {
    let index = rings.availableIndex
    let count = Int(index &- nextAvailable)
    guard count <= rings.size else {
      guard Int(nextAvailable &- index) > rings.size else {
        throw .availableIndexWentBack(queue: self.index, index: index, next: nextAvailable)
      }
      throw .availableIndex(queue: self.index, index: index, next: nextAvailable, size: rings.size)
    }
    return count
  }

  /// Copies the next frame of the driver with its header to `memory`.
  ///
  /// - Parameters:
  ///   - memory: Where the octets go.
  ///   - format: What was negotiated.
  /// - Returns: The number of octets; nil if there is no frame.
  /// - Throws: ``VhostUserFault`` if the ring or the chain is wrong.
  /// - Complexity: O(*n*) in the octets and descriptors, which are limited.
  func takeFrame(
    into memory: FrameMemory, _ format: VhostFrameFormat
  ) throws(VhostUserFault) -> Int? {
    guard isRunning, let rings, try available(rings) > 0 else { return nil }
    let head = rings.head(nextAvailable)
    chains.reset()
    try chains.append(head: head, of: rings, takesIndirect: format.hasIndirectDescriptors)
    let byteCount = chains.byteCount
    guard byteCount >= format.headerByteCount else {
      throw .frameTooShort(queue: index, byteCount: byteCount, limit: format.headerByteCount)
    }
    let limit = format.headerByteCount + Self.maximumFrameByteCount
    guard byteCount <= limit else {
      throw .frameTooLong(queue: index, byteCount: byteCount, limit: limit)
    }
    memory.copy(from: chains.buffers)
    guard !rings.memory.isLost else { throw .memoryLost }
    rings.setUsed(nextUsed, head: head, byteCount: 0)
    nextUsed &+= 1
    nextAvailable &+= 1
    rings.publish(nextUsed)
    return byteCount
  }

  /// Copies a frame with its header to receive buffers of the driver.
  ///
  /// - Parameters:
  ///   - frame: The octets of the frame.
  ///   - format: What was negotiated.
  ///   - header: What is written before it, but for the number of buffers.
  /// - Returns: Whether the frame was sent, or why it was dropped; buffers of one that was dropped
  ///   stay available.
  /// - Throws: ``VhostUserFault`` if the ring or a chain is wrong.
  /// - Complexity: O(*n*) in the octets and descriptors, which are limited.
  func putFrame(
    _ frame: RawSpan, _ format: VhostFrameFormat, header: VhostFrameHeader
  ) throws(VhostUserFault) -> WireSendResult {
    guard isRunning, let rings else { return .notReady }
    let byteCount = format.headerByteCount + frame.byteCount
    let limit = try available(rings)
    chains.reset()
    var used = 0
    var starts = 0
    while chains.byteCount < byteCount || used == 0 {
      guard used < limit else { return .noRoom }
      starts = chains.byteCount
      let head = rings.head(nextAvailable &+ UInt16(truncatingIfNeeded: used))
      try chains.append(head: head, of: rings, takesIndirect: format.hasIndirectDescriptors)
      guard chains.byteCount > starts else {
        throw .frameTooShort(queue: index, byteCount: 0, limit: format.headerByteCount)
      }
      rings.setUsed(
        nextUsed &+ UInt16(truncatingIfNeeded: used), head: head,
        byteCount: min(chains.byteCount, byteCount) - starts)
      used += 1
      if !format.hasMergeableBuffers { break }
    }
    guard chains.byteCount >= byteCount else {
      let room = max(0, chains.byteCount - format.headerByteCount)
      return .tooLong(byteCount: frame.byteCount, limit: room)
    }
    header.write(to: chains.buffers, frame, bufferCount: used)
    guard !rings.memory.isLost else { throw .memoryLost }
    nextAvailable &+= UInt16(truncatingIfNeeded: used)
    nextUsed &+= UInt16(truncatingIfNeeded: used)
    rings.publish(nextUsed)
    return .sent
  }
}

/// What the negotiated features say about frames in a queue.
internal struct VhostFrameFormat: Hashable {
  /// Octets of the virtio-net header: 12, or 10 for legacy drivers without mergeable buffers.
  let headerByteCount: Int
  let hasMergeableBuffers: Bool
  let hasIndirectDescriptors: Bool

  init(_ features: VhostUserFeatures) {
    hasMergeableBuffers = features.contains(.mergeableBuffers)
    hasIndirectDescriptors = features.contains(.indirectDescriptors)
    headerByteCount = hasMergeableBuffers || features.contains(.version1) ? 12 : 10
  }
}
