public import GsoEngine
internal import WireFormats

/// Delivers every frame to the NIC that sent it, like a loopback plug.
///
/// ```swift
/// nic.link = LoopbackLink(of: nic)
/// ```
///
/// The link holds a weak reference to the NIC.
public final class LoopbackLink: Link {
  /// Frames that were dropped because the NIC does not exist any more.
  public internal(set) var droppedCount = 0
  private weak var nic: VirtualNIC?

  /// Creates a loopback plug for `nic`.
  public init(of nic: VirtualNIC) { self.nic = nic }

  /// The NIC receives the frames.
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
    guard let nic else {
      droppedCount += frames.count
      return
    }
    for index in 0..<frames.count { nic.receive(frames[index], at: time) }
  }
}
