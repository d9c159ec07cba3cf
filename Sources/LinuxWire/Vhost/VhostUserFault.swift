internal import Glibc

/// What a front end or its guest did wrong.
///
/// A fault of the dialogue ends the session; the back end then waits for a new connection. A fault
/// in a ring ends its queue until the front end sets it up again, and is signalled to the front
/// end (`VHOST_USER_SET_VRING_ERR`). The names are those of VIRTIO 1.3, section 2.7, and of the
/// vhost-user specification.
public enum VhostUserFault: Error, Hashable, Sendable {
  // The dialogue.

  /// The flags of a message do not say version 1, or that it is a reply.
  case messageFlags(request: UInt32, flags: UInt32)
  /// A message announces more octets than any request has.
  case messageTooLong(request: UInt32, byteCount: Int, limit: Int)
  /// A message has too few or too many octets for its request.
  case messageLength(request: UInt32, byteCount: Int, expected: Int)
  /// The connection ended within a message.
  case messageTruncated(byteCount: Int, expected: Int)
  /// A request that was not negotiated, or is not known.
  case unexpectedRequest(UInt32)
  /// A message came with another number of file descriptors than its request has.
  case descriptorCount(request: UInt32, count: Int, expected: Int)
  /// More file descriptors came with one message than any request has, or than this process may
  /// have open; the kernel left some out.
  case descriptorsTruncated(request: UInt32, limit: Int)
  /// A file descriptor is not what the request needs: an event, a pipe or a socket for
  /// notifications, a socket for the channel of the back end, a file for memory.
  case descriptorKind(request: UInt32)
  /// A queue beyond the last one.
  case queueIndex(request: UInt32, index: Int, count: Int)
  /// Feature bits that were not offered.
  case featuresNotOffered(UInt64)
  /// Feature bits of the dialogue that were not offered.
  case protocolFeaturesNotOffered(UInt64)
  /// The front end does not read replies.
  case replyNotTaken(request: UInt32, errno: Int32)
  /// The connection failed.
  case connectionFailed(errno: Int32)

  // Memory.

  /// A memory table with no region, or more than the limit.
  case regionCount(Int, limit: Int)
  /// A region without octets, or one that goes beyond the last address.
  case regionRange(region: Int, address: UInt64, byteCount: UInt64)
  /// Two regions share addresses.
  case regionsOverlap(Int, Int)
  /// A region goes beyond the end of its file.
  case regionBeyondFile(region: Int, end: UInt64, fileByteCount: UInt64)
  /// The kernel does not map the file of a region.
  case regionNotMapped(region: Int, errno: Int32)
  /// The file of a region became shorter.
  case memoryLost

  // The set-up of a queue.

  /// A queue whose number of descriptors is not a power of two in 1...32,768.
  case queueSize(queue: Int, size: Int)
  /// A ring, or a part of it, does not lie in one region.
  case ringAddress(queue: Int, part: VhostUserRing, address: UInt64)
  /// The address of a ring is not a multiple of what the part needs: 16, 2 or 4 octets.
  case ringAlignment(queue: Int, part: VhostUserRing, address: UInt64)

  // Rings.

  /// The index of the available ring is further ahead than the ring is long.
  case availableIndex(queue: Int, index: UInt16, next: UInt16, size: Int)
  /// The index of the available ring is behind what was taken.
  ///
  /// Linux takes chains back so when it gives a device up. User-mode Linux does at every power off,
  /// without a request before it.
  case availableIndexWentBack(queue: Int, index: UInt16, next: UInt16)
  /// The head of a chain is not in the descriptor table.
  case headIndex(queue: Int, index: Int, size: Int)
  /// A descriptor continues at one that is not in its table.
  case nextIndex(queue: Int, index: Int, size: Int)
  /// The chains of one frame have more descriptors than the limit; a loop has.
  case chainTooLong(queue: Int, limit: Int)
  /// The size of an indirect table is not a multiple of 16 octets, is 0, or exceeds the limit.
  case indirectTableSize(queue: Int, byteCount: Int)
  /// An indirect table does not lie in one region, or not at a multiple of 8 octets.
  case indirectTableAddress(queue: Int, address: UInt64, byteCount: Int)
  /// A descriptor for a table that was not negotiated, lies in a table itself, or has a next one.
  case indirectDescriptor(queue: Int, flags: UInt16)
  /// A buffer does not lie in the memory of the guest.
  case bufferAddress(queue: Int, address: UInt64, byteCount: Int)
  /// A buffer for the device to write in a transmit queue, or to read in a receive queue.
  case bufferDirection(queue: Int, isWritable: Bool)
  /// A chain has no room for a header, or a frame has none.
  case frameTooShort(queue: Int, byteCount: Int, limit: Int)
  /// A frame with its header is longer than the limit.
  case frameTooLong(queue: Int, byteCount: Int, limit: Int)

  /// The queue that ends; nil if the session does.
  public var queue: Int? {
    switch self {
    case .availableIndex(let queue, _, _, _), .availableIndexWentBack(let queue, _, _),
      .headIndex(let queue, _, _), .nextIndex(let queue, _, _), .chainTooLong(let queue, _),
      .indirectTableSize(let queue, _), .indirectTableAddress(let queue, _, _),
      .indirectDescriptor(let queue, _), .bufferAddress(let queue, _, _),
      .bufferDirection(let queue, _), .frameTooShort(let queue, _, _),
      .frameTooLong(let queue, _, _):
      queue
    default: nil
    }
  }
}

extension VhostUserFault {
  /// Whether the front end has left, which is not a fault.
  internal var isDeparture: Bool {
    switch self {
    case .connectionFailed(let errno), .replyNotTaken(_, let errno):
      errno == ECONNRESET || errno == EPIPE
    default: false
    }
  }
}

/// One of the three parts of a split virtqueue (VIRTIO 1.3, section 2.7).
public enum VhostUserRing: String, Hashable, Sendable {
  /// The table that descriptors are in.
  case descriptorTable = "descriptor table"
  /// The ring that the driver writes.
  case availableRing = "available ring"
  /// The ring that the device writes.
  case usedRing = "used ring"
}
