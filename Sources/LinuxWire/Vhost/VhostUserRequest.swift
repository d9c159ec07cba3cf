/// The requests of a front end that are understood, with their numbers in the vhost-user
/// specification.
internal enum VhostUserRequest: UInt32 {
  case getFeatures = 1
  case setFeatures = 2
  case setOwner = 3
  case resetOwner = 4
  case setMemoryTable = 5
  case setQueueSize = 8
  case setQueueAddresses = 9
  case setQueueBase = 10
  case getQueueBase = 11
  case setQueueKick = 12
  case setQueueCall = 13
  case setQueueError = 14
  case getProtocolFeatures = 15
  case setProtocolFeatures = 16
  case getQueueCount = 17
  case enableQueue = 18
  case setBackendChannel = 21
  case kickQueue = 35

  /// The name in the specification, without its prefix.
  var name: String {
    switch self {
    case .getFeatures: "GET_FEATURES"
    case .setFeatures: "SET_FEATURES"
    case .setOwner: "SET_OWNER"
    case .resetOwner: "RESET_OWNER"
    case .setMemoryTable: "SET_MEM_TABLE"
    case .setQueueSize: "SET_VRING_NUM"
    case .setQueueAddresses: "SET_VRING_ADDR"
    case .setQueueBase: "SET_VRING_BASE"
    case .getQueueBase: "GET_VRING_BASE"
    case .setQueueKick: "SET_VRING_KICK"
    case .setQueueCall: "SET_VRING_CALL"
    case .setQueueError: "SET_VRING_ERR"
    case .getProtocolFeatures: "GET_PROTOCOL_FEATURES"
    case .setProtocolFeatures: "SET_PROTOCOL_FEATURES"
    case .getQueueCount: "GET_QUEUE_NUM"
    case .enableQueue: "SET_VRING_ENABLE"
    case .setBackendChannel: "SET_BACKEND_REQ_FD"
    case .kickQueue: "VRING_KICK"
    }
  }

  /// The octets that the message has after its header.
  ///
  /// A memory table has as many as it has regions, and may have room for more.
  var byteCount: ClosedRange<Int> {
    switch self {
    case .getFeatures, .setOwner, .resetOwner, .getProtocolFeatures, .getQueueCount,
      .setBackendChannel:
      0...0
    case .setMemoryTable: 8...8 + 32 * GuestMemory.maximumRegionCount
    case .setQueueAddresses: 40...40
    default: 8...8
    }
  }

  /// Whether file descriptors may come with it.
  var mayHaveDescriptors: Bool {
    switch self {
    case .setMemoryTable, .setQueueKick, .setQueueCall, .setQueueError, .setBackendChannel: true
    default: false
    }
  }
}
