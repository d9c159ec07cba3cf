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
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
    for index in 0..<frames.count { nic.receive(frames[index], at: time) }
  }
}
