public import GsoEngine
internal import WireFormats

/// Delivers every frame to a NIC, like a cable from another one.
///
/// Two NICs back to back:
///
/// ```swift
/// left.link = NICLink(to: right)
/// right.link = NICLink(to: left)
/// ```
///
/// The two NICs then retain each other, until the link of one of them is replaced.
public final class NICLink: Link {
  private let nic: VirtualNIC

  /// Creates a link that ends in `nic`.
  public init(to nic: VirtualNIC) { self.nic = nic }

  /// The NIC receives the frames.
  public func send(_ frames: FrameBatch, at time: VirtualTime) { nic.receive(frames, at: time) }

  /// The NIC delivers coalesced frames whose time is over.
  public func advance(to time: VirtualTime) { nic.advance(to: time) }

  /// When the NIC has to deliver the next of them.
  public var nextArrival: VirtualTime? { nic.nextReceiveDeadline }
}
