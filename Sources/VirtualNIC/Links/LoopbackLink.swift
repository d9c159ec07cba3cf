public import GsoEngine
internal import WireFormats

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
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
    guard let nic else { return }
    for index in 0..<frames.count { nic.receive(frames[index], at: time) }
  }
}
