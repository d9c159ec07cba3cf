internal import CLinuxWire
internal import Glibc

/// The second connection of a session, for requests of this side: calls of queues as messages.
internal final class VhostBackendChannel {
  /// `VHOST_USER_BACKEND_VRING_CALL`.
  private static let callRequest: UInt32 = 4

  private let socket: OwnedDescriptor
  /// Octets of answers that are still to come.
  private var awaited = 0
  /// Room for what one call receives.
  private var part = [UInt8](repeating: 0, count: 256)

  /// Takes the descriptor of a message.
  init(_ message: VhostUserMessage) throws(VhostUserFault) {
    socket = try message.onlyDescriptor()
    guard socket.kind == VHOST_SOCKET else {
      throw .descriptorKind(request: message.request.rawValue)
    }
  }

  /// The descriptor to poll.
  var number: Int32 { socket.number }

  /// Whether the front end has not answered all calls.
  var isAwaiting: Bool { awaited > 0 }

  /// Tells the driver of a queue that there are used buffers.
  func call(queue: Int, needsReply: Bool) throws(VhostUserFault) {
    let flags = needsReply ? VhostUserMessageHeader.needsReply : 0
    let octets = VhostUserMessageHeader.message(Self.callRequest, flags: flags, UInt64(queue))
    // SAFETY: the octets are only read within the call.
    let result = unsafe octets.withUnsafeBytes {
      unsafe vhost_send(number, $0.baseAddress, $0.count)
    }
    guard result == 0 else {
      throw .replyNotTaken(request: VhostUserRequest.setBackendChannel.rawValue, errno: -result)
    }
    if needsReply { awaited += octets.count }
  }

  /// Takes answers that have come; their octets say nothing but that a call was taken.
  ///
  /// - Throws: ``VhostUserFault/connectionFailed(errno:)`` if the front end closed the channel.
  func takeAnswers() throws(VhostUserFault) {
    // Limited, because a front end can send without end.
    for _ in 0..<16 {
      // No room for descriptors: those that come are closed.
      var count: Int32 = 0
      var isTruncated = false
      // SAFETY: the array has the length that is passed.
      let result = unsafe part.withUnsafeMutableBytes { octets in
        unsafe vhost_receive(
          number, octets.baseAddress, octets.count, nil, &count, &isTruncated)
      }
      if result == -Int(EAGAIN) || result == -Int(EINTR) { return }
      guard result > 0 else {
        throw .connectionFailed(errno: result == 0 ? ECONNRESET : Int32(-result))
      }
      awaited = max(0, awaited - result)
    }
  }
}
