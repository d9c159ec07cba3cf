internal import Glibc
public import WireFormats

extension VhostUserBackend {
  /// Takes messages of the front end, and frames that the guest has sent.
  ///
  /// Within `body` the end may be sent frames and be closed; a nested call of this function has no
  /// effect.
  ///
  /// - Parameters:
  ///   - limit: The largest number of frames to take. More may be waiting after that many.
  ///   - body: Called with each frame and its header. The octets are borrowed for the call, and
  ///     nothing else can change them.
  /// - Returns: The number of frames.
  /// - Throws: ``WireEndError/system(call:device:errno:)`` with `ECONNRESET` if the back end has no
  ///   path and its session has ended, or for an error of `accept4`.
  /// - Complexity: O(*n*) in the octets of the frames, and at most ``messageLimit`` messages.
  @discardableResult
  public func process(
    limit: Int, _ body: (VirtioNetHeader, RawSpan) -> Void
  ) throws(WireEndError) -> Int {
    guard !isProcessing, !isClosed else { return 0 }
    isProcessing = true
    defer { isProcessing = false }
    try accept()
    guard let session else { return 0 }
    var count = 0
    do throws(VhostUserFault) {
      try session.backendChannel?.takeAnswers()
      for _ in 0..<Self.messageLimit {
        count += try takeFrames(session, limit: limit - count, body)
        guard !session.isMemoryLost else { throw .memoryLost }
        guard !session.isClosed, session.unansweredKick == nil || count < limit else { break }
        try session.answerKick()
        let progress = try session.processMessage()
        if progress == .ended { endSession() }
        guard progress == .message, !session.isClosed else { break }
      }
    } catch {
      end(error)
    }
    return count
  }

  /// Takes the next front end, if there is no session.
  private func accept() throws(WireEndError) {
    guard session == nil else { return }
    guard let listener else {
      throw .system(call: "recvmsg", device: "vhost-user", errno: ECONNRESET)
    }
    let result = VhostUserBackend.accept(listener)
    guard result >= 0 else {
      // All but these are the connection's, or go by.
      guard result == -EMFILE || result == -ENFILE else { return }
      throw .system(call: "accept4", device: path ?? "", errno: -result)
    }
    session = VhostUserSession(OwnedDescriptor(result), configuration)
    steering = VhostSteering(pairCount: configuration.queuePairCount)
    counters.sessions += 1
  }

  /// Takes frames of all transmit queues, one of each in turn.
  private func takeFrames(
    _ session: VhostUserSession, limit: Int, _ body: (VirtioNetHeader, RawSpan) -> Void
  ) throws(VhostUserFault) -> Int {
    let pairCount = configuration.queuePairCount
    var count = 0
    for turn in 0..<pairCount {
      let pair = (firstPair + turn) % pairCount
      let queue = session.queues[2 * pair + 1]
      let before = count
      do {
        while count < limit, try takeFrame(queue, session, body) { count += 1 }
      } catch {
        guard error.queue != nil else { throw error }
        end(error)
      }
      guard !session.isClosed else { return count }
      if count > before { try session.notify(queue) }
      if count >= limit {
        // The next call begins with the next queue.
        firstPair = (pair + 1) % pairCount
        return count
      }
    }
    return count
  }

  /// Takes one frame; false if there is none.
  private func takeFrame(
    _ queue: VhostQueue, _ session: VhostUserSession, _ body: (VirtioNetHeader, RawSpan) -> Void
  ) throws(VhostUserFault) -> Bool {
    guard queue.isRunning, !session.isClosed else { return false }
    // With in-band notifications the driver stands still from its kick to the answer. Without a
    // kick it may be in the middle of something.
    if session.usesInBandNotifications, !queue.isKicked { return false }
    let format = session.format
    var taken = try queue.takeFrame(into: frame, format)
    if taken == nil {
      // Signals are taken before the last look, so that none is missed.
      queue.isKicked = false
      if let kick = queue.kick, !kick.clear() { queue.kick = nil }
      taken = try queue.takeFrame(into: frame, format)
    }
    guard let byteCount = taken else { return false }
    let memory = frame
    let octets = memory.octets(byteCount)
    let form: VirtioNetHeader.Form = format.headerByteCount == 10 ? .legacy : .modern
    guard let header = try? VirtioNetHeader(parsing: octets, form: form) else { return false }
    counters.framesFromGuest += 1
    counters.octetsFromGuest += byteCount - format.headerByteCount
    let content = octets.extracting(droppingFirst: format.headerByteCount)
    if configuration.queuePairCount > 1 { steering.learn(content, pair: queue.index / 2) }
    body(header, content)
    return true
  }

  /// Sends one frame to the guest: to the receive queue beside the transmit queue on which its flow
  /// was last sent by the guest.
  ///
  /// - Parameters:
  ///   - header: What is left to the guest. The caller asks only for ``offloads``; the number of
  ///     buffers is set here.
  ///   - content: The octets of the frame.
  /// - Returns: Whether the frame was sent, or why it was dropped.
  /// - Throws: Nothing at present.
  /// - Complexity: O(*n*) in the octets.
  @discardableResult
  public func send(
    _ header: VirtioNetHeader, _ content: RawSpan
  ) throws(WireEndError) -> WireSendResult {
    let result = put(header, content)
    switch result {
    case .sent:
      counters.framesToGuest += 1
      counters.octetsToGuest += content.byteCount
    case .noRoom: counters.noRoom += 1
    case .notReady: counters.notReady += 1
    case .tooLong: counters.tooLong += 1
    // Only the kernel refuses frames; guests have no say.
    case .refused: break
    }
    return result
  }

  private func put(_ header: VirtioNetHeader, _ content: RawSpan) -> WireSendResult {
    guard let session else { return .notReady }
    guard content.byteCount <= VhostQueue.maximumFrameByteCount else {
      return .tooLong(byteCount: content.byteCount, limit: VhostQueue.maximumFrameByteCount)
    }
    var queue = session.queues[2 * steering.pair(for: content)]
    if !queue.isRunning { queue = session.queues[0] }
    let format = session.format
    do throws(VhostUserFault) {
      let result = try queue.putFrame(
        content, format,
        header: VhostFrameHeader(header: header, byteCount: format.headerByteCount))
      guard !session.isMemoryLost else { throw .memoryLost }
      if result == .sent { try session.notify(queue) }
      return result
    } catch {
      end(error)
      return .notReady
    }
  }
}
