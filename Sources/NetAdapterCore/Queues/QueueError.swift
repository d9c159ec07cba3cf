/// Why a call of a queue failed: the queue refused it, or its driver broke a rule during it.
public enum QueueError: Error, Hashable, Sendable {
  /// The queue is in another state; `remedy` is the call to make first.
  case wrongState(call: String, state: QueueState, remedy: String)
  /// The call came from inside a callback of the same queue.
  case reentered(call: String)
  /// The rings have no room for the packet now; advance and take back what the driver returned.
  case full(packetsFree: Int, fragmentsNeeded: Int, fragmentsFree: Int)
  /// The packet is longer than the empty rings, or the driver, can take.
  case oversize(octets: Int, limit: Int)
  /// The packet has no octets; use ``TransmitQueue/postIgnored(tag:)``.
  case empty
  /// A number of elements to post is negative.
  case negativeCount(call: String, count: Int)
  /// The driver has not returned everything.
  case outstanding(packets: Int, fragments: Int)
  /// The driver broke a rule.
  case violation(AdapterViolation)
}

extension QueueError: CustomStringConvertible {
  /// One sentence that says what is wrong and what to do.
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
    case .empty: "the packet has no octets; use postIgnored(tag:)"
    case .negativeCount(let call, let count):
      "\(call) was asked for \(count) elements; a number of elements is at least 0"
    case .outstanding(let packets, let fragments):
      "the driver has \(packets) packets and \(fragments) fragments; advance until it has none"
    case .violation(let violation): violation.description
    }
  }
}
