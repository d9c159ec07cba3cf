/// One connection of a front end: what was negotiated, its memory and its queues.
internal final class VhostUserSession {
  let channel: VhostUserChannel
  let configuration: VhostUserConfiguration
  /// Two for each pair: the receive queue has an even number, the transmit queue the next one.
  let queues: [VhostQueue]
  var features: VhostUserFeatures = []
  var protocolFeatures: VhostUserProtocolFeatures = []
  var memory: GuestMemory?
  /// The channel for requests of this side.
  var backendChannel: VhostBackendChannel?
  /// A kick that is answered once its queue has been looked at.
  var unansweredKick: VhostUserMessage?
  var format = VhostFrameFormat([])
  /// What the guest takes over.
  var offloads: WireOffloads = []
  var isClosed = false

  init(_ socket: OwnedDescriptor, _ configuration: VhostUserConfiguration) {
    channel = VhostUserChannel(socket)
    self.configuration = configuration
    queues = (0..<2 * configuration.queuePairCount).map(VhostQueue.init)
  }

  /// Whether notifications are messages.
  var usesInBandNotifications: Bool { protocolFeatures.contains(.inBandNotifications) }

  /// Whether a file of the front end has become shorter than the memory in it.
  var isMemoryLost: Bool { memory?.isLost ?? false }

  /// The descriptors to poll.
  var descriptors: [Int32] {
    var numbers = [channel.number]
    for queue in queues where queue.index % 2 == 1 && queue.isRunning {
      if let kick = queue.kick { numbers.append(kick.number) }
    }
    if let backendChannel { numbers.append(backendChannel.number) }
    return numbers
  }

  /// Takes one message and does what it asks for.
  ///
  /// - Returns: Whether the session goes on, and whether there may be another message.
  /// - Throws: ``VhostUserFault`` if the session cannot go on.
  func processMessage() throws(VhostUserFault) -> VhostUserProgress {
    switch try channel.next() {
    case .nothing: return .idle
    case .end: return .ended
    case .message(let message):
      try perform(message)
      return .message
    }
  }

  /// Wakes the driver of a queue, if it wants to be.
  func notify(_ queue: VhostQueue) throws(VhostUserFault) {
    guard let rings = queue.rings, !rings.suppressesNotifications else { return }
    if usesInBandNotifications {
      try backendChannel?.call(
        queue: queue.index, needsReply: protocolFeatures.contains(.acknowledgements))
    } else {
      queue.call?.signal()
    }
  }

  /// Answers the kick whose queue has been looked at.
  func answerKick() throws(VhostUserFault) {
    guard let message = unansweredKick else { return }
    unansweredKick = nil
    try acknowledge(message)
  }

  /// Answers a message that has no reply of its own, if the front end waits.
  func acknowledge(_ message: VhostUserMessage) throws(VhostUserFault) {
    guard message.needsReply, protocolFeatures.contains(.acknowledgements) else { return }
    try reply(message, 0)
  }

  func reply(_ message: VhostUserMessage, _ number: UInt64) throws(VhostUserFault) {
    let request = message.request.rawValue
    let octets = VhostUserMessageHeader.message(
      request, flags: VhostUserMessageHeader.isReply, number)
    try channel.send(octets, for: request)
  }
}

/// What came of looking for a message.
internal enum VhostUserProgress {
  case message
  case idle
  case ended
}
