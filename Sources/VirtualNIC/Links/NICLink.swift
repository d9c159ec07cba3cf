public import GsoEngine
internal import WireFormats

/// Hands every frame to a NIC: the way from one NIC to another.
///
/// Two NICs back to back:
///
/// ```swift
/// left.link = NICLink(to: right)
/// right.link = NICLink(to: left)
/// ```
///
/// They keep each other alive then, until one of them is given another link.
public final class NICLink: Link {
  private let nic: VirtualNIC

  /// A link that ends in `nic`.
  public init(to nic: VirtualNIC) { self.nic = nic }

  /// The NIC receives the frames.
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
    for index in 0..<frames.count { nic.receive(frames[index], at: time) }
  }
}
