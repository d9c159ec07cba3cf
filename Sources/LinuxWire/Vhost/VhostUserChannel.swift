internal import CLinuxWire
internal import Glibc

/// A connection to a front end: messages that arrive in parts, and replies.
///
/// Nothing waits.
internal final class VhostUserChannel {
  private let socket: OwnedDescriptor
  private var header: VhostUserMessageHeader?
  /// The octets of the header or body that have arrived, and how many will be there.
  private var octets: [UInt8] = []
  private var expected = VhostUserMessage.headerByteCount
  /// Those that came with the message that is arriving.
  private var descriptors: [OwnedDescriptor] = []
  /// Room for what one call receives, so that a call without a message does not allocate.
  private var part = [UInt8](repeating: 0, count: VhostUserMessage.maximumByteCount)
  private var arrived = [Int32](
    repeating: -1, count: VhostUserMessage.maximumDescriptorCount)

  /// What the channel has at present.
  enum Arrival {
    case message(VhostUserMessage)
    /// Nothing, or a part of a message.
    case nothing
    /// The front end has closed the connection, between two messages.
    case end
  }

  init(_ socket: OwnedDescriptor) { self.socket = socket }

  /// The descriptor to poll.
  var number: Int32 { socket.number }

  /// Takes the next message, if all of it is there.
  ///
  /// - Throws: ``VhostUserFault`` if the dialogue cannot go on.
  /// - Complexity: O(*n*) in the octets of one message.
  func next() throws(VhostUserFault) -> Arrival {
    while true {
      if octets.count == expected {
        if let message = try takePart() { return .message(message) }
        continue
      }
      let count = try receive()
      if count == 0 {
        if header == nil, octets.isEmpty, descriptors.isEmpty { return .end }
        throw .messageTruncated(byteCount: octets.count, expected: expected)
      }
      if count < 0 { return .nothing }
    }
  }

  /// Sends a reply, or a message of this side's own.
  func send(_ message: [UInt8], for request: UInt32) throws(VhostUserFault) {
    // SAFETY: the octets are only read within the call.
    let result = unsafe message.withUnsafeBytes {
      unsafe vhost_send(number, $0.baseAddress, $0.count)
    }
    guard result == 0 else { throw .replyNotTaken(request: request, errno: -result) }
  }

  /// A header that is complete is checked and its body awaited; a message that is complete is
  /// returned.
  private func takePart() throws(VhostUserFault) -> VhostUserMessage? {
    guard let header else {
      let new = try VhostUserMessageHeader(parsing: octets)
      (header, expected) = (new, new.byteCount)
      octets.removeAll(keepingCapacity: true)
      return nil
    }
    let message = try VhostUserMessage(header, body: octets, descriptors: descriptors)
    self.header = nil
    expected = VhostUserMessage.headerByteCount
    octets = []
    descriptors = []
    return message
  }

  /// Receives some of the octets that are missing.
  ///
  /// Returns their number; 0 at the end of the connection, less if there are none at present.
  private func receive() throws(VhostUserFault) -> Int {
    let limit = VhostUserMessage.maximumDescriptorCount
    var count = Int32(limit)
    var isTruncated = false
    let missing = min(expected - octets.count, part.count)
    // SAFETY: the arrays have at least the lengths that are passed.
    let result = unsafe part.withUnsafeMutableBytes { octets in
      unsafe arrived.withUnsafeMutableBufferPointer { numbers in
        unsafe vhost_receive(
          number, octets.baseAddress, missing, numbers.baseAddress, &count, &isTruncated)
      }
    }
    // From here on they are closed, whatever happens.
    for index in 0..<Int(count) { descriptors.append(OwnedDescriptor(arrived[index])) }
    let request = header?.request ?? 0
    guard !isTruncated, descriptors.count <= limit else {
      throw .descriptorsTruncated(request: request, limit: limit)
    }
    guard result >= 0 else {
      let error = Int32(-result)
      if error == EAGAIN || error == EINTR { return -1 }
      throw .connectionFailed(errno: error)
    }
    octets += part.prefix(result)
    return result
  }
}
