extension VhostUserSession {
  /// Does what a message asks for, and replies.
  internal func perform(_ message: VhostUserMessage) throws(VhostUserFault) {
    switch message.request {
    case .getFeatures: try reply(message, VhostUserFeatures(configuration).rawValue)
    case .getProtocolFeatures:
      try reply(message, VhostUserProtocolFeatures(configuration).rawValue)
    case .getQueueCount: try reply(message, UInt64(configuration.queuePairCount))
    case .getQueueBase: try stopQueue(message)
    case .kickQueue: try kickQueue(message)
    case .setFeatures: try setFeatures(message)
    case .setProtocolFeatures: try setProtocolFeatures(message)
    case .setMemoryTable: try setMemoryTable(message)
    case .setOwner: try acknowledge(message)
    case .resetOwner:
      for queue in queues { queue.stop() }
      try acknowledge(message)
    case .setBackendChannel:
      backendChannel = try VhostBackendChannel(message)
      try acknowledge(message)
    default: try setUpQueue(message)
    }
  }

  private func setFeatures(_ message: VhostUserMessage) throws(VhostUserFault) {
    let chosen = VhostUserFeatures(rawValue: message.long(at: 0))
    let foreign = chosen.subtracting(VhostUserFeatures(configuration))
    guard foreign.isEmpty else { throw .featuresNotOffered(foreign.rawValue) }
    features = chosen
    format = VhostFrameFormat(chosen)
    offloads = chosen.guestOffloads
    // Without features of the protocol there is no request that enables queues.
    if !chosen.contains(.protocolFeatures) { for queue in queues { queue.isEnabled = true } }
    try acknowledge(message)
  }

  private func setProtocolFeatures(_ message: VhostUserMessage) throws(VhostUserFault) {
    let chosen = VhostUserProtocolFeatures(rawValue: message.long(at: 0))
    let foreign = chosen.subtracting(VhostUserProtocolFeatures(configuration))
    guard foreign.isEmpty else { throw .protocolFeaturesNotOffered(foreign.rawValue) }
    protocolFeatures = chosen
    try acknowledge(message)
  }

  private func setMemoryTable(_ message: VhostUserMessage) throws(VhostUserFault) {
    let count = Int(message.word(at: 0))
    guard (1...GuestMemory.maximumRegionCount).contains(count) else {
      throw .regionCount(count, limit: GuestMemory.maximumRegionCount)
    }
    guard message.body.count >= 8 + 32 * count else {
      throw .messageLength(
        request: message.request.rawValue, byteCount: message.body.count, expected: 8 + 32 * count)
    }
    let table = (0..<count).map { index in
      let offset = 8 + 32 * index
      return GuestMemory.Region(
        guestAddress: message.long(at: offset), byteCount: message.long(at: offset + 8),
        userAddress: message.long(at: offset + 16), offset: message.long(at: offset + 24))
    }
    let new = try GuestMemory(table, of: message.descriptors)
    memory = new
    // Rings keep the memory that they lie in, so all of them move.
    for queue in queues where queue.rings != nil { try queue.resolve(in: new) }
    try acknowledge(message)
  }

  /// The queue that the first word names.
  private func queue(
    _ message: VhostUserMessage, mask: UInt32 = .max
  ) throws(VhostUserFault) -> VhostQueue {
    let index = Int(message.word(at: 0) & mask)
    guard index < queues.count else {
      throw .queueIndex(request: message.request.rawValue, index: index, count: queues.count)
    }
    return queues[index]
  }

  private func stopQueue(_ message: VhostUserMessage) throws(VhostUserFault) {
    let queue = try queue(message)
    queue.stop()
    try reply(message, UInt64(queue.index) | UInt64(queue.nextAvailable) << 32)
  }

  private func kickQueue(_ message: VhostUserMessage) throws(VhostUserFault) {
    guard usesInBandNotifications else { throw .unexpectedRequest(message.request.rawValue) }
    try queue(message).isKicked = true
    unansweredKick = message
  }

  /// Requests that change one queue.
  private func setUpQueue(_ message: VhostUserMessage) throws(VhostUserFault) {
    let number = message.word(at: 4)
    switch message.request {
    case .setQueueSize:
      let queue = try queue(message)
      let size = Int(number)
      guard size > 0, size <= VhostQueue.maximumSize, size & (size - 1) == 0 else {
        throw .queueSize(queue: queue.index, size: size)
      }
      queue.size = size
      if queue.rings != nil { try queue.resolve(in: memory) }
    case .setQueueAddresses:
      let queue = try queue(message)
      queue.addresses = VirtqueueRings.Addresses(
        descriptorTable: message.long(at: 8), usedRing: message.long(at: 16),
        availableRing: message.long(at: 24))
      try queue.resolve(in: memory)
    case .setQueueBase: try queue(message).nextAvailable = UInt16(truncatingIfNeeded: number)
    case .enableQueue: try queue(message).isEnabled = number != 0
    default: try setEvent(message)
    }
    try acknowledge(message)
  }

  /// Requests that bring an event, unless bit 8 of their number says that there is none.
  private func setEvent(_ message: VhostUserMessage) throws(VhostUserFault) {
    let queue = try queue(message, mask: 0xFF)
    var event: QueueEvent?
    if message.word(at: 0) & 0x100 == 0 {
      event = try QueueEvent(message.onlyDescriptor(), of: message.request)
    } else if let count = Optional(message.descriptors.count), count > 0 {
      throw .descriptorCount(request: message.request.rawValue, count: count, expected: 0)
    }
    switch message.request {
    case .setQueueKick: queue.kick = event
    case .setQueueCall: queue.call = event
    default: queue.error = event
    }
  }
}
