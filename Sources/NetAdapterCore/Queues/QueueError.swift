/// Why a queue refused a call, or what its driver did wrong during it.
public enum QueueError: Error, Hashable, Sendable {
  /// The call does not fit the state; `remedy` is the call that leads to one where it does.
  case wrongState(call: String, state: QueueState, remedy: String)
  /// The call came from inside a callback of the same queue.
  case reentered(call: String)
  /// The rings have no room for the packet now; advance, take back what was returned, try again.
  case full(packetsFree: Int, fragmentsNeeded: Int, fragmentsFree: Int)
  /// The packet has more octets than the rings could ever hold, or the driver takes.
  case oversize(octets: Int, limit: Int)
  /// The packet has no octets; ``TransmitQueue/postIgnored(tag:)`` is for those.
  case empty
  /// The driver has not returned everything.
  case outstanding(packets: Int, fragments: Int)
  /// The driver broke a rule.
  case violation(AdapterViolation)
}

extension QueueError: CustomStringConvertible {
  /// One sentence that says what to do.
  public var description: String {
    switch self {
    case .wrongState(let call, let state, let remedy):
      "\(call) does not fit a queue that is \(state.rawValue); call \(remedy) first"
    case .reentered(let call):
      "\(call) was called from inside a callback of the same queue; call it afterwards"
    case .full(let packetsFree, let fragmentsNeeded, let fragmentsFree):
      "the packet needs 1 packet element and \(fragmentsNeeded) fragments, and \(packetsFree) and "
        + "\(fragmentsFree) are free; advance and take back what was returned"
    case .oversize(let octets, let limit):
      "the packet has \(octets) octets, and this queue takes at most \(limit)"
    case .empty: "the packet has no octets; post it as an ignored one"
    case .outstanding(let packets, let fragments):
      "the driver has \(packets) packets and \(fragments) fragments; advance until it has none"
    case .violation(let violation): violation.description
    }
  }
}
