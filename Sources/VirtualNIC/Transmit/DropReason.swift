public import GsoEngine

extension TransmitReport {
  /// Why nothing left the NIC.
  public enum DropReason: Error, Hashable, Sendable {
    /// The adapter is not started.
    case notStarted
    /// The frame has no octets.
    case empty
    /// The packet exceeds the MTU and asks for no cut, in octets.
    case exceedsMTU(packetLength: Int, mtu: Int)
    /// The frame cannot be cut as asked, or has no such checksum.
    case refused(SegmentationError)
    /// Even a segment exceeds the MTU, in octets.
    case segmentExceedsMTU(packetLength: Int, mtu: Int)
    /// What is to be sent in one piece exceeds what the rings of the queue hold, in octets.
    case exceedsRing(octets: Int, limit: Int)
    /// The queue was cancelled when so many frames had gone to the driver.
    case cancelled(framesSent: Int)
  }
}

extension TransmitReport.DropReason: CustomStringConvertible {
  /// One sentence with the numbers.
  public var description: String {
    switch self {
    case .notStarted: "the adapter is not started; call start() first"
    case .empty: "the frame has no octets"
    case .exceedsMTU(let length, let mtu):
      "the packet of \(length) octets exceeds the MTU \(mtu), and no cut was asked for"
    case .refused(let error): error.description
    case .segmentExceedsMTU(let length, let mtu):
      "a segment's packet of \(length) octets exceeds the MTU \(mtu)"
    case .exceedsRing(let octets, let limit):
      "\(octets) octets exceed the \(limit) that the rings of the queue hold for one packet"
    case .cancelled(let framesSent):
      "the adapter was stopped when \(framesSent) segments had gone to the driver"
    }
  }
}
