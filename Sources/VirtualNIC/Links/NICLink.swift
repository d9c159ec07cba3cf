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

  /// The NIC receives the frame.
  public func send(_ frame: RawSpan, at time: VirtualTime) { nic.receive(frame, at: time) }
}

/// Hands every frame back to the NIC that sent it: a loopback plug.
///
/// ```swift
/// nic.link = LoopbackLink(of: nic)
/// ```
///
/// It does not keep the NIC alive.
public final class LoopbackLink: Link {
  private weak var nic: VirtualNIC?

  /// A plug for `nic`.
  public init(of nic: VirtualNIC) { self.nic = nic }

  /// The NIC receives what it sent.
  public func send(_ frame: RawSpan, at time: VirtualTime) { nic?.receive(frame, at: time) }
}
