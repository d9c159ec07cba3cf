internal import CLinuxWire
internal import Glibc

/// The calendar's side of one guest.
internal final class VirtualTimeGuest {
  enum State {
    /// It has said that it begins, and waits for its turn.
    case starting
    case running
    case waiting
  }

  private let socket: OwnedDescriptor
  private var octets: [UInt8] = []
  var state: State?
  /// When it wants to run; nil if it does not.
  var wanted: UInt64?
  /// The number of the message that it began with, which is answered when it is its turn.
  var startSequence: UInt32 = 0
  /// The number that it was given, by which guests that want the same time are ordered.
  var number: UInt64 = 0

  init(_ socket: OwnedDescriptor) { self.socket = socket }

  /// The descriptor to poll.
  var descriptor: Int32 { socket.number }

  /// The next message, nil if there is none at present.
  ///
  /// - Throws: `VhostUserFault.connectionFailed` if the guest has gone.
  func next() throws(VhostUserFault) -> VirtualTimeMessage? {
    while octets.count < VirtualTimeMessage.byteCount {
      var part = [UInt8](repeating: 0, count: VirtualTimeMessage.byteCount - octets.count)
      // No room for descriptors: those that come are closed.
      var count: Int32 = 0
      var isTruncated = false
      // SAFETY: the array has the length that is passed.
      let result = unsafe part.withUnsafeMutableBytes { octets in
        unsafe vhost_receive(
          descriptor, octets.baseAddress, octets.count, nil, &count, &isTruncated)
      }
      if result == -Int(EAGAIN) || result == -Int(EINTR) { return nil }
      guard result > 0 else {
        throw .connectionFailed(errno: result == 0 ? ECONNRESET : Int32(-result))
      }
      octets += part.prefix(result)
    }
    defer { octets.removeAll(keepingCapacity: true) }
    return VirtualTimeMessage(parsing: octets)
  }

  /// Sends a message; a guest that does not take it has gone, which its next message says.
  func send(_ message: VirtualTimeMessage) {
    // SAFETY: the octets are only read within the call.
    _ = unsafe message.octets.withUnsafeBytes {
      unsafe vhost_send(descriptor, $0.baseAddress, $0.count)
    }
  }
}
