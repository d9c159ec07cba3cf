internal import CLinuxWire
internal import Glibc

/// A file descriptor that is closed with the last reference to it.
internal final class OwnedDescriptor {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }

  /// What kind of file it is: one of the constants of the C header.
  var kind: Int { Int(vhost_kind(number)) }
}

/// How a queue is notified: an event, a pipe, or a socket, which user-mode Linux has.
internal final class QueueEvent {
  private let descriptor: OwnedDescriptor
  private let kind: Int

  /// - Throws: ``VhostUserFault/descriptorKind(request:)`` for anything else.
  init(_ descriptor: OwnedDescriptor, of request: VhostUserRequest) throws(VhostUserFault) {
    kind = descriptor.kind
    guard kind == VHOST_EVENT || kind == VHOST_PIPE || kind == VHOST_SOCKET,
      vhost_stop_waiting(descriptor.number) == 0
    else { throw .descriptorKind(request: request.rawValue) }
    self.descriptor = descriptor
  }

  /// The descriptor to poll.
  var number: Int32 { descriptor.number }

  /// Wakes the other side, if it is still there.
  func signal() { _ = vhost_signal(descriptor.number, Int32(kind)) }

  /// Takes the signals that have come.
  ///
  /// Returns false if it can never be signalled again, so that it must not be polled.
  func clear() -> Bool {
    let result = vhost_clear(descriptor.number)
    return result == 0 || result == -EAGAIN || result == -EINTR
  }
}
