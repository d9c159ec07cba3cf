internal import VirtualNIC
internal import WireFormats

extension VirtualTimeCalendar {
  /// Makes a calendar of the two guests of a bridge, which is what is between them from now on.
  ///
  /// The wires of the bridge keep virtual time: their delays, and the draws of their faults. The
  /// calendar drives the bridge, and ``WireBridge/process(limit:at:)`` has no effect any more.
  ///
  /// - Parameters:
  ///   - path: Where guests connect to, with `time-travel=ext:0:PATH` and `time-travel=ext:1:PATH`.
  ///   - bridge: Its ends are ``VhostUserBackend`` that offer in-band notifications.
  /// - Throws: ``WireEndError/noVirtualTime(side:)`` if an end is another one, and
  ///   ``WireEndError/system(call:device:errno:)`` as
  ///   ``VhostUserBackend/init(path:configuration:)``.
  public convenience init(path: String, bridge: WireBridge) throws(WireEndError) {
    var ends: [VhostUserBackend] = []
    for (side, name) in [(bridge.left, "left"), (bridge.right, "right")] {
      guard let end = side.end as? VhostUserBackend, end.configuration.offersInBandNotifications
      else { throw .noVirtualTime(side: name) }
      ends.append(end)
    }
    try self.init(path: path, ends: ends, world: VirtualTimeBridge(bridge))
    bridge.outlet = { [weak self, unowned bridge] side, header, frame in
      self?.deliver(header, frame, to: side === bridge.left ? 0 : 1)
    }
  }
}

/// A bridge as the world between two guests: the left one has the back end 0, the right one 1.
private final class VirtualTimeBridge: VirtualTimeWorld {
  private let bridge: WireBridge
  /// When a frame came that NICs may still hold, to merge it with others of the same moment.
  private var unsettled: VirtualTime?

  init(_ bridge: WireBridge) { self.bridge = bridge }

  private func side(_ end: Int) -> WireSide { end == 0 ? bridge.left : bridge.right }

  func receive(
    _ header: VirtioNetHeader, _ frame: RawSpan, from end: Int, at time: VirtualTime,
    _ calendar: VirtualTimeCalendar
  ) {
    unsettled = time
    bridge.receive(header, frame, from: side(end), at: time)
  }

  func delivered(
    _ header: VirtioNetHeader, _ frame: RawSpan, to end: Int, _ result: WireSendResult,
    _ calendar: VirtualTimeCalendar
  ) {
    bridge.noteWritten(header, frame, to: side(end), result)
  }

  var nextEvent: VirtualTime? { unsettled ?? bridge.nextDeadline }

  func advance(to time: VirtualTime, _ calendar: VirtualTimeCalendar) {
    unsettled = nil
    // Only a write fails, and here the calendar takes what is written.
    try? bridge.settle(at: time)
  }
}
