/// Whose state saved octets hold; raw values stay the same for ever.
public enum StateKind: UInt16, Hashable, Sendable, CaseIterable {
  /// A `VirtualNIC` with its adapter.
  case nic = 1
  /// A `NetAdapter`, as a section of a NIC.
  case adapter = 2
  /// A `Coalescer`, by itself or as a section of a NIC.
  case coalescer = 3
  /// A `TransmitFrameQueue`.
  case transmitQueue = 4
  /// A `ReceiveFrameQueue`.
  case receiveQueue = 5
  /// A `QueueLink`.
  case queueLink = 6
  /// A `LoopbackLink`.
  case loopbackLink = 7
  /// An `ImpairedLink`.
  case impairedLink = 8
  /// A `CapturingLink`.
  case capturingLink = 9
  /// A `ClosureLink`.
  case closureLink = 10

  /// The name that errors have.
  public var name: String {
    switch self {
    case .nic: "NIC"
    case .adapter: "adapter"
    case .coalescer: "coalescer"
    case .transmitQueue: "transmit queue"
    case .receiveQueue: "receive queue"
    case .queueLink: "queue link"
    case .loopbackLink: "loopback link"
    case .impairedLink: "impaired link"
    case .capturingLink: "capturing link"
    case .closureLink: "closure link"
    }
  }
}
