extension VhostUserFault: CustomStringConvertible {
  /// One sentence with the numbers.
  public var description: String {
    dialogueText ?? memoryText ?? ringText ?? "a fault of the front end"
  }

  private var dialogueText: String? {
    switch self {
    case .messageFlags(let request, let flags):
      "\(Self.name(request)): flags \(hexadecimal(flags)) are not those of a request of version 1"
    case .messageTooLong(let request, let byteCount, let limit):
      "\(Self.name(request)): a message of \(byteCount) octets; the limit is \(limit)"
    case .messageLength(let request, let byteCount, let expected):
      "\(Self.name(request)): a message of \(byteCount) octets; \(expected) are expected"
    case .messageTruncated(let byteCount, let expected):
      "the connection ended after \(byteCount) of \(expected) octets of a message"
    case .unexpectedRequest(let request):
      "\(Self.name(request)) was not negotiated, or is not known"
    case .descriptorCount(let request, let count, let expected):
      "\(Self.name(request)): \(count) file descriptors; \(expected) are expected"
    case .descriptorsTruncated(let request, let limit):
      "\(Self.name(request)): more than \(limit) file descriptors, or more than this process may "
        + "have open"
    case .descriptorKind(let request):
      "\(Self.name(request)): a file descriptor of another kind than the request needs"
    case .queueIndex(let request, let index, let count):
      "\(Self.name(request)): queue \(index); there are \(count)"
    case .featuresNotOffered(let bits): "features \(hexadecimal(bits)) were not offered"
    case .protocolFeaturesNotOffered(let bits):
      "protocol features \(hexadecimal(bits)) were not offered"
    case .replyNotTaken(let request, let errno):
      "\(Self.name(request)): the front end does not take the reply (errno \(errno))"
    case .connectionFailed(let errno): "the connection failed (errno \(errno))"
    default: nil
    }
  }

  private var memoryText: String? {
    switch self {
    case .regionCount(let count, let limit):
      "a memory table of \(count) regions; 1 to \(limit) can be"
    case .regionRange(let region, let address, let byteCount):
      "memory region \(region): \(byteCount) octets at \(hexadecimal(address)) cannot be"
    case .regionsOverlap(let first, let second):
      "memory regions \(first) and \(second) share addresses"
    case .regionBeyondFile(let region, let end, let fileByteCount):
      "memory region \(region) ends at octet \(end) of a file of \(fileByteCount)"
    case .regionNotMapped(let region, let errno):
      "memory region \(region) cannot be mapped (errno \(errno))"
    case .memoryLost: "the file of a memory region became shorter than the region"
    case .queueSize(let queue, let size):
      "queue \(queue): a size of \(size); a power of two in 1...\(VhostQueue.maximumSize) is needed"
    case .ringAddress(let queue, let part, let address):
      "queue \(queue): the \(part.rawValue) at \(hexadecimal(address)) is not in one memory region"
    case .ringAlignment(let queue, let part, let address):
      "queue \(queue): the \(part.rawValue) at \(hexadecimal(address)) is not aligned"
    default: nil
    }
  }

  private var ringText: String? {
    switch self {
    case .availableIndex(let queue, let index, let next, let size):
      "queue \(queue): the available index is \(index), \(index &- next) ahead of \(next) in a "
        + "ring of \(size)"
    case .availableIndexWentBack(let queue, let index, let next):
      "queue \(queue): the available index went back from \(next) to \(index)"
    case .headIndex(let queue, let index, let size):
      "queue \(queue): a chain starts at descriptor \(index) of \(size)"
    case .nextIndex(let queue, let index, let size):
      "queue \(queue): a chain continues at descriptor \(index) of \(size)"
    case .chainTooLong(let queue, let limit):
      "queue \(queue): more than \(limit) descriptors for one frame"
    case .indirectTableSize(let queue, let byteCount):
      "queue \(queue): an indirect table of \(byteCount) octets"
    case .indirectTableAddress(let queue, let address, let byteCount):
      "queue \(queue): an indirect table of \(byteCount) octets at \(hexadecimal(address)) is not "
        + "in one memory region"
    case .indirectDescriptor(let queue, let flags):
      "queue \(queue): a descriptor with flags \(hexadecimal(flags)) cannot be indirect here"
    case .bufferAddress(let queue, let address, let byteCount):
      "queue \(queue): a buffer of \(byteCount) octets at \(hexadecimal(address)) is not in memory"
    case .bufferDirection(let queue, let isWritable):
      "queue \(queue): a buffer for the device to \(isWritable ? "write" : "read")"
    case .frameTooShort(let queue, let byteCount, let limit):
      "queue \(queue): \(byteCount) octets are shorter than a header of \(limit)"
    case .frameTooLong(let queue, let byteCount, let limit):
      "queue \(queue): a frame of more than \(limit) octets: at least \(byteCount)"
    default: nil
    }
  }

  private static func name(_ request: UInt32) -> String {
    VhostUserRequest(rawValue: request).map { "vhost-user \($0.name)" }
      ?? "vhost-user request \(request)"
  }

  private func hexadecimal(_ number: some BinaryInteger) -> String {
    "0x" + String(number, radix: 16)
  }
}
